import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Clip } from '../../../src/ir/clip.ts';
import { totalCounts } from '../../../src/simulator/event-counts.ts';
import { createChipSimulator } from '../../../src/simulator/loihi/index.ts';
import { LOIHI2 } from '../../../src/targets/loihi/chips/loihi2.ts';
import { buildProgram, group, type TestSynapse } from './build-program.ts';

const STEPS = 30;
const CHANNELS = 6;
/** Population and core of 4 neurons each; b lives on two cores and is buffered, `out` reads. */
const PLACES = [
  { population: 'a', core: 0, firstNeuron: 0, first: 0 },
  { population: 'b', core: 0, firstNeuron: 0, first: 4 },
  { population: 'b', core: 1, firstNeuron: 4, first: 0 },
  { population: 'out', core: 1, firstNeuron: 0, first: 4 },
] as const;
const TILES = [6, 17];

const sources = [
  ...Array.from({ length: CHANNELS }, (_, neuron) => ({ from: 'features', neuron })),
  ...Array.from({ length: 4 }, (_, neuron) => ({ from: 'a', neuron })),
  ...Array.from({ length: 8 }, (_, neuron) => ({ from: 'b', neuron })),
];

const synapse = fc.record({
  source: fc.constantFrom(...sources),
  core: fc.constantFrom(0, 1),
  compartment: fc.integer({ min: 0, max: 7 }),
  weight: fc.integer({ min: -20, max: 40 }),
  delay: fc.integer({ min: 0, max: 9 }),
  exponent: fc.integer({ min: 0, max: 2 }),
});

it('every synapse read is counted once: the trace equals rasters times connectivity', () => {
  let spikesSeen = 0;
  fc.assert(
    fc.property(
      fc.array(synapse, { minLength: 20, maxLength: 150 }),
      fc.array(fc.constantFrom(0, 0, 1, 3), { minLength: STEPS * CHANNELS, maxLength: STEPS * CHANNELS }),
      (drawn, features) => {
        const synapses: TestSynapse[] = drawn.map(({ source, ...rest }) => ({ ...source, ...rest }));
        const program = buildProgram({
          segments: [{ kind: 'run', steps: STEPS + 2, injections: [{ stream: 'features', start: 0, steps: STEPS, size: CHANNELS }] }],
          cores: TILES.map((tile, core) => ({
            tile,
            groups: PLACES.filter((place) => place.core === core).map(({ population, firstNeuron, first }) =>
              group({
                population,
                firstNeuron,
                first,
                count: 4,
                start: population === 'a' ? 0 : 2,
                steps: STEPS,
                voltageDecay: 1024,
                thresholdMantissa: 30,
                buffered: population === 'b',
                role: population === 'out' ? 'readout' : 'spiking',
              }),
            ),
          })),
          synapses,
          readout: 'out',
        });
        const clip: Clip = {
          steps: STEPS,
          channels: CHANNELS,
          features: Float32Array.from(features),
          valid: new Uint8Array(STEPS).fill(1),
          label: null,
        };
        const trace = createChipSimulator(program, LOIHI2).run(clip, { record: true });

        const fired = new Map<string, number>();
        features.forEach((value, i) => {
          const key = `features/${i % CHANNELS}`;
          if (value !== 0) fired.set(key, (fired.get(key) ?? 0) + 1);
        });
        for (const name of ['a', 'b']) {
          const raster = trace.rasters.get(name) ?? new Int32Array();
          for (let i = 0; i < raster.length; i += 2)
            fired.set(`${name}/${raster[i + 1]}`, (fired.get(`${name}/${raster[i + 1]}`) ?? 0) + 1);
        }
        const populationOf = (s: TestSynapse): string =>
          PLACES.find((p) => p.core === s.core && s.compartment >= p.first && s.compartment < p.first + 4)?.population ?? '';
        const firedBy = (s: { from: string; neuron: number }): number => fired.get(`${s.from}/${s.neuron}`) ?? 0;
        const events = (of: readonly TestSynapse[]): number => of.reduce((sum, s) => sum + firedBy(s), 0);

        const counts = totalCounts(trace);
        expect(counts.synapticEvents).toBe(events(synapses));
        for (const name of ['a', 'b', 'out']) {
          expect(trace.populations.get(name)?.synapticEvents).toBe(events(synapses.filter((s) => populationOf(s) === name)));
        }
        const spikesOf = (name: string): number => sources.filter((s) => s.from === name).reduce((sum, s) => sum + firedBy(s), 0);
        expect([trace.populations.get('a')?.spikes, trace.populations.get('b')?.spikes]).toEqual([spikesOf('a'), spikesOf('b')]);
        expect(counts.spikes).toBe(spikesOf('a') + spikesOf('b'));
        spikesSeen += counts.spikes;

        // Packets: one per source and destination core; from b and the read-out also one to the port at tile 0.
        let packets = 0;
        let hops = 0;
        let inTile = 0;
        const position = (tile: number): readonly [number, number] => [Math.floor(tile / 4), tile % 4];
        const travel = (count: number, from: number, to: number): void => {
          const [x0, y0] = position(from);
          const [x1, y1] = position(to);
          const distance = Math.abs(x1 - x0) + Math.abs(y1 - y0);
          packets += count;
          hops += count * distance;
          inTile += distance === 0 ? count : 0;
        };
        for (const source of sources) {
          const home = PLACES.find(
            (p) => p.population === source.from && source.neuron >= p.firstNeuron && source.neuron < p.firstNeuron + 4,
          )?.core;
          const from = home === undefined ? 0 : TILES[home];
          for (const core of [0, 1]) {
            const connected = synapses.some((s) => s.core === core && s.from === source.from && s.neuron === source.neuron);
            if (connected) travel(firedBy(source), from, TILES[core]);
          }
          if (source.from === 'b') travel(firedBy(source), from, 0);
        }
        travel(4 * STEPS, TILES[1], 0);
        expect([counts.packets, counts.hopsHorizontal + counts.hopsVertical, counts.spikesInTile]).toEqual([packets, hops, inTile]);

        expect(counts.neuronUpdatesActive).toBe(16 * STEPS);
        expect(counts.neuronUpdatesActive + counts.neuronUpdatesInactive).toBe(16 * (STEPS + 2));
      },
    ),
    { numRuns: 60, seed: 7 },
  );
  expect(spikesSeen).toBeGreaterThan(1000);
});
