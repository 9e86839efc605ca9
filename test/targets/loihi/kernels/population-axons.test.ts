import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../../../src/diagnostics/index.ts';
import type { ChipModel } from '../../../../src/ir/chip-model.ts';
import { type CoreProgram, isOfPopulation } from '../../../../src/ir/mapping.ts';
import { createChipSimulator } from '../../../../src/simulator/loihi/index.ts';
import { LOIHI1 } from '../../../../src/targets/loihi/chips/loihi1.ts';
import { type Layout, packRegisters, unpackRegisters } from '../../../../src/targets/loihi/images/layout.ts';
import * as registers from '../../../../src/targets/loihi/images/registers.ts';
import { loihiTarget } from '../../../../src/targets/loihi/index.ts';
import { countCore } from '../../../../src/targets/loihi/usage.ts';
import { seededRandom } from '../../../../src/targets/mapping/random.ts';
import { asBytes, edit } from '../../files.ts';
import { context, randomClip } from '../../networks.ts';
import { chainOf, kernel } from './pictures.ts';

/** A core for each population. */
const chip: ChipModel = { ...LOIHI1, geometry: { ...LOIHI1.geometry, coresPerChip: 3 } };

/** 3 x 3 over 4 x 4 places, from four channels to four; the last source channel has no first row. */
const KERNEL = kernel({
  weight: (to, from, row, column) =>
    from === 3 && row === 0
      ? 0
      : ((to + from + row * column) % 2 === 0 ? 1 : -1) * 2 * (((37 * to + 29 * from + 13 * row + 7 * column) % 120) + 2),
});
const network = chainOf({ channels: 4, height: 4, width: 4 }, [KERNEL], 6, seededRandom(3));
const target = loihiTarget(chip);
const mapping = target.map(network, context(network));
const files = asBytes(target.emit(mapping));
const core = ((): CoreProgram => {
  const found = mapping.program.cores.find(({ groups }) => groups[0].population === 'k0');
  if (found === undefined) throw new Error('no core holds k0');
  return found;
})();

describe('population axons of a convolution of 3 x 3 over 4 x 4 places of four channels', () => {
  it('are one for each place that is not a corner', () => {
    const { axonAtom } = core;
    expect(axonAtom).toHaveLength(64);
    expect(Array.from(axonAtom.slice(0, 48))).toEqual(Array.from({ length: 48 }, (_, axon) => axon % 4));
    expect(axonAtom.slice(48)).toEqual(new Int32Array(16));
    const { inputAxons, populationAxons } = countCore(core, 0, chip);
    expect([inputAxons, populationAxons]).toEqual([12 + 16, 12]);
  });

  it('have lists as far apart as the longest takes words', () => {
    const words = (rows: number, columns: number): number => {
      const bits = rows * (16 + 8 * 4 * columns);
      return Math.ceil(bits / 64) + (bits % 64 === 0 || bits % 64 >= 59 ? 1 : 0);
    };
    // Inner places, and two on each border: what the last channel lacks is left free. Corners are discrete: it takes less there.
    const together = 4 * (words(3, 3) + 2 * words(2, 3) + 2 * words(3, 2));
    const corners = 2 * (3 * words(2, 2) + words(1, 2)) + 2 * 4 * words(2, 2);
    expect(together + corners).toBe(134);
    expect(countCore(core, 0, chip).tables?.synapseWords).toBe(134);
  });

  it('stand at bases that are multiples of four', () => {
    expect(core.axonBase.every((base) => base % 4 === 0)).toBe(true);
    expect(Math.max(...core.axonBase)).toBe(20);
  });

  it('are read back from the images', async () => {
    expect(await target.load(files)).toEqual(mapping);
  });
});

/** Registers as text with some fields of one changed. */
function withFields<Name extends string>(text: string, layout: Layout<Name>, index: number, fields: Partial<Record<Name, number>>): string {
  const all = unpackRegisters(layout, text, Number.POSITIVE_INFINITY, { file: '', item: '' });
  return packRegisters(layout, all.with(index, { ...all[index], ...fields }));
}

describe('a wrong atom', () => {
  const clip = randomClip(network, 2);
  const loud = { ...clip, features: clip.features.map((value) => 4 * value + 3) };
  const right = createChipSimulator(mapping.program, chip).run(loud, { record: true });
  const first = mapping.program.cores.findIndex(({ groups }) => groups[0].population === 'first');
  const path = `chip/core-${String(first).padStart(3, '0')}.json`;

  it('shows as other spikes, or is refused', async () => {
    const { outputs } = mapping.program.cores[first];
    let [shown, refused] = [0, 0];
    for (let compartment = 0; compartment < 64; compartment += 3) {
      const axon = outputs.axon[outputs.first[compartment]];
      const atom = isOfPopulation(core.axonAtom, axon) ? core.axonAtom[axon] : 0;
      const changed = edit(files, path, (json) => {
        const image = json as unknown as { compartments: string };
        image.compartments = withFields(image.compartments, registers.compartment(chip), compartment, { atom: atom ^ 1 });
      });
      const loaded = await target.load(changed).catch((thrown: unknown) => thrown);
      if (loaded instanceof DiagnosticError) {
        expect(loaded.diagnostics[0]).toMatchObject({ code: 'program-malformed', places: [{ file: path }] });
        expect(isOfPopulation(core.axonAtom, axon)).toBe(false);
        refused++;
        continue;
      }
      const { program } = loaded as typeof mapping;
      expect(program).not.toEqual(mapping.program);
      const { rasters, readout } = createChipSimulator(program, chip).run(loud, { record: true });
      if (!isDeepStrictEqual({ rasters, readout }, { rasters: right.rasters, readout: right.readout })) shown++;
    }
    expect(refused).toBeGreaterThan(3);
    expect(shown).toBeGreaterThan(3);
  });

  it('beyond those of its axon is refused', async () => {
    const changed = edit(files, path, (json) => {
      const image = json as unknown as { compartments: string };
      image.compartments = withFields(image.compartments, registers.compartment(chip), 5 * 4, { atom: 9 });
    });
    await expect(target.load(changed)).rejects.toMatchObject({
      diagnostics: [{ message: expect.stringContaining('leads to atom 9 of axon') }],
    });
  });

  it('is refused where the axon has another kind, or lists that are shorter than they stand apart', async () => {
    const route = edit(files, path, (json) => {
      const image = json as unknown as { outputAxons: string };
      image.outputAxons = withFields(image.outputAxons, registers.outputAxon(chip), 5 * 4, { population: 0 });
    });
    await expect(target.load(route)).rejects.toMatchObject({ diagnostics: [{ message: expect.stringContaining('has population 0') }] });
    const axons = edit(files, `chip/core-${String(core.core).padStart(3, '0')}.json`, (json) => {
      const image = json as unknown as { inputAxons: string };
      image.inputAxons = withFields(image.inputAxons, registers.inputAxon(chip), 0, { atoms: 2 });
    });
    await expect(target.load(axons)).rejects.toMatchObject({ diagnostics: [{ code: 'program-malformed' }] });
  });
});
