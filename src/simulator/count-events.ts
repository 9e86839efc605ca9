import type { Stream } from '../ir/accumulate.ts';
import type { NodeId } from '../ir/ids.ts';
import type { AttentionNode, FastWeightsNode, Network } from '../ir/network.ts';
import { type Synapses, synapseCount } from '../ir/synapses.ts';
import { forEachTarget } from '../ir/window.ts';

/** Operations of one clip, counted on the network as it was trained, before any chip. */
export interface LogicalEvents {
  /** A non-zero input of a synapse counts once; attention as it is written (q . k coincidences, then additions of v). */
  readonly synapticEvents: number;
  /** Of those, the ones that end in each population or read-out; attention counts for the node itself. */
  readonly perTarget: ReadonlyMap<NodeId, number>;
  /** Of those, the ones through each projection, in their order; unit links: none. */
  readonly perProjection: Float64Array;
  /** Additions: synaptic events of projections that read binary spikes. */
  readonly acs: number;
  /** Multiply-accumulates: every synapse in every step, padding left out, of projections that read anything else. Matrix products of activations: none. */
  readonly macs: number;
}

type Window = Extract<Synapses, { kind: 'convolution' | 'pooling' }>;

/**
 * Counts events from the streams of a simulated clip and the connectivity. The rule for `acs` and `macs` is the common counting tool's:
 * a layer with binary input costs one AC per spike and synapse, a layer with any other input its dense MACs.
 */
export function countEvents(network: Network, streams: ReadonlyMap<NodeId, Stream>): LogicalEvents {
  const binary = new Set(network.nodes.filter((node) => node.payload.kind === 'binary').map((node) => node.id));
  const steps = new Map(network.timelines.map((timeline) => [timeline.id, timeline.steps]));
  const stepsOf = new Map(network.nodes.map((node) => [node.id, steps.get(node.timeline) ?? 0]));
  const perTarget = new Map<NodeId, number>();
  const perProjection = new Float64Array(network.projections.length);
  let acs = 0;
  let macs = 0;
  for (const [k, projection] of network.projections.entries()) {
    const stream = streams.get(projection.source) ?? new Float32Array(0);
    const targetSteps = stepsOf.get(projection.target) ?? 0;
    const unweighted = isUnitLink(projection.synapses);
    const events = unweighted ? 0 : eventsOf(projection.synapses, stream, targetSteps, projection.delaySteps, once);
    perProjection[k] = events;
    perTarget.set(projection.target, (perTarget.get(projection.target) ?? 0) + events);
    if (unweighted) continue;
    if (binary.has(projection.source)) acs += events;
    else macs += denseOperations(projection.synapses, targetSteps, projection.delaySteps);
  }
  for (const node of network.nodes) {
    if (node.kind === 'attention' || node.kind === 'fast-weights') perTarget.set(node.id, attentionEvents(node, streams));
  }
  let synapticEvents = 0;
  for (const events of perTarget.values()) synapticEvents += events;
  return { synapticEvents, perTarget, perProjection, acs, macs };
}

/** A unit link hands a current over; no weight is read. */
export const isUnitLink = (synapses: Synapses): boolean => synapses.kind === 'one-to-one' && synapses.weights === null;

/** What an input counts for: once if it is not 0, or as many times as its value says. */
export type Weigh = (value: number) => number;
export const once: Weigh = (value) => (value === 0 ? 0 : 1);
export const inUnits: Weigh = (value) => value;

/** Inputs of a projection's synapses whose effect lies inside the clip. */
export function eventsOf(synapses: Synapses, stream: Stream, targetSteps: number, delay: number, weigh: Weigh): number {
  const active = activeChannels(stream, synapses.sources, weigh);
  switch (synapses.kind) {
    case 'dense':
      return synapses.targets * sumOver(active, delay, targetSteps);
    case 'one-to-one':
      return sumOver(active, delay, targetSteps);
    case 'time-convolution': {
      let events = 0;
      for (let tap = 0; tap < synapses.taps; tap++) {
        events += sumOver(active, delay - (synapses.firstOffset + tap * synapses.dilation), targetSteps);
      }
      return (events * synapses.targets) / synapses.groups;
    }
    case 'sparse': {
      let events = 0;
      for (let k = 0; k < synapses.sourceIndex.length; k++) {
        const last = targetSteps - delay - (synapses.delays === null ? 0 : synapses.delays[k]);
        for (let t = 0; t < last; t++) events += weigh(stream[t * synapses.sources + synapses.sourceIndex[k]]);
      }
      return events;
    }
    case 'convolution':
    case 'pooling':
      return windowEvents(synapses, stream, targetSteps, delay, weigh);
  }
}

