import { BLOCK_FIELDS, BlockField, type CoreProgram, WEIGHT_MEMORY } from '../../ir/mapping.ts';

/** Synapses as input axons read them. */
export type SharedLists = Pick<CoreProgram, 'axonList' | 'axonBase' | 'axonAtom' | 'listFirst' | 'blocks' | 'weights'>;

export interface SharingRules {
  /** No shift leads from one region of so many compartments into another: neurons, gates, teachers. */
  readonly region: number;
  /** What an axon can add to the targets of its list at the most; 0: nothing is shared. */
  readonly baseMax: number;
  /** Bases of population axons are multiples of it. */
  readonly populationBaseStep: number;
}

/** Axons that are opened by one entry of the input axon table: one, or those of a place, by atom. */
interface Unit {
  readonly axons: readonly number[];
  /** Blocks of each. */
  readonly lists: readonly ArrayLike<number>[];
}

/**
 * Stores lists once that are equal up to a shift of their targets, as the kernel of a convolution is at each place: `axons` has the blocks of
 * each axon. Axons of one of the `places` become a population axon where some other place has the same lists. An axon shifts by `baseMax` at
 * the most; where shifts lie further apart, a list is stored several times, first at the axon with the lowest targets. Population axons come
 * first, else axons keep their order, and `order` says which is which; lists are numbered by the first axon that reads them. Weights that
 * no list reads any more are left out. Linear in the number of synapses.
 */
export function shareLists(
  axons: readonly ArrayLike<number>[],
  places: readonly (readonly number[])[],
  weights: Int16Array,
  rules: SharingRules,
): SharedLists & { readonly order: Int32Array } {
  const alikeness = new Alikeness(weights, rules.region);
  const gathered = alikeness.groups(places.map((place) => ({ axons: place, lists: place.map((axon) => axons[axon]) })));
  const populations = gathered.flat().sort((a, b) => a.axons[0] - b.axons[0]);
  const taken = new Set(populations.flatMap((unit) => unit.axons));
  const singles = axons.flatMap((blocks, axon): Unit[] => (taken.has(axon) ? [] : [{ axons: [axon], lists: [blocks] }]));
  const stored = new Map<Unit, Unit>();
  for (const alike of gathered) storeOnce(alike, rules.baseMax, rules.populationBaseStep, stored);
  if (rules.baseMax > 0) for (const alike of alikeness.groups(singles)) storeOnce(alike, rules.baseMax, 1, stored);
  return numbered([...populations, ...singles], stored, axons, weights);
}

/** First target of a unit that has synapses. */
const firstOf = ({ lists }: Unit): number => lists[0][BlockField.target];

/** The axons of all units, and the lists of those units that are stored. */
function numbered(
  units: readonly Unit[],
  stored: ReadonlyMap<Unit, Unit>,
  axons: readonly ArrayLike<number>[],
  weights: Int16Array,
): SharedLists & { readonly order: Int32Array } {
  const firstList = new Map<Unit, number>();
  const lists: ArrayLike<number>[] = [];
  const [order, axonList, axonBase, axonAtom]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (const unit of units) {
    const by = stored.get(unit) ?? unit;
    const first = firstList.get(by) ?? lists.length;
    if (first === lists.length) for (const axon of by.axons) lists.push(axons[axon]);
    firstList.set(by, first);
    unit.axons.forEach((axon, atom) => {
      order.push(axon);
      axonList.push(first + atom);
      axonBase.push(by === unit ? 0 : firstOf(unit) - firstOf(by));
      axonAtom.push(atom);
    });
  }
  const { listFirst, blocks } = oneBehindTheOther(lists);
  return {
    order: Int32Array.from(order),
    axonList: Int32Array.from(axonList),
    axonBase: Int32Array.from(axonBase),
    axonAtom: Int32Array.from(axonAtom),
    listFirst,
    ...(lists.length === axons.length ? { blocks, weights } : withoutUnread(blocks, weights)),
  };
}

export function oneBehindTheOther(lists: readonly ArrayLike<number>[]): Pick<SharedLists, 'listFirst' | 'blocks'> {
  const listFirst = new Int32Array(lists.length + 1);
  lists.forEach((list, l) => {
    listFirst[l + 1] = listFirst[l] + list.length / BLOCK_FIELDS;
  });
  const blocks = new Int32Array(listFirst[lists.length] * BLOCK_FIELDS);
  lists.forEach((list, l) => {
    blocks.set(list, listFirst[l] * BLOCK_FIELDS);
  });
  return { listFirst, blocks };
}

