import type { ChipModel } from '../../ir/chip-model.ts';
import { planeAt, planeCount } from '../../ir/digits.ts';
import type { NodeId } from '../../ir/ids.ts';
import { type Synapses, synapseCount } from '../../ir/synapses.ts';
import type { Connectivity, Feed } from './connectivity.ts';
import { planeStream } from './digit-codes.ts';
import { maskedStream } from './embedded.ts';
import { packetsPerChannel } from './expected-spikes.ts';
import { planeSynapses } from './plane-synapses.ts';

/** What one stream brings to a population in a clip, by the mean packets per channel. */
export interface Arrivals {
  /** While fast weights are written; else while the population runs. */
  readonly writing: boolean;
  /** Sent by a core; else by the embedded processor. */
  readonly live: boolean;
  /** A packet per spike and channel, and as many again for each further slice where every slice reads every channel. */
  readonly packets: number;
  readonly everySlice: boolean;
  readonly synapticEvents: number;
  /** Coincidences written into fast weights. */
  readonly writes: number;
}

/** `packets`: of `spikesPerChannel`. */
export function expectedArrivals(
  feed: Feed,
  { bundles, steps }: Connectivity,
  packets: ReadonlyMap<NodeId, number>,
  limits: ChipModel['limits'],
): readonly Arrivals[] {
  const { stream, live, channels } = bundles[feed.bundle];
  const common = { writing: false, live, writes: 0 };
  switch (feed.kind) {
    case 'gate': {
      const spikes = channels * packetsPerChannel(stream, packets);
      return [{ ...common, packets: spikes, synapticEvents: spikes, everySlice: false }];
    }
    case 'synapses': {
      const { synapses, code } = feed;
      const rate = packetsPerChannel(code === null ? stream : planeStream(stream), packets);
      const synapticEvents = rate * synapseCount(synapses) * storedPerSynapse(feed, limits);
      return [{ ...common, packets: rate * channels, synapticEvents, everySlice: readsEverywhere(synapses) }];
    }
    case 'fast': {
      const { node, keyWidth, valueWidth } = feed;
      const teach = bundles[feed.teachBundle];
      const [query, value] = [packetsPerChannel(stream, packets), packetsPerChannel(teach.stream, packets)];
      const key = packetsPerChannel(node.mask === null ? node.key : maskedStream(node.key), packets);
      const cells = channels * valueWidth;
      const everySlice = node.heads === 1;
      // A key and a value that know nothing of each other meet this often in a cell.
      const meetings = (key * value) / (steps.get(node.id) ?? 1);
      const writing = { writing: true, live: teach.live };
      const values = teach.channels * value;
      return [
        { ...common, packets: query * channels, synapticEvents: query * cells, everySlice },
        { ...writing, packets: key * node.heads * keyWidth, synapticEvents: key * cells, writes: meetings * cells, everySlice },
        { ...writing, packets: values, synapticEvents: values, writes: 0, everySlice: false },
      ];
    }
  }
}

/** Synapses that are stored for one of the network, over all digits of what it reads. */
function storedPerSynapse(feed: Extract<Feed, { kind: 'synapses' }>, limits: ChipModel['limits']): number {
  const { code, synapses, projection } = feed;
  if (code === null) return 1;
  const copies = Array.from(
    { length: planeCount(code) },
    (_, plane) => planeSynapses(synapses, projection.weightExponent, planeAt(code, plane), limits).copies,
  );
  return copies.reduce((sum, count) => sum + count, 0);
}

/** One-to-one links and depthwise kernels bring a channel to one neuron. */
function readsEverywhere(synapses: Synapses): boolean {
  switch (synapses.kind) {
    case 'one-to-one':
      return false;
    case 'time-convolution':
      return synapses.groups < synapses.targets;
    case 'dense':
    case 'sparse':
    case 'convolution':
    case 'pooling':
      return true;
  }
}
