import { readFileSync } from 'node:fs';
import type { ChipModel } from '../../src/ir/chip-model.ts';
import { CORE_FIELDS, CoreField, STEP_FIELDS, StepField, type Trace } from '../../src/ir/trace.ts';
import { priceTrace } from '../../src/simulator/energy.ts';
import { timeTrace } from '../../src/simulator/timing.ts';
import { buildProgram, group } from '../simulator/loihi/build-program.ts';

const read = (name: string) => JSON.parse(readFileSync(new URL(`../golden/measured/${name}`, import.meta.url), 'utf8'));

export interface Workload {
  readonly id: string;
  readonly name: string;
  readonly neurons: number;
  readonly synapses: number;
  readonly cores: number;
  readonly chips: number;
  readonly packetsPerSpike: number;
  readonly stepsPerSample: number;
  readonly measured: { readonly dynamicJoulesPerSample: number | null; readonly secondsPerStep: number | null };
}

interface Run {
  readonly n_copies: number;
  readonly n_layers: number | null;
  readonly n_inferences: number;
  readonly seconds: number;
  readonly idle_W: number;
  readonly J_per_inf_dynamic: number;
}

const RUNS: readonly Run[] = read('abr_kws_loihi.json').rows;
const SCALED = RUNS.filter(({ n_layers, n_copies }) => n_layers === 10 && n_copies > 0);
const FILE: { readonly workloads: readonly Workload[]; readonly static: readonly Static[] } = read('workloads.json');

export interface Static {
  readonly id: string;
  readonly name: string;
  readonly cores: number;
  readonly watts: number | null;
}

/** Slope of the least-squares line. */
function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (of: (point: readonly [number, number]) => number): number => points.reduce((sum, p) => sum + of(p), 0) / points.length;
  const [mx, my] = [mean(([x]) => x), mean(([, y]) => y)];
  return mean(([x, y]) => (x - mx) * (y - my)) / mean(([x]) => (x - mx) ** 2);
}

/** Workloads, with what follows from the runs of the keyword spotter. */
export const WORKLOADS: readonly Workload[] = FILE.workloads.map((workload) =>
  workload.id !== 'kws-copy'
    ? workload
    : {
        ...workload,
        measured: {
          dynamicJoulesPerSample: slope(SCALED.map((run) => [run.n_copies, run.J_per_inf_dynamic])),
          secondsPerStep: slope(SCALED.map((run) => [run.n_copies, run.seconds / run.n_inferences / workload.stepsPerSample])),
        },
      },
);

export const workload = (id: string): Workload => {
  const found = WORKLOADS.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`no workload ${id}`);
  return found;
};

export const STATICS: readonly Static[] = FILE.static.map((row) =>
  row.id === 'board' ? { ...row, watts: RUNS.reduce((sum, run) => sum + run.idle_W, 0) / RUNS.length } : row,
);

const NO_BOARD = ['static', 'barrier', 'embeddedProcessor', 'hostInput'] as const;

/** One step of a workload in which `rate` of its neurons fire, spread evenly over its cores: dynamic energy, and length by the simple model. */
export function modelStep(work: Workload, rate: number, chip: ChipModel): { readonly joules: number; readonly seconds: number } {
  const program = buildProgram({
    segments: [{ kind: 'run', steps: 1, injections: [{ stream: 'features', start: 0, steps: 1, size: 1 }] }],
    cores: Array.from({ length: work.cores }, (_, core) => ({
      tile: Math.floor(core / chip.geometry.coresPerTile) % (chip.geometry.columns * chip.geometry.rows),
      groups: [
        group({ population: core === 0 ? 'out' : `p${core}`, first: 0, count: 1, steps: 1, role: core === 0 ? 'readout' : 'spiking' }),
      ],
    })),
    synapses: [{ from: 'features', neuron: 0, core: 0, compartment: 0, weight: 2 }],
    readout: 'out',
  });
  const placed = { ...program, cores: program.cores.map((core) => ({ ...core, chip: core.core % work.chips })) };
  const perCore = new Int32Array(work.cores * CORE_FIELDS);
  const spread = (field: number, total: number): void => {
    for (let core = 0; core < work.cores; core++) {
      perCore[core * CORE_FIELDS + field] = Math.floor((total * (core + 1)) / work.cores) - Math.floor((total * core) / work.cores);
    }
  };
  const spikes = Math.round(rate * work.neurons);
  spread(CoreField.active, work.neurons);
  spread(CoreField.spikes, spikes);
  spread(CoreField.packetsOut, spikes * work.packetsPerSpike);
  spread(CoreField.packetsIn, spikes * work.packetsPerSpike);
  spread(CoreField.synapticEvents, Math.round(rate * work.synapses));
  const perStep = new Int32Array(STEP_FIELDS);
  perStep[StepField.inTile] = spikes * work.packetsPerSpike;
  const trace: Trace = {
    steps: 1,
    cores: work.cores,
    segmentOfStep: Int32Array.of(0),
    perCore,
    perStep,
    embeddedOperations: Int32Array.of(0),
    embeddedWork: Int32Array.of(),
    rasters: new Map(),
    populations: new Map(),
    sends: null,
    readout: new Int32Array(1),
  };
  const timing = timeTrace(trace, placed, chip);
  const { dynamicJoules } = priceTrace(trace, timing, placed, chip, { pace: 'fast', timestepS: null }, NO_BOARD);
  return { joules: dynamicJoules ?? Number.NaN, seconds: timing.seconds };
}
