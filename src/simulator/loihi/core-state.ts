import { BLOCK_FIELDS, BlockField, type CompartmentGroup, type CoreProgram, synapsesOfAxons } from '../../ir/mapping.ts';
import { type LifParameters, NEVER } from './lif.ts';

/**
 * A run of synapses in the form the inner loop wants: `reach` = delay * compartments + target is added to the ring position of the next
 * step; `cell` indexes `cells`; the payload is shifted by `shift` (0 for stored weights, which are shifted beforehand).
 */
export const RUN_FIELDS = 4;
export const RunField = { reach: 0, count: 1, cell: 2, shift: 3 } as const;

/** A compartment group, ready to run. Absent gates and teachers are -1. */
export interface GroupState extends LifParameters {
  /** Index of its population. */
  readonly population: number;
  readonly firstNeuron: number;
  readonly first: number;
  readonly count: number;
  readonly segment: number;
  readonly start: number;
  readonly end: number;
  readonly gateFirst: number;
  readonly teachFirst: number;
  readonly buffered: boolean;
  readonly readout: boolean;
}

/** One core's memory and state in flat arrays. */
export interface CoreState {
  readonly compartments: number;
  /** Steps the ring of accumulators holds: a spike at step t lands at t + 1 + delay. */
  readonly ringSteps: number;
  readonly ring: Int32Array;
  /** First accumulator of this step and of the next one. */
  slot: number;
  next: number;
  readonly u: Int32Array;
  readonly v: Int32Array;
  readonly bias: Int32Array;
  /** Currents that wrapped, and potentials that were clipped where that counts, since the cell was last read. */
  readonly wraps: Int32Array;
  /** Weights, shifted by their exponents, then the fast weights. */
  readonly cells: Int32Array;
  readonly fastFirst: number;
  /** List of runs that each axon reads, and what it adds to their reach. */
  readonly axonList: Int32Array;
  readonly axonBase: Int32Array;
  readonly listFirst: Int32Array;
  readonly runs: Int32Array;
  /** Synapses of each axon. */
  readonly axonEvents: Int32Array;
  /** How often each axon was activated in this clip. */
  readonly axonHits: Float64Array;
  /** Group that each run ends in, whichever axon reads it. */
  readonly groupOfRun: Int32Array;
  readonly groups: readonly GroupState[];
  /** Runs over fast weights that wait for a step of a write segment, by step of the ring. */
  readonly waiting: readonly number[][];
}

/** Regions of a core's compartments that belong to group `group`: its neurons, its gates, its teachers. */
export interface Region {
  readonly group: number;
  readonly first: number;
  readonly count: number;
}

export function regionsOf(groups: readonly CompartmentGroup[]): Region[] {
  return groups.flatMap((group, index) =>
    [group.first, group.gateFirst, group.teachFirst].flatMap((first) =>
      first === null ? [] : [{ group: index, first, count: group.count }],
    ),
  );
}

/** The core in its power-on state. The program has been checked. */
export function buildCore(core: CoreProgram, populations: ReadonlyMap<string, number>): CoreState {
  const owner = new Int32Array(core.compartments);
  for (const region of regionsOf(core.groups)) owner.fill(region.group, region.first, region.first + region.count);
  const exponents = exponentsOf(core.blocks);
  const fastFirst = exponents.length * core.weights.length;
  const { listFirst, runs, groupOfRun, ringSteps } = buildRuns(core, owner, exponents, fastFirst);
  const cells = new Int32Array(fastFirst + core.fastWeightCells);
  exponents.forEach((exponent, variant) => {
    const base = variant * core.weights.length;
    // A negative exponent shifts each weight, rounding down.
    for (let i = 0; i < core.weights.length; i++) cells[base + i] = Math.floor(core.weights[i] * 2 ** exponent);
  });
  return {
    compartments: core.compartments,
    ringSteps,
    ring: new Int32Array(ringSteps * core.compartments),
    slot: 0,
    next: 0,
    u: new Int32Array(core.compartments),
    v: new Int32Array(core.compartments),
    bias: Int32Array.from(core.biasMantissa, (mantissa, i) => mantissa << core.biasExponent[i]),
    wraps: new Int32Array(1),
    cells,
    fastFirst,
    axonList: core.axonList,
    axonBase: core.axonBase,
    listFirst,
    runs,
    axonEvents: synapsesOfAxons(core),
    axonHits: new Float64Array(core.axonList.length),
    groupOfRun,
    groups: core.groups.map((group) => buildGroup(group, populations.get(group.population) ?? 0)),
    waiting: Array.from({ length: ringSteps }, () => []),
  };
}

function buildGroup(group: CompartmentGroup, population: number): GroupState {
  return {
    population,
    firstNeuron: group.firstNeuron,
    first: group.first,
    count: group.count,
    segment: group.segment,
    start: group.start,
    end: group.start + group.steps,
    gateFirst: group.gateFirst ?? -1,
    teachFirst: group.teachFirst ?? -1,
    buffered: group.buffered,
    readout: group.role === 'readout',
    currentKeep: 4096 - (group.currentDecay + 1),
    voltageKeep: 4096 - group.voltageDecay,
    threshold: group.role === 'readout' ? NEVER : thresholdOf(group),
    resetAmount: group.resetAmount ?? null,
  };
}

/** Potentials are whole numbers: at the threshold or above it is above one unit less. */
const thresholdOf = ({ thresholdMantissa, tie }: CompartmentGroup): number => thresholdMantissa * 64 - (tie === 'ge' ? 1 : 0);

/** Exponents that stored weights are read with: the weight memory is held once for each, already shifted. */
function exponentsOf(blocks: Int32Array): number[] {
  const exponents = new Set<number>();
  for (let b = 0; b < blocks.length; b += BLOCK_FIELDS) {
    if (blocks[b + BlockField.memory] === 0) exponents.add(blocks[b + BlockField.exponent]);
  }
  return [...exponents].sort((a, b) => a - b);
}

/** Blocks cut where they pass from one group's compartments into another's, so that each run has one owner. */
function buildRuns(core: CoreProgram, owner: Int32Array, exponents: readonly number[], fastFirst: number) {
  const { blocks } = core;
  const runs: number[] = [];
  const groupOfRun: number[] = [];
  const listFirst = new Int32Array(core.listFirst.length);
  let delayMax = 0;
  for (let list = 0; list + 1 < core.listFirst.length; list++) {
    listFirst[list] = groupOfRun.length;
    for (let b = core.listFirst[list] * BLOCK_FIELDS; b < core.listFirst[list + 1] * BLOCK_FIELDS; b += BLOCK_FIELDS) {
      const fast = blocks[b + BlockField.memory] === 1;
      const exponent = blocks[b + BlockField.exponent];
      const delay = blocks[b + BlockField.delay];
      const cell = blocks[b + BlockField.weight] + (fast ? fastFirst : exponents.indexOf(exponent) * core.weights.length);
      const target = blocks[b + BlockField.target];
      const count = blocks[b + BlockField.count];
      delayMax = Math.max(delayMax, delay);
      for (let k = 0, end = 0; k < count; k = end) {
        for (end = k + 1; end < count && owner[target + end] === owner[target + k]; end++);
        runs.push(delay * core.compartments + target + k, end - k, cell + k, fast ? exponent : 0);
        groupOfRun.push(owner[target + k]);
      }
    }
  }
  listFirst[core.listFirst.length - 1] = groupOfRun.length;
  return { listFirst, runs: Int32Array.from(runs), groupOfRun: Int32Array.from(groupOfRun), ringSteps: delayMax + 2 };
}
