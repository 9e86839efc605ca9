import { planeCount } from '../../ir/digits.ts';
import type { NodeId } from '../../ir/ids.ts';
import type { Synapses } from '../../ir/synapses.ts';
import type { Connectivity } from './connectivity.ts';

/** Channels that may be the atoms of one population axon, in the order of their atoms; of each stream that has such places. */
export type Places = ReadonlyMap<NodeId, readonly (readonly number[])[]>;

/**
 * Sources at one place of a picture, whatever their channel: they reach exactly the same neurons, through all synapses of the network.
 * Dense layers say nothing of places. A place with more channels than there are atoms is several. The digits of an integer are channels
 * of their own. A channel has the same atom wherever it goes, since a compartment belongs to one population.
 */
export function placesOf({ owners, bundles }: Connectivity, atomsMax: number): Places {
  const reached = new Map<NodeId, Reached>();
  owners.forEach(({ feeds }, owner) => {
    for (const feed of feeds) {
      if (feed.kind === 'fast') continue;
      const { stream, channels, code } = bundles[feed.bundle];
      const planes = code === null ? 1 : planeCount(code);
      const known = reached.get(stream) ?? new Reached(channels / planes, planes);
      reached.set(stream, known);
      if (feed.kind === 'gate') known.apart();
      else known.take(feed.synapses, owner);
    }
  });
  const places = [...reached].map(([stream, sources]) => [stream, sources.places(atomsMax)] as const);
  return new Map(places.filter(([, found]) => found.length > 0));
}

/** Which neurons each source of a stream reaches, as a sum over them that equal sets have in common. */
class Reached {
  private readonly planes: number;
  private readonly sums: Int32Array;
  private readonly counts: Int32Array;
  private isApart = false;

  constructor(sources: number, planes: number) {
    this.planes = planes;
    this.sums = new Int32Array(sources);
    this.counts = new Int32Array(sources);
  }

  /** No two sources reach the same neurons. */
  apart(): void {
    this.isApart = true;
  }

  take(synapses: Synapses, owner: number): void {
    switch (synapses.kind) {
      case 'dense':
        break;
      case 'sparse':
        synapses.sourceIndex.forEach((source, k) => {
          this.counts[source]++;
          this.sums[source] += mixed(Math.imul(owner + 1, 0x9e3779b1) ^ synapses.targetIndex[k]);
        });
        break;
      case 'one-to-one':
      case 'time-convolution':
      case 'convolution':
      case 'pooling':
        this.apart();
        break;
    }
  }

  places(atomsMax: number): readonly (readonly number[])[] {
    const { planes, sums, counts } = this;
    const most = Math.floor(atomsMax / planes);
    if (this.isApart || most === 0) return [];
    const alike = new Map<string, number[]>();
    counts.forEach((count, source) => {
      if (count === 0) return;
      const key = `${count} ${sums[source]}`;
      const sources = alike.get(key);
      if (sources === undefined) alike.set(key, [source]);
      else sources.push(source);
    });
    return [...alike.values()]
      .flatMap((sources) => Array.from({ length: Math.ceil(sources.length / most) }, (_, i) => sources.slice(i * most, (i + 1) * most)))
      .map((sources) => sources.flatMap((source) => Array.from({ length: planes }, (_, plane) => source * planes + plane)))
      .filter((channels) => channels.length > 1);
  }
}

/** Spreads the bits of an integer, so that sums of different sets differ (finalizer of MurmurHash3). */
function mixed(value: number): number {
  let bits = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
