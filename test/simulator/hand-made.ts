import type { LoihiProgram } from '../../src/ir/mapping.ts';
import { CORE_FIELDS, CoreField, STEP_FIELDS, StepField, type Trace } from '../../src/ir/trace.ts';
import { buildProgram, group } from './loihi/build-program.ts';

/** Two cores on tiles (0, 0) and (1, 2), a segment of three steps and one of two; features are sent in steps 0 and 1. */
export const PROGRAM: LoihiProgram = buildProgram({
  segments: [
    { kind: 'run', steps: 3, injections: [{ stream: 'features', start: 0, steps: 2, size: 1 }] },
    { kind: 'run', steps: 2, injections: [{ stream: 'p', start: 0, steps: 2, size: 1 }] },
  ],
  cores: [
    { tile: 0, groups: [group({ population: 'p', first: 0, count: 1, start: 1, steps: 2, buffered: true })] },
    { tile: 6, groups: [group({ population: 'out', first: 0, count: 1, segment: 1, steps: 2, role: 'readout' })] },
  ],
  synapses: [
    { from: 'features', neuron: 0, core: 0, compartment: 0, weight: 2 },
    { from: 'p', neuron: 0, core: 1, compartment: 0, weight: 2 },
  ],
  readout: 'out',
});

type CoreCounts = Partial<Record<keyof typeof CoreField, number>>;
type StepCounts = Partial<Record<keyof typeof StepField, number>>;

/** Numbers nobody would get by chance; no run could give just these. */
const CORES: readonly (readonly [CoreCounts, CoreCounts])[] = [
  [{ active: 10, inactive: 1, synapticEvents: 100, packetsIn: 7 }, { active: 1 }],
  [{ active: 10 }, { active: 20, synapticEvents: 1000, packetsOut: 3, packetsIn: 2 }],
  [{ inactive: 4, fastWeightUpdates: 500 }, {}],
  [{ active: 1 }, { active: 2 }],
  [
    { spikes: 3, synapticEvents: 11 },
    { synapticEvents: 12, packetsOut: 1 },
  ],
];
const STEPS: readonly StepCounts[] = [
  { injected: 4, hostValues: 4, inTile: 4 },
  { injected: 2, collected: 3, hopsHorizontal: 5, hopsVertical: 9, hostValues: 2 },
  { fastWeightUpdates: 500 },
  { injected: 30, collected: 10, hopsVertical: 1 },
  { inTile: 6, collected: 1 },
];

export const TRACE: Trace = {
  steps: 5,
  cores: 2,
  segmentOfStep: Int32Array.of(0, 0, 0, 1, 1),
  perCore: table(CORES.flat(), CoreField, CORE_FIELDS),
  perStep: table(STEPS, StepField, STEP_FIELDS),
  embeddedOperations: Int32Array.of(40, 2),
  embeddedWork: Int32Array.of(),
  rasters: new Map(),
  populations: new Map(),
  sends: null,
  readout: new Int32Array(2),
};

function table(rows: readonly Readonly<Record<string, number>>[], fields: Readonly<Record<string, number>>, width: number): Int32Array {
  const cells = new Int32Array(rows.length * width);
  rows.forEach((row, r) => {
    for (const [name, count] of Object.entries(row)) cells[r * width + fields[name]] = count;
  });
  return cells;
}
