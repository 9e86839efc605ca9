import type { ChipModel } from '../../ir/chip-model.ts';
import { planeAt, planeCount } from '../../ir/digits.ts';
import { FAST_MEMORY, WEIGHT_MEMORY } from '../../ir/mapping.ts';
import type { Synapses } from '../../ir/synapses.ts';
import type { Slice } from '../mapping/slices.ts';
import type { Feed, Owner } from './connectivity.ts';
import { planeSynapses } from './plane-synapses.ts';
import { layOutRows, type Rows, RUN_FIELDS } from './rows.ts';
import { type SharedLists, shareLists } from './share-lists.ts';
import { WeightPool } from './weight-pool.ts';

/** What one slice puts on a core, counted from compartment 0, weight cell 0 and fast-weight cell 0. */
export interface SliceContent extends SharedLists {
  /** The slice's neurons, then its gate compartments, then its teaching compartments. */
  readonly compartments: number;
  readonly gateFirst: number | null;
  readonly teachFirst: number | null;
  /** What opens each input axon; population axons first, they are in order of bundle and channel. */
  readonly axonBundle: Int32Array;
  readonly axonChannel: Int32Array;
  readonly fastWeightCells: number;
}

/** Channels of a bundle that may be the atoms of one population axon, place by place. */
export type PlacesOf = (bundle: number) => readonly (readonly number[])[];

/** What `slice` puts on a core, by which places of its sources get a population axon. */
export function buildContent(owner: Owner, slice: Slice, chip: ChipModel): (placesOf: PlacesOf) => SliceContent {
  const builder = new ContentBuilder(owner, slice, chip);
  return (placesOf) => builder.build(placesOf);
}

class ContentBuilder {
  private readonly slice: Slice;
  private readonly chip: ChipModel;
  private readonly gateFirst: number | null;
  private readonly teachFirst: number | null;
  private readonly compartments: number;
  private readonly pool = new WeightPool();
  /** Projections of the terms of a residual sum share their synapses: the weights are stored once. By factor on the mantissas. */
  private readonly rows = new Map<Synapses, Map<number, Rows>>();
  /** Blocks (flat) by bundle and channel. */
  private readonly axons = new Map<number, Map<number, number[]>>();
  private fastWeightCells = 0;

  constructor(owner: Owner, slice: Slice, chip: ChipModel) {
    this.slice = slice;
    this.chip = chip;
    const afterGate = owner.gated ? 2 * slice.count : slice.count;
    this.gateFirst = owner.gated ? slice.count : null;
    this.teachFirst = owner.taught ? afterGate : null;
    this.compartments = afterGate + (owner.taught ? slice.count : 0);
    for (const feed of owner.feeds) this.add(feed);
  }

  build(placesOf: PlacesOf): SliceContent {
    const bundles = [...this.axons].sort(([a], [b]) => a - b);
    const sorted = bundles.flatMap(([bundle, channels]) =>
      [...channels].sort(([a], [b]) => a - b).map(([channel, blocks]) => ({ bundle, channel, blocks })),
    );
    const { sharedLists, populationAxons } = this.chip;
    const { order, ...lists } = shareLists(
      sorted.map(({ blocks }) => blocks),
      bundles.flatMap(([bundle]) => completePlaces(bundle, placesOf, sorted)),
      this.pool.toArray(),
      { region: this.slice.count, baseMax: sharedLists?.axonBase.value ?? 0, populationBaseStep: populationAxons?.baseStep.value ?? 1 },
    );
    return {
      compartments: this.compartments,
      gateFirst: this.gateFirst,
      teachFirst: this.teachFirst,
      axonBundle: order.map((axon) => sorted[axon].bundle),
      axonChannel: order.map((axon) => sorted[axon].channel),
      ...lists,
      fastWeightCells: this.fastWeightCells,
    };
  }

  private add(feed: Feed): void {
    switch (feed.kind) {
      case 'synapses':
        this.addSynapses(feed);
        break;
      case 'gate':
        this.addOneToOne(feed.bundle, this.gateFirst ?? 0, feed.lag);
        break;
      case 'fast':
        this.addFastWeights(feed);
        this.addOneToOne(feed.teachBundle, this.teachFirst ?? 0, feed.teachLag);
        break;
    }
  }

