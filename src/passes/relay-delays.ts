import { type NodeId, nodeId, projectionId } from '../ir/ids.ts';
import type { Network, NetworkNode, PopulationNode, Projection, ScheduledSegment } from '../ir/network.ts';
import type { AccumNeuron, IntegerNeuron } from '../ir/neuron.ts';
import type { Synapses, WeightValues } from '../ir/synapses.ts';
import type { LoweringContext, Pass } from './pass.ts';
import { splitByDelay } from './split-by-delay.ts';

/** Recogniser in the origin of a population that only repeats another one's spikes. */
const RELAY = 'relay-delays';

export const isRelay = (node: NetworkNode): node is PopulationNode => node.kind === 'population' && node.origin.recogniser === RELAY;

/**
 * Where a spike has to wait longer than the chip's delay lines hold, it goes through a relay: a population that repeats its source spike
 * for spike, so that the function stays the same. Relay k of a source starts k * (longest delay + 1) steps after it, and takes over the
 * synapses whose delay asks for it: tap by tap of a convolution over time, synapse by synapse of sparse ones. All readers of a source in
 * a segment share its relays. Only spikes can be repeated: a graded stream with too long a delay is left for the target's check.
 */
export const relayDelays: Pass<LoweringContext> = {
  name: 'relay-delays',
  description: 'repeat spikes that have to wait longer than a synapse can delay them',
  run: (network, { chip }) => relaySpikes(network, chip.limits.synapticDelay.value, LOIHI_REPEATER),
};

/** A neuron that repeats a spike of its only synapse in its next step, and keeps nothing for the one after. */
export interface Repeater {
  readonly neuron: IntegerNeuron | AccumNeuron;
  readonly weightsOf: (size: number) => WeightValues;
}

/** A single spike of weight 2 brings 128 units, above the threshold of 64. */
const LOIHI_REPEATER: Repeater = {
  neuron: { parameters: 'integer', currentDecay: 4095, voltageDecay: 4096, thresholdMantissa: 1, unit: 64 },
  weightsOf: (size) => new Int16Array(size).fill(2),
};

/** The rewriting for synapses that hold delays of up to `longest` steps, with relays made of `repeater`. */
export function relaySpikes(network: Network, longest: number, repeater: Repeater): Network {
  if (network.schedule === null) return network;
  const relays = new Relays(network, longest, repeater);
  const next = relays.run(network.schedule.segments);
  return relays.made.length === 0 ? network : next;
}

class Relays {
  readonly made: { readonly before: NodeId; readonly segment: ScheduledSegment; readonly relay: PopulationNode }[] = [];
  private readonly network: Network;
  /** Longest delay of a synapse. */
  private readonly longest: number;
  private readonly repeater: Repeater;
  private readonly nodes: ReadonlyMap<NodeId, NetworkNode>;
  private readonly links: Projection[] = [];
  private readonly parts = new Map<Synapses, Map<string, ReadonlyMap<number, Synapses>>>();

  constructor(network: Network, longest: number, repeater: Repeater) {
    this.network = network;
    this.longest = longest;
    this.repeater = repeater;
    this.nodes = new Map(network.nodes.map((node) => [node.id, node]));
  }

  run(segments: readonly ScheduledSegment[]): Network {
    const plans = segments.map((segment): Plan => ({ segment, starts: new Map(segment.starts) }));
    const homes = new Map(plans.flatMap((plan) => ownNodes(plan.segment).map((id) => [id, plan])));
    const projections = this.network.projections.flatMap((projection) => this.split(projection, homes.get(projection.target)));
    const nodes = this.network.nodes.map((node) => this.gateThroughRelay(node, homes.get(node.id)));
    const steps = new Map(this.network.timelines.map((timeline) => [timeline.id, timeline.steps]));
    return {
      ...this.network,
      nodes: nodes.flatMap((node) => [node, ...this.chainBehind(node.id)]),
      projections: [...projections, ...this.links],
      schedule: {
        segments: plans.map(({ segment, starts }) => {
          // A relay for taps that look back may start after its reader: its window has to end within the segment all the same.
          const ends = [...starts].filter(([id]) => !segment.starts.has(id)).map(([, start]) => start + (steps.get(segment.timeline) ?? 0));
          return { ...segment, starts, steps: Math.max(segment.steps, ...ends) };
        }),
      },
    };
  }