/** Sets which unit's lists each of them reads: shifts are multiples of `step`. */
function storeOnce(alike: readonly Unit[], baseMax: number, step: number, stored: Map<Unit, Unit>): void {
  const rising = [...alike].sort((a, b) => (firstOf(a) % step) - (firstOf(b) % step) || firstOf(a) - firstOf(b) || a.axons[0] - b.axons[0]);
  let by = rising[0];
  for (const unit of rising) {
    if (firstOf(unit) - firstOf(by) > baseMax || (firstOf(unit) - firstOf(by)) % step !== 0) by = unit;
    stored.set(unit, by);
  }
}

/** Which units have lists that are equal up to a shift. */
class Alikeness {
  private readonly weights: Int16Array;
  private readonly region: number;

  constructor(weights: Int16Array, region: number) {
    this.weights = weights;
    this.region = region;
  }

  /** Groups of two or more. Fast weights are never shared. */
  groups(units: readonly Unit[]): readonly (readonly Unit[])[] {
    const byHash = new Map<number, Unit[][]>();
    for (const unit of units) {
      if (unit.lists.some((blocks) => blocks.length === 0 || hasFast(blocks))) continue;
      const hash = this.hashOf(unit);
      const groups = byHash.get(hash) ?? [];
      byHash.set(hash, groups);
      const group = groups.find(([other]) => this.areAlike(other, unit));
      if (group === undefined) groups.push([unit]);
      else group.push(unit);
    }
    return [...byHash.values()].flat().filter((group) => group.length > 1);
  }

  /** Of everything but the first target and the places of the weights: FNV-1a over 32-bit integers. */
  private hashOf(unit: Unit): number {
    const first = firstOf(unit);
    let hash = 0x811c9dc5;
    const take = (value: number): void => {
      hash = Math.imul(hash ^ value, 0x01000193);
    };
    for (const blocks of unit.lists) {
      for (let b = 0; b < blocks.length; b += BLOCK_FIELDS) {
        const count = blocks[b + BlockField.count];
        const cell = blocks[b + BlockField.weight];
        take(blocks[b + BlockField.target] - first);
        take(count);
        take(blocks[b + BlockField.delay]);
        take(blocks[b + BlockField.exponent]);
        for (let k = cell; k < cell + count; k++) take(this.weights[k]);
      }
    }
    return hash;
  }

  private areAlike(unit: Unit, other: Unit): boolean {
    const shift = firstOf(other) - firstOf(unit);
    return unit.lists.length === other.lists.length && unit.lists.every((list, i) => this.listsAlike(list, other.lists[i], shift));
  }

  private listsAlike(a: ArrayLike<number>, b: ArrayLike<number>, shift: number): boolean {
    const { weights } = this;
    if (a.length !== b.length) return false;
    for (let i = 0; i < a.length; i += BLOCK_FIELDS) {
      const [from, to] = [a[i + BlockField.target], b[i + BlockField.target]];
      if (from + shift !== to || this.regionOf(from) !== this.regionOf(to)) return false;
      for (const field of [BlockField.count, BlockField.delay, BlockField.exponent]) if (a[i + field] !== b[i + field]) return false;
      const [cellA, cellB] = [a[i + BlockField.weight], b[i + BlockField.weight]];
      for (let k = 0; k < a[i + BlockField.count]; k++) if (weights[cellA + k] !== weights[cellB + k]) return false;
    }
    return true;
  }

  private regionOf(target: number): number {
    return Math.floor(target / this.region);
  }
}

function hasFast(blocks: ArrayLike<number>): boolean {
  for (let b = 0; b < blocks.length; b += BLOCK_FIELDS) if (blocks[b + BlockField.memory] !== WEIGHT_MEMORY) return true;
  return false;
}

/** The weights that blocks read, in their order, and the blocks that read them there. */
function withoutUnread(blocks: Int32Array, weights: Int16Array): Pick<SharedLists, 'blocks' | 'weights'> {
  const read = new Uint8Array(weights.length);
  forEachStored(blocks, (b) => {
    read.fill(1, blocks[b + BlockField.weight], blocks[b + BlockField.weight] + blocks[b + BlockField.count]);
  });
  const moved = new Int32Array(weights.length);
  let cells = 0;
  read.forEach((used, cell) => {
    moved[cell] = cells;
    cells += used;
  });
  const kept = new Int16Array(cells);
  weights.forEach((weight, cell) => {
    if (read[cell] === 1) kept[moved[cell]] = weight;
  });
  const placed = blocks.slice();
  forEachStored(placed, (b) => {
    placed[b + BlockField.weight] = moved[placed[b + BlockField.weight]];
  });
  return { blocks: placed, weights: kept };
}

/** Calls `visit` with where each block of stored weights begins. */
function forEachStored(blocks: Int32Array, visit: (b: number) => void): void {
  for (let b = 0; b < blocks.length; b += BLOCK_FIELDS) if (blocks[b + BlockField.memory] === WEIGHT_MEMORY) visit(b);
}
