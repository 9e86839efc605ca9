import { LINKS, oppositeLink } from '../../../ir/spinnaker-machine.ts';
import { connectChips } from './connect-chips.ts';

/** A link that packets cross, once each. Chips are indices in the machine's list. */
export interface TreeLink {
  readonly from: number;
  readonly link: number;
  readonly to: number;
}

/** Links from the source outwards: each starts at the source or where an earlier one ends, and no two end at the same chip. */
export type MulticastTree = readonly TreeLink[];

/**
 * A tree of as few links as can be found from a chip to others; null where one of them cannot be reached. Among trees over the same chips
 * each chip is as near to the source as it can be, and straight on is preferred, which default routing may do for nothing.
 */
export function growTree(links: Int32Array, source: number, targets: readonly number[], seed: number): MulticastTree | null {
  const chips = connectChips(links, [source, ...targets], seed);
  if (chips === null) return null;
  const tree: TreeLink[] = [];
  const joined = new Uint8Array(chips.length);
  joined[source] = 1;
  // Where packets come into a chip of the outermost ring, and by which link.
  let ring: readonly { readonly chip: number; readonly by: number }[] = [{ chip: source, by: -1 }];
  while (ring.length > 0) {
    const next: { chip: number; by: number }[] = [];
    const extend = (from: number, link: number): void => {
      const to = links[from * LINKS + link];
      if (to < 0 || chips[to] === 0 || joined[to] === 1) return;
      joined[to] = 1;
      tree.push({ from, link, to });
      next.push({ chip: to, by: oppositeLink(link) });
    };
    for (const { chip, by } of ring) if (by >= 0) extend(chip, oppositeLink(by));
    for (const { chip } of ring) for (let link = 0; link < LINKS; link++) extend(chip, link);
    ring = next;
  }
  return tree;
}

/** Grows trees, one for all sources of a chip that send to the same chips. */
export class TreeGrower {
  private readonly links: Int32Array;
  private readonly seed: number;
  private readonly grown = new Map<string, MulticastTree | null>();

  constructor(links: Int32Array, seed: number) {
    this.links = links;
    this.seed = seed;
  }

  /** Target chips in any order, with repetitions, the source itself among them or not. */
  grow(source: number, targets: Iterable<number>): MulticastTree | null {
    const others = [...new Set(targets)].filter((chip) => chip !== source).sort((a, b) => a - b);
    const name = [source, ...others].join(' ');
    const known = this.grown.get(name);
    if (known !== undefined) return known;
    const tree = growTree(this.links, source, others, this.seed);
    this.grown.set(name, tree);
    return tree;
  }
}
