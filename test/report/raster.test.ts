import { describe, expect, it } from 'vitest';
import { buildReport, type Raster } from '../../src/report/index.ts';
import { dashesOf } from '../../src/report/raster.ts';
import { drawRaster } from '../../src/report/raster-figure.ts';
import { exampleParts, exampleRaster } from './example-parts.ts';

/** Cells that dashes cover, as (population, row, column). */
function covered(raster: Raster): Set<string> {
  const cells = new Set<string>();
  for (const { population, dashes } of dashesOf(raster).bands)
    for (const { row, column, length } of dashes) for (let i = 0; i < length; i++) cells.add(`${population.name} ${row} ${column + i}`);
  return cells;
}

/** Lines that were wrapped are one again. */
const wordsOf = (svg: string): string => svg.replace(/<\/text>\s*<text[^>]*>/g, ' ');

/** One population in which every `nth` neuron fires in every step. */
const busy = (neurons: number, timesteps: number, nth: number): Raster => ({
  clip: 0,
  timesteps,
  populations: [
    {
      name: 'busy',
      neurons,
      spikes: Int32Array.from(
        Array.from({ length: timesteps * neurons }, (_, i) => i).flatMap((i) =>
          (i + Math.floor(i / neurons)) % nth === 0 ? [Math.floor(i / neurons), i % neurons] : [],
        ),
      ),
    },
  ],
});

describe('a raster', () => {
  it('draws every spike where there is room, and nothing else', () => {
    const spikes = exampleRaster.populations.flatMap(({ name, spikes: pairs }) =>
      Array.from({ length: pairs.length / 2 }, (_, i) => `${name} ${pairs[2 * i + 1]} ${pairs[2 * i]}`),
    );
    expect(dashesOf(exampleRaster).coarseness).toEqual({ neurons: 1, steps: 1 });
    expect([...covered(exampleRaster)].sort()).toEqual([...new Set(spikes)].sort());
    expect(spikes.length).toBeGreaterThan(5000);
  });

  it('joins neurons and steps where there are too many spikes, and says so', () => {
    const raster = busy(400, 200, 3);
    const { coarseness, bands } = dashesOf(raster);
    expect(coarseness).toEqual({ neurons: 2, steps: 1 });
    expect(bands[0].dashes.length).toBeLessThanOrEqual(20_000);
    const report = buildReport(exampleParts);
    expect(wordsOf(drawRaster(raster, report))).toContain('a mark stands for any spike of 2 neighbouring neurons in one timestep');
    expect(wordsOf(drawRaster(exampleRaster, report))).toContain('every spike is drawn');
  });

  it('stays within bounds however long and wide it is', () => {
    const spikes = Int32Array.from([0, 0, 65_535, 99_999]);
    const raster: Raster = { clip: 0, timesteps: 65_536, populations: [{ name: 'wide', neurons: 100_000, spikes }] };
    const { coarseness, bands } = dashesOf(raster);
    expect(bands[0].rows).toBeLessThanOrEqual(512);
    expect(Math.ceil(raster.timesteps / coarseness.steps)).toBeLessThanOrEqual(1024);
    expect(bands[0].dashes).toHaveLength(2);
  });

  it('names the populations that it leaves out', () => {
    const populations = Array.from({ length: 75 }, (_, i) => ({ ...exampleRaster.populations[0], name: `p${i}` }));
    const svg = drawRaster({ ...exampleRaster, populations }, buildReport(exampleParts));
    expect(svg).toContain('15 more populations are not drawn');
    expect(svg).toContain('p59');
    expect(svg).not.toContain('p60');
  });
});
