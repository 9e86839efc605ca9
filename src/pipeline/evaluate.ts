import type { OnnxRuntimeReference } from '../frontend/onnx/onnx-runtime.ts';
import type { ChipModel } from '../ir/chip-model.ts';
import type { Clip } from '../ir/clip.ts';
import type { NodeId } from '../ir/ids.ts';
import type { LoihiProgram } from '../ir/mapping.ts';
import type { Network } from '../ir/network.ts';
import { CORE_FIELDS, CoreField, type PopulationCounts, type Trace } from '../ir/trace.ts';
import { countEvents, type LogicalEvents } from '../simulator/count-events.ts';
import { type Decision, type DecisionRule, decide } from '../simulator/decision.ts';
import { type EventCounts, totalCounts } from '../simulator/event-counts.ts';
import type { ChipSimulator } from '../simulator/loihi/index.ts';
import { simulateNetwork } from '../simulator/reference/index.ts';
import { type Timing, type TimingOptions, timeTrace } from '../simulator/timing.ts';

/** How far down a simulation goes: `quantized` is the integer network in model time, `mapped` and `chip` run on cores. */
export const LEVELS = ['float', 'quantized', 'mapped', 'chip'] as const;
export type Level = (typeof LEVELS)[number];

/** What can be run on a clip; null: not asked for. */
export interface Runners {
  readonly reference: OnnxRuntimeReference | null;
  /** The network as imported. */
  readonly float: Network | null;
  /** The integer network. */
  readonly quantized: Network | null;
  readonly chip: {
    readonly simulator: ChipSimulator;
    readonly program: LoihiProgram;
    /** At the prices of the run. */
    readonly model: ChipModel;
    readonly timing: TimingOptions;
  } | null;
}

/** What is kept of a trace: counts and times, so that memory does not grow with steps and cores of every clip. */
export interface ChipResult {
  readonly decision: Decision;
  readonly counts: EventCounts;
  readonly timing: Timing;
  /** Synaptic events of each core. */
  readonly coreEvents: Float64Array;
  readonly populations: ReadonlyMap<string, PopulationCounts>;
  readonly rasters: Trace['rasters'];
}

/** What one clip gave at each level. */
export interface ClipResult {
  readonly label: number | null;
  readonly reference: Decision | null;
  readonly float: Decision | null;
  readonly quantized: Decision | null;
  /** Operations of the float network. */
  readonly events: LogicalEvents | null;
  /** Spikes by population, in the float and in the integer network. */
  readonly floatSpikes: ReadonlyMap<NodeId, number> | null;
  readonly quantizedSpikes: ReadonlyMap<NodeId, number> | null;
  /** Input currents of the integer network that left the chip's registers, by population. */
  readonly overflows: ReadonlyMap<NodeId, number>;
  readonly chip: ChipResult | null;
}

/** Runs one clip at every level there is a runner for. */
export async function evaluateClip(
  clip: Clip,
  runners: Runners,
  classes: number,
  rule: DecisionRule,
  record: boolean,
): Promise<ClipResult> {
  const decideOn = (logits: ArrayLike<number>): Decision => decide(logits, logits.length / classes, classes, rule);
  const reference = runners.reference === null ? null : decideOn(await runners.reference.run(clip));
  const float = runners.float === null ? null : simulateNetwork(runners.float, clip);
  const quantized = runners.quantized === null ? null : simulateNetwork(runners.quantized, clip);
  return {
    label: clip.label,
    reference,
    float: float === null ? null : decideOn(float.logits),
    quantized: quantized === null ? null : decideOn(quantized.logits),
    events: float === null || runners.float === null ? null : countEvents(runners.float, float.streams),
    floatSpikes: float === null || runners.float === null ? null : spikesOf(runners.float, float.streams),
    quantizedSpikes: quantized === null || runners.quantized === null ? null : spikesOf(runners.quantized, quantized.streams),
    overflows: new Map([...(quantized?.ranges ?? [])].map(([id, range]) => [id, range.overflows])),
    chip: runners.chip === null ? null : runChip(clip, runners.chip, decideOn, record),
  };
}

function runChip(
  clip: Clip,
  runner: NonNullable<Runners['chip']>,
  decideOn: (logits: ArrayLike<number>) => Decision,
  record: boolean,
): ChipResult {
  const { simulator, program, model, timing } = runner;
  const trace = simulator.run(clip, { record, recordSends: timing.model === 'detailed' });
  return {
    decision: decideOn(readoutOf(trace, program)),
    counts: totalCounts(trace),
    timing: timeTrace(trace, program, model, timing),
    coreEvents: Float64Array.from(program.cores, (_, core) => eventsOnCore(trace, core)),
    populations: trace.populations,
    rasters: trace.rasters,
  };
}

function eventsOnCore(trace: Trace, core: number): number {
  let events = 0;
  for (let step = 0; step < trace.steps; step++)
    events += trace.perCore[(step * trace.cores + core) * CORE_FIELDS + CoreField.synapticEvents];
  return events;
}

/** Logits as real numbers, [steps, classes]. */
function readoutOf(trace: Trace, program: LoihiProgram): Float64Array {
  return Float64Array.from(trace.readout, (value) => value * program.readout.scale);
}

function spikesOf(network: Network, streams: ReadonlyMap<NodeId, ArrayLike<number>>): ReadonlyMap<NodeId, number> {
  const spikes = new Map<NodeId, number>();
  for (const node of network.nodes) {
    if (node.kind !== 'population') continue;
    const stream = streams.get(node.id) ?? [];
    let count = 0;
    for (let i = 0; i < stream.length; i++) count += stream[i];
    spikes.set(node.id, count);
  }
  return spikes;
}
