import type { OnnxRuntimeReference } from '../frontend/onnx/onnx-runtime.ts';
import type { Clip } from '../ir/clip.ts';
import type { NodeId } from '../ir/ids.ts';
import type { Network } from '../ir/network.ts';
import { type QuantizedChannels, quantizeFeatures } from '../ir/quantized-features.ts';
import type { ClipTally, Tallier } from '../simulator/accounting/tally-clip.ts';
import { countEvents, type LogicalEvents } from '../simulator/count-events.ts';
import { type Decision, type DecisionRule, decide } from '../simulator/decision.ts';
import { type NetworkRun, simulateNetwork } from '../simulator/reference/index.ts';
import type { ChipRun, ChipRunner } from './chip-runner.ts';

/** How far down a simulation goes: `quantized` is the integer network in model time, `mapped` and `chip` run on cores. */
export const LEVELS = ['float', 'quantized', 'mapped', 'chip'] as const;
export type Level = (typeof LEVELS)[number];

/** What can be run on a clip; null: not asked for. */
export interface Runners {
  readonly reference: OnnxRuntimeReference | null;
  /** The network as imported. */
  readonly float: { readonly network: Network; readonly tally: () => Tallier } | null;
  /** The integer network. */
  readonly quantized: Network | null;
  readonly chip: ChipRunner | null;
  /** Channels of a clip that are rounded below the float level. */
  readonly rounded: readonly QuantizedChannels[];
}

/** What a chip did, and what was decided by it. */
export type ChipResult = ChipRun & { readonly decision: Decision };

/** What one clip gave at each level. */
export interface ClipResult {
  readonly label: number | null;
  readonly reference: Decision | null;
  readonly float: Decision | null;
  readonly quantized: Decision | null;
  /** Operations of the float network. */
  readonly events: LogicalEvents | null;
  /** What counting tools would see of the float network. */
  readonly tally: ClipTally | null;
  /** Frames at its end that are empty, and what the float network would decide without their logits; null: there are none, or all are. */
  readonly padding: { readonly emptySteps: number; readonly winner: number } | null;
  /** Spikes by population, in the float and in the integer network. */
  readonly floatSpikes: ReadonlyMap<NodeId, number> | null;
  readonly quantizedSpikes: ReadonlyMap<NodeId, number> | null;
  /** Input currents (with soft resets, potentials too) of the integer network that left the chip's registers, by population. */
  readonly overflows: ReadonlyMap<NodeId, number>;
  readonly chip: ChipResult | null;
  /** Features that rounding clipped. */
  readonly saturated: number;
  /** Spikes of each population at the deepest level that was run, (step, neuron) pairs, sorted; null: not recorded. */
  readonly rasters: ChipRun['rasters'] | null;
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
  const float = runners.float === null ? null : runFloat(runners.float, clip);
  const quantized = runners.quantized === null ? null : simulateNetwork(runners.quantized, clip);
  const chip = runners.chip === null ? null : runners.chip.run(clip, record);
  return {
    label: clip.label,
    reference,
    float: float === null ? null : decideOn(float.run.logits),
    quantized: quantized === null ? null : decideOn(quantized.logits),
    events: float?.events ?? null,
    tally: float?.tally ?? null,
    padding: float === null ? null : withoutEmptyFrames(clip, float.run.logits, decideOn),
    floatSpikes: float?.spikes ?? null,
    quantizedSpikes: quantized === null || runners.quantized === null ? null : spikesOf(runners.quantized, quantized.streams),
    overflows: new Map([...(quantized?.ranges ?? [])].map(([id, range]) => [id, range.overflows])),
    chip: chip === null ? null : { ...chip, decision: decideOn(chip.logits) },
    saturated: quantizeFeatures(clip.features, clip.channels, runners.rounded).saturated,
    rasters: record ? rastersOf(runners, chip, quantized ?? float?.run ?? null) : null,
  };
}

function rastersOf({ quantized, float }: Runners, chip: ChipRun | null, run: NetworkRun | null): ChipRun['rasters'] | null {
  if (chip !== null) return chip.rasters;
  const network = quantized ?? float?.network;
  if (network === undefined || run === null) return null;
  const populations = network.nodes.filter(({ kind }) => kind === 'population');
  return new Map(populations.map(({ id, size }) => [id, pairsOf(run.streams.get(id) ?? [], size)]));
}

function pairsOf(stream: ArrayLike<number>, size: number): Int32Array {
  const pairs: number[] = [];
  for (let i = 0; i < stream.length; i++) if (stream[i] !== 0) pairs.push(Math.floor(i / size), i % size);
  return Int32Array.from(pairs);
}

function runFloat({ network, tally: begin }: NonNullable<Runners['float']>, clip: Clip) {
  const tally = begin();
  const run = simulateNetwork(network, clip, undefined, tally.watch);
  const events = countEvents(network, run.streams);
  return { run, events, tally: tally.finish(run, events), spikes: spikesOf(network, run.streams) };
}

function withoutEmptyFrames(
  { steps, channels, features }: Clip,
  logits: Float32Array,
  decideOn: (logits: ArrayLike<number>) => Decision,
): ClipResult['padding'] {
  const kept = Math.floor(features.findLastIndex((value) => value !== 0) / channels) + 1;
  if (kept === 0 || kept === steps) return null;
  return { emptySteps: steps - kept, winner: decideOn(logits.subarray(0, (logits.length / steps) * kept)).winner };
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
