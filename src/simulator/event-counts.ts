import { CORE_FIELDS, CoreField, STEP_FIELDS, StepField, type Trace } from '../ir/trace.ts';

/** Events of one clip, all cores and chip steps together; as a mean over clips the numbers need not be whole. */
export interface EventCounts {
  readonly chipSteps: number;
  readonly spikes: number;
  /** Messages of cores and of the embedded processor, one per destination. */
  readonly packets: number;
  /** Input axons activated, and packets that the embedded processor collects. */
  readonly packetsReceived: number;
  readonly hopsHorizontal: number;
  readonly hopsVertical: number;
  readonly spikesInTile: number;
  readonly chipCrossings: number;
  readonly synapticEvents: number;
  readonly fastWeightUpdates: number;
  readonly neuronUpdatesActive: number;
  readonly neuronUpdatesInactive: number;
  /** Packets that the embedded processor sends and collects, and its operations between segments. */
  readonly embeddedOperations: number;
  readonly hostValues: number;
}

export function totalCounts(trace: Trace): EventCounts {
  const core = columnSums(trace.perCore, CORE_FIELDS);
  const step = columnSums(trace.perStep, STEP_FIELDS);
  return {
    chipSteps: trace.steps,
    spikes: core[CoreField.spikes],
    packets: core[CoreField.packetsOut] + step[StepField.injected],
    packetsReceived: core[CoreField.packetsIn] + step[StepField.collected],
    hopsHorizontal: step[StepField.hopsHorizontal],
    hopsVertical: step[StepField.hopsVertical],
    spikesInTile: step[StepField.inTile],
    chipCrossings: step[StepField.chipCrossings],
    synapticEvents: core[CoreField.synapticEvents],
    fastWeightUpdates: core[CoreField.fastWeightUpdates],
    neuronUpdatesActive: core[CoreField.active],
    neuronUpdatesInactive: core[CoreField.inactive],
    embeddedOperations: step[StepField.injected] + step[StepField.collected] + columnSums(trace.embeddedOperations, 1)[0],
    hostValues: step[StepField.hostValues],
  };
}

/** Mean over clips, of at least one. Prices are linear in counts, so the price of the mean is the mean of the prices. */
export function meanCounts(clips: readonly EventCounts[]): EventCounts {
  const mean = (field: keyof EventCounts): number => clips.reduce((sum, counts) => sum + counts[field], 0) / clips.length;
  return {
    chipSteps: mean('chipSteps'),
    spikes: mean('spikes'),
    packets: mean('packets'),
    packetsReceived: mean('packetsReceived'),
    hopsHorizontal: mean('hopsHorizontal'),
    hopsVertical: mean('hopsVertical'),
    spikesInTile: mean('spikesInTile'),
    chipCrossings: mean('chipCrossings'),
    synapticEvents: mean('synapticEvents'),
    fastWeightUpdates: mean('fastWeightUpdates'),
    neuronUpdatesActive: mean('neuronUpdatesActive'),
    neuronUpdatesInactive: mean('neuronUpdatesInactive'),
    embeddedOperations: mean('embeddedOperations'),
    hostValues: mean('hostValues'),
  };
}

function columnSums(table: Int32Array, columns: number): number[] {
  const sums = new Array<number>(columns).fill(0);
  for (let row = 0; row < table.length; row += columns) {
    for (let column = 0; column < columns; column++) sums[column] += table[row + column];
  }
  return sums;
}