function windowEvents(window: Window, stream: Stream, targetSteps: number, delay: number, weigh: Weigh): number {
  const { sources } = window;
  let events = 0;
  for (let source = 0; source < sources; source++) {
    let reached = 0;
    forEachTarget(window, source, () => {
      reached++;
    });
    for (let t = 0; t < Math.min(stream.length / sources, targetSteps - delay); t++)
      events += reached * weigh(stream[t * sources + source]);
  }
  return events;
}

/** Pairs of neurons that a window joins: its places in the padding are none. */
function pairsOf(window: Window): number {
  let pairs = 0;
  for (let source = 0; source < window.sources; source++)
    forEachTarget(window, source, () => {
      pairs++;
    });
  return pairs;
}

/** Every synapse once per step of the target for which its input lies inside the clip, and inside the picture. */
export function denseOperations(synapses: Synapses, steps: number, delay: number): number {
  if (synapses.kind === 'convolution' || synapses.kind === 'pooling') return pairsOf(synapses) * Math.max(0, steps - delay);
  if (synapses.kind === 'sparse' && synapses.delays !== null)
    return synapses.delays.reduce((sum, own) => sum + Math.max(0, steps - delay - own), 0);
  if (synapses.kind !== 'time-convolution') return synapseCount(synapses) * Math.max(0, steps - delay);
  const perTap = (synapses.sources * synapses.targets) / synapses.groups;
  let operations = 0;
  for (let tap = 0; tap < synapses.taps; tap++) {
    operations += perTap * Math.max(0, steps - Math.abs(delay - (synapses.firstOffset + tap * synapses.dilation)));
  }
  return operations;
}

/** Values in each step, weighed. */
function activeChannels(stream: Stream, size: number, weigh: Weigh): Float64Array {
  const active = new Float64Array(stream.length / size);
  for (let i = 0; i < stream.length; i++) if (stream[i] !== 0) active[Math.floor(i / size)] += weigh(stream[i]);
  return active;
}

/** Sum of the steps whose effect, `delay` steps later, lies in 0 .. steps - 1. */
function sumOver(active: Float64Array, delay: number, steps: number): number {
  let sum = 0;
  for (let t = Math.max(0, -delay); t < Math.min(active.length, steps - delay); t++) sum += active[t];
  return sum;
}

/** q . k coincidences, and one addition of each v spike for each non-zero score. */
function attentionEvents(node: AttentionNode | FastWeightsNode, streams: ReadonlyMap<NodeId, Stream>): number {
  const query = streams.get(node.query) ?? new Float32Array(0);
  const key = streams.get(node.key) ?? new Float32Array(0);
  const value = streams.get(node.value) ?? new Float32Array(0);
  const mask = node.mask === null ? null : (streams.get(node.mask) ?? null);
  const width = node.size / node.heads;
  const steps = query.length / node.size;
  const keySteps = key.length / node.size;
  let events = 0;
  for (let h = 0; h < node.heads; h++) {
    for (let s = 0; s < keySteps; s++) {
      if (mask !== null && mask[s] === 0) continue;
      const at = s * node.size + h * width;
      let values = 0;
      for (let d = 0; d < width; d++) if (value[at + d] !== 0) values++;
      for (let t = 0; t < steps; t++) {
        let score = 0;
        for (let d = 0; d < width; d++) if (key[at + d] !== 0 && query[t * node.size + h * width + d] !== 0) score++;
        events += score === 0 ? 0 : score + values;
      }
    }
  }
  return events;
}
