import type { ChipModel } from '../../ir/chip-model.ts';
import { type DigitCode, planeCount } from '../../ir/digits.ts';
import type { NodeId } from '../../ir/ids.ts';
import type { FastWeightsNode, Network, NetworkNode, Projection, ScheduledSegment, TargetNode } from '../../ir/network.ts';
import type { Synapses } from '../../ir/synapses.ts';
import {
  type Home,
  homeOf,
  homesOf,
  notLowered,
  type Owner as ScheduledOwner,
  scheduleOf,
  startIn,
  timelineSteps,
} from '../mapping/schedule.ts';
import { digitCodes } from './digit-codes.ts';

/**
 * Spikes of one stream in one segment that open the same input axons: on every core where any of them ends, each channel has one axon.
 * Reads of fast weights have axons of their own, since the keys that write them later use the same ones and must touch nothing else.
 */
export interface Bundle {
  readonly index: number;
  readonly segment: number;
  readonly stream: NodeId;
  readonly channels: number;
  readonly fast: NodeId | null;
  /** Sent by the population's own core; otherwise by the embedded processor. */
  readonly live: boolean;
  /** Integers that are sent as digits: channel c of the stream is channels c * planes .. of the bundle. null: sent as they are. */
  readonly code: DigitCode | null;
}

/** What arrives at a population. A synapse of a tap `o` steps ahead has delay lag - o; lag = start(target) - start(source) - 1 + delaySteps. */
export type Feed =
  | {
      readonly kind: 'synapses';
      readonly bundle: number;
      /** The bundle's. */
      readonly code: DigitCode | null;
      readonly lag: number;
      readonly synapses: Synapses;
      readonly projection: Projection;
    }
  | { readonly kind: 'gate'; readonly bundle: number; readonly lag: number }
  | {
      readonly kind: 'fast';
      readonly bundle: number;
      readonly lag: number;
      readonly node: FastWeightsNode;
      readonly keyWidth: number;
      readonly valueWidth: number;
      readonly exponent: number;
      /** Value spikes that teach, in the write segment. */
      readonly teachBundle: number;
      readonly teachLag: number;
    };

export interface Owner extends ScheduledOwner<Feed> {
  readonly taught: boolean;
}

/** Keys of fast weights: replayed in the write segment into the axons of the queries. */
export interface FastWrite {
  readonly node: FastWeightsNode;
  readonly segment: number;
  readonly start: number;
}

export interface Connectivity {
  readonly owners: readonly Owner[];
  readonly bundles: readonly Bundle[];
  readonly writes: readonly FastWrite[];
  readonly homes: ReadonlyMap<NodeId, Home>;
  readonly steps: ReadonlyMap<NodeId, number>;
}

/** Reads off a lowered network who sends what to whom in which segment, and how much later than the one step of a hop. */
export function connect(network: Network, chip: ChipModel): Connectivity {
  return new Connector(network, chip).run();
}

class Connector {
  private readonly network: Network;
  private readonly homes: ReadonlyMap<NodeId, Home>;
  private readonly steps: ReadonlyMap<NodeId, number>;
  private readonly nodes: ReadonlyMap<NodeId, NetworkNode>;
  private readonly codes: ReadonlyMap<NodeId, DigitCode>;
  private readonly bundles = new Map<string, Bundle>();
  private readonly writes = new Map<NodeId, FastWrite>();

  constructor(network: Network, chip: ChipModel) {
    this.network = network;
    this.codes = digitCodes(network, chip);
    this.homes = homesOf(network);
    this.steps = timelineSteps(network);
    this.nodes = new Map(network.nodes.map((node) => [node.id, node]));
  }

  run(): Connectivity {
    const owners = this.network.nodes.flatMap((node) => (node.kind === 'population' || node.kind === 'readout' ? [this.owner(node)] : []));
    return {
      owners,
      bundles: [...this.bundles.values()],
      writes: [...this.writes.values()],
      homes: this.homes,
      steps: this.steps,
    };
  }

  private owner(node: TargetNode): Owner {
    const home = homeOf(this.homes, node.id);
    const feeds = this.network.projections
      .filter((projection) => projection.target === node.id)
      .map((projection) => this.feed(projection, home));
    const gate = node.kind === 'population' ? node.gate : null;
    if (gate !== null) {
      const lag = home.start - startIn(home.segment, gate) - 1;
      feeds.push({ kind: 'gate', bundle: this.bundle(home.segment, gate, null), lag });
    }
    return {
      node,
      segment: home.segment.index,
      start: home.start,
      steps: this.steps.get(node.id) ?? 0,
      feeds,
      gated: gate !== null,
      taught: feeds.some((feed) => feed.kind === 'fast'),
    };
  }

  private feed(projection: Projection, home: Home): Feed {
    const source = this.nodes.get(projection.source);
    if (source?.kind === 'fast-weights') return this.fastFeed(projection, source, home);
    const lag = home.start - startIn(home.segment, projection.source) - 1 + projection.delaySteps;
    const bundle = this.bundle(home.segment, projection.source, null);
    return { kind: 'synapses', bundle, code: this.codes.get(projection.source) ?? null, lag, synapses: projection.synapses, projection };
  }

  private fastFeed(projection: Projection, node: FastWeightsNode, home: Home): Feed {
    requireUnitLink(projection);
    const lag = home.start - startIn(home.segment, node.query) - 1 + projection.delaySteps;
    const write = this.writeSegment(node, home.segment.index);
    const keyStart = startIn(write, node.key);
    this.writes.set(node.id, { node, segment: write.index, start: keyStart });
    return {
      kind: 'fast',
      bundle: this.bundle(home.segment, node.query, node.id),
      lag,
      node,
      keyWidth: this.sizeOf(node.query) / node.heads,
      valueWidth: node.size / node.heads,
      exponent: projection.weightExponent,
      teachBundle: this.bundle(write, node.value, null),
      // Key and value of one step have to arrive together.
      teachLag: keyStart - startIn(write, node.value) + lag,
    };
  }

  /** The last segment before the reader's that replays key and value. */
  private writeSegment(node: FastWeightsNode, reader: number): ScheduledSegment {
    const found = scheduleOf(this.network).findLast(
      (segment) => segment.kind === 'write' && segment.index < reader && segment.starts.has(node.key) && segment.starts.has(node.value),
    );
    if (found === undefined) throw notLowered(`no write segment replays key and value of ${node.id}`);
    return found;
  }

  private bundle(segment: ScheduledSegment, stream: NodeId, fast: NodeId | null): number {
    const key = `${segment.index}|${fast ?? ''}|${stream}`;
    const known = this.bundles.get(key);
    if (known !== undefined) return known.index;
    const index = this.bundles.size;
    const live = this.homes.get(stream)?.segment === segment;
    const code = this.codes.get(stream) ?? null;
    const channels = this.sizeOf(stream) * (code === null ? 1 : planeCount(code));
    this.bundles.set(key, { index, segment: segment.index, stream, channels, fast, live, code });
    return index;
  }

  private sizeOf(id: NodeId): number {
    const node = this.nodes.get(id);
    if (node === undefined) throw notLowered(`${id} is no node`);
    return node.size;
  }
}

/** Fast weights are read as they are: the quantizer leaves a plain link of mantissa 1. */
function requireUnitLink(projection: Projection): void {
  const { synapses } = projection;
  const unit = synapses.kind === 'one-to-one' && (synapses.weights === null || synapses.weights.every((weight) => weight === 1));
  if (!unit) throw notLowered(`${projection.id} reads fast weights through something else than one-to-one links of mantissa 1`);
}