  private chainBehind(id: NodeId): readonly PopulationNode[] {
    return this.made.filter(({ before }) => before === id).flatMap(({ relay }) => [relay, ...this.chainBehind(relay.id)]);
  }

  private split(projection: Projection, plan: Plan | undefined): readonly Projection[] {
    const from = plan?.starts.get(projection.source);
    const to = plan?.starts.get(projection.target);
    if (plan === undefined || from === undefined || to === undefined || !this.isSpiking(projection.source)) return [projection];
    const lag = to - from - 1 + projection.delaySteps;
    const parts = this.partsOf(projection.synapses, lag);
    if (parts.size === 1 && parts.has(0)) return [projection];
    return [...parts].map(([relays, synapses]) => ({
      ...projection,
      id: projectionId(`${projection.id}~${relays}`),
      source: this.relay(projection.source, relays, plan),
      synapses,
    }));
  }

  /** Synapses by the number of relays they need. Shared arrays stay shared: equal cuts give the same objects. */
  private partsOf(synapses: Synapses, lag: number): ReadonlyMap<number, Synapses> {
    const relaysFor = (delay: number): number => Math.max(0, Math.ceil((delay - this.longest) / (this.longest + 1)));
    const made = splitByDelay(synapses, (delay) => relaysFor(lag + delay));
    const known = this.parts.get(synapses) ?? new Map<string, ReadonlyMap<number, Synapses>>();
    this.parts.set(synapses, known);
    const same = known.get(made.key) ?? made.parts;
    known.set(made.key, same);
    return same;
  }

  private gateThroughRelay(node: NetworkNode, plan: Plan | undefined): NetworkNode {
    if (node.kind !== 'population' || node.gate === null || plan === undefined) return node;
    const [from, to] = [plan.starts.get(node.gate), plan.starts.get(node.id)];
    if (from === undefined || to === undefined || !this.isSpiking(node.gate)) return node;
    const relays = Math.max(0, Math.ceil((to - from - 1 - this.longest) / (this.longest + 1)));
    return relays === 0 ? node : { ...node, gate: this.relay(node.gate, relays, plan) };
  }

  /** The last of `count` relays behind a source; the source itself for none. */
  private relay(source: NodeId, count: number, { segment, starts }: Plan): NodeId {
    if (count === 0) return source;
    const before = this.relay(source, count - 1, { segment, starts });
    const known = this.made.find((each) => each.before === before && each.segment === segment);
    if (known !== undefined) return known.relay.id;
    const relay = this.makeRelay(source, before, `${segment.index}.${count}`);
    this.made.push({ before, segment, relay });
    starts.set(relay.id, (starts.get(before) ?? 0) + this.longest + 1);
    return relay.id;
  }

  private makeRelay(source: NodeId, before: NodeId, suffix: string): PopulationNode {
    const node = this.nodes.get(source);
    if (node === undefined) throw new Error(`${source} is no node`);
    const origin = { ...node.origin, recogniser: RELAY };
    const id = nodeId(`${source}~${suffix}`);
    this.links.push({
      id: projectionId(`${before} -> ${id}`),
      source: before,
      target: id,
      synapses: { kind: 'one-to-one', sources: node.size, targets: node.size, weights: this.repeater.weightsOf(node.size) },
      delaySteps: 0,
      weightExponent: 0,
      origin,
    });
    return {
      kind: 'population',
      id,
      name: `${node.name}~${suffix}`,
      size: node.size,
      timeline: node.timeline,
      payload: { kind: 'binary' },
      origin,
      bias: null,
      normalization: null,
      neuron: this.repeater.neuron,
      gate: null,
    };
  }

  private isSpiking(id: NodeId): boolean {
    return this.nodes.get(id)?.payload.kind === 'binary';
  }
}

/** A segment with the starts of its relays. */
interface Plan {
  readonly segment: ScheduledSegment;
  readonly starts: Map<NodeId, number>;
}

function ownNodes(segment: ScheduledSegment): readonly NodeId[] {
  const injected = new Set(segment.injected);
  return segment.kind === 'write' ? [] : [...segment.starts.keys()].filter((id) => !injected.has(id));
}