  private addSynapses(feed: Extract<Feed, { kind: 'synapses' }>): void {
    const { synapses, projection, code } = feed;
    const planes = code === null ? 1 : planeCount(code);
    for (let plane = 0; plane < planes; plane++) {
      const stored =
        code === null
          ? { factor: 1, exponent: projection.weightExponent, copies: 1 }
          : planeSynapses(synapses, projection.weightExponent, planeAt(code, plane), this.chip.limits);
      for (let copy = 0; copy < stored.copies; copy++) {
        this.addRows(feed, this.rowsOf(synapses, stored.factor), planes, plane, stored.exponent);
      }
    }
  }

  private addRows(feed: Extract<Feed, { kind: 'synapses' }>, rows: Rows, planes: number, plane: number, exponent: number): void {
    for (let source = 0; source + 1 < rows.first.length; source++) {
      for (let run = rows.first[source]; run < rows.first[source + 1]; run++) {
        const [extra, target, count, cell] = rows.runs.subarray(run * RUN_FIELDS, (run + 1) * RUN_FIELDS);
        this.block(feed.bundle, source * planes + plane, target, count, feed.lag + extra, cell, exponent, WEIGHT_MEMORY);
      }
    }
  }

  private rowsOf(synapses: Synapses, factor: number): Rows {
    const byFactor = this.rows.get(synapses) ?? new Map<number, Rows>();
    this.rows.set(synapses, byFactor);
    const known = byFactor.get(factor);
    if (known !== undefined) return known;
    const rows = layOutRows(synapses, factor, this.slice, this.pool);
    byFactor.set(factor, rows);
    return rows;
  }

  /** Spikes of the slice's own channels arrive with weight 1 in `count` compartments from `target` on. */
  private addOneToOne(bundle: number, target: number, delay: number): void {
    for (let i = 0; i < this.slice.count; i++) {
      this.block(bundle, this.slice.first + i, target + i, 1, delay, this.pool.unit(), 0, WEIGHT_MEMORY);
    }
  }

  /** Query (head, component) reads row `component` of the head's matrix: one cell per value channel of the head in this slice. */
  private addFastWeights(feed: Extract<Feed, { kind: 'fast' }>): void {
    const { keyWidth, valueWidth } = feed;
    for (let channel = 0; channel < feed.node.heads * keyWidth; channel++) {
      const headFirst = Math.floor(channel / keyWidth) * valueWidth;
      const from = Math.max(headFirst, this.slice.first);
      const count = Math.min(headFirst + valueWidth, this.slice.first + this.slice.count) - from;
      if (count <= 0) continue;
      this.block(feed.bundle, channel, from - this.slice.first, count, feed.lag, this.fastWeightCells, feed.exponent, FAST_MEMORY);
      this.fastWeightCells += count;
    }
  }

  /** Field order of BlockField. */
  private block(bundle: number, channel: number, ...fields: readonly [number, number, number, number, number, number]): void {
    const channels = this.axons.get(bundle) ?? new Map<number, number[]>();
    this.axons.set(bundle, channels);
    const blocks = channels.get(channel);
    if (blocks === undefined) channels.set(channel, [...fields]);
    else blocks.push(...fields);
  }
}

/** Places of a bundle all of whose channels have an axon, as indices of these. */
function completePlaces(
  bundle: number,
  placesOf: PlacesOf,
  axons: readonly { readonly bundle: number; readonly channel: number }[],
): readonly (readonly number[])[] {
  const places = placesOf(bundle);
  if (places.length === 0) return [];
  const axonOf = new Map(axons.flatMap((axon, i) => (axon.bundle === bundle ? [[axon.channel, i] as const] : [])));
  return places.flatMap((channels) => {
    const found = channels.flatMap((channel) => axonOf.get(channel) ?? []);
    return found.length === channels.length ? [found] : [];
  });
}
