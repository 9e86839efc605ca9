import { BLOCK_FIELDS, BlockField, type CoreProgram, WEIGHT_MEMORY } from '../../ir/mapping.ts';

/** Synapses as input axons read them. */
export type SharedLists = Pick<CoreProgram, 'axonList' | 'axonBase' | 'listFirst' | 'blocks' | 'weights'>;

/**
 * Stores lists once that are equal up to a shift of their targets, as the kernel of a convolution is at each place: `axons` has the blocks of
 * each axon, one behind the other. An axon shifts by `baseMax` at the most; where shifts lie further apart, a list is stored several times.
 * No shift leads from one region of `region` compartments into another: neurons, gates, teachers. A shared list is that of the axon with the
 * lowest targets. Lists are numbered by the first axon that reads them; weights that no list reads any more are left out. Linear in the
 * number of synapses.
 */
export function shareLists(axons: readonly ArrayLike<number>[], weights: Int16Array, region: number, baseMax: number): SharedLists {
  const stored = Int32Array.from(axons, (_, axon) => axon);
  if (baseMax > 0) for (const alike of alikeAxons(axons, weights, region)) storeOnce(alike, axons, baseMax, stored);
  const listOf = new Map<number, number>();
  const axonList = stored.map((axon) => {
    const list = listOf.get(axon) ?? listOf.size;
    listOf.set(axon, list);
    return list;
  });
  const axonBase = stored.map((by, axon) => (by === axon ? 0 : axons[axon][BlockField.target] - axons[by][BlockField.target]));
  const lists = [...listOf.keys()].map((axon) => axons[axon]);
  const listFirst = new Int32Array(lists.length + 1);
  lists.forEach((list, l) => {
    listFirst[l + 1] = listFirst[l] + list.length / BLOCK_FIELDS;
  });
  const blocks = new Int32Array(listFirst[lists.length] * BLOCK_FIELDS);
  lists.forEach((list, l) => {
    blocks.set(list, listFirst[l] * BLOCK_FIELDS);
  });
  return { axonList, axonBase, listFirst, ...(lists.length === axons.length ? { blocks, weights } : withoutUnread(blocks, weights)) };
}

/** Groups of two axons or more whose lists are equal up to a shift. Fast weights are never shared. */
function alikeAxons(axons: readonly ArrayLike<number>[], weights: Int16Array, region: number): Iterable<readonly number[]> {
  const byHash = new Map<number, number[][]>();
  axons.forEach((blocks, axon) => {
    if (blocks.length === 0 || hasFast(blocks)) return;
    const hash = hashOf(blocks, weights);
    const groups = byHash.get(hash) ?? [];
    byHash.set(hash, groups);
    const group = groups.find(([other]) => areAlike(axons[other], blocks, weights, region));
    if (group === undefined) groups.push([axon]);
    else group.push(axon);
  });
  return [...byHash.values()].flat().filter((group) => group.length > 1);
}

/** Sets which axon's list each of them reads. */
function storeOnce(alike: readonly number[], axons: readonly ArrayLike<number>[], baseMax: number, stored: Int32Array): void {
  const first = (axon: number): number => axons[axon][BlockField.target];
  const rising = [...alike].sort((a, b) => first(a) - first(b) || a - b);
  let by = rising[0];
  for (const axon of rising) {
    if (first(axon) - first(by) > baseMax) by = axon;
    stored[axon] = by;
  }
}

function hasFast(blocks: ArrayLike<number>): boolean {
  for (let b = 0; b < blocks.length; b += BLOCK_FIELDS) if (blocks[b + BlockField.memory] !== WEIGHT_MEMORY) return true;
  return false;
}

/** Of everything but the first target and the places of the weights: FNV-1a over 32-bit integers. */
function hashOf(blocks: ArrayLike<number>, weights: Int16Array): number {
  let hash = 0x811c9dc5;
  const take = (value: number): void => {
    hash = Math.imul(hash ^ value, 0x01000193);
  };
  for (let b = 0; b < blocks.length; b += BLOCK_FIELDS) {
    const count = blocks[b + BlockField.count];
    const cell = blocks[b + BlockField.weight];
    take(blocks[b + BlockField.target] - blocks[BlockField.target]);
    take(count);
    take(blocks[b + BlockField.delay]);
    take(blocks[b + BlockField.exponent]);
    for (let k = cell; k < cell + count; k++) take(weights[k]);
  }
  return hash;
}

function areAlike(a: ArrayLike<number>, b: ArrayLike<number>, weights: Int16Array, region: number): boolean {
  const regionOf = (target: number): number => Math.floor(target / region);
  if (a.length !== b.length) return false;
  const shift = b[BlockField.target] - a[BlockField.target];
  for (let i = 0; i < a.length; i += BLOCK_FIELDS) {
    const [from, to] = [a[i + BlockField.target], b[i + BlockField.target]];
    if (from + shift !== to || regionOf(from) !== regionOf(to)) return false;
    for (const field of [BlockField.count, BlockField.delay, BlockField.exponent]) if (a[i + field] !== b[i + field]) return false;
    const [cellA, cellB] = [a[i + BlockField.weight], b[i + BlockField.weight]];
    for (let k = 0; k < a[i + BlockField.count]; k++) if (weights[cellA + k] !== weights[cellB + k]) return false;
  }
  return true;
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
