/**
 * A SpiNNaker machine as data: chips on a plane or torus of hexagons, six links each. Directions, their numbers and the route word are those
 * of SpiNNMachine (machine.py LINK_ADD_TABLE, router.py).
 */
export interface SpinnakerMachine {
  /** Chip coordinates are 0 .. width - 1 and 0 .. height - 1; where `wraps`, both run round. */
  readonly width: number;
  readonly height: number;
  readonly wraps: boolean;
  /** Working chips. A link exists where both its ends do and it is not among the dead ones. */
  readonly chips: readonly SpinnakerChip[];
  readonly deadLinks: readonly DeadLink[];
}

export interface SpinnakerChip {
  readonly x: number;
  readonly y: number;
  /** Processors that may run an application, ascending; 0..17. */
  readonly cores: readonly number[];
}

/** A core of the machine: chip as index in its list, processor id. */
export interface CorePlace {
  readonly chip: number;
  readonly core: number;
}

/** A link that works in neither direction, named from one of its ends. */
export interface DeadLink {
  readonly x: number;
  readonly y: number;
  readonly link: number;
}

export const LINKS = 6;

/** Steps [x, y] of links 0..5: east, north-east, north, west, south-west, south. */
export const LINK_STEPS: readonly (readonly [number, number])[] = [
  [1, 0],
  [1, 1],
  [0, 1],
  [-1, 0],
  [-1, -1],
  [0, -1],
];

export const oppositeLink = (link: number): number => (link + 3) % LINKS;

/** Chips at the other end of each link: entry chip * 6 + link holds an index in `chips`, or -1 where there is no link. */
export function linkEnds(machine: SpinnakerMachine): Int32Array {
  const { width, height, wraps, chips } = machine;
  const at = new Map(chips.map(({ x, y }, index) => [y * width + x, index]));
  const ends = new Int32Array(chips.length * LINKS).fill(-1);
  chips.forEach(({ x, y }, chip) => {
    LINK_STEPS.forEach(([dx, dy], link) => {
      const inside = x + dx >= 0 && x + dx < width && y + dy >= 0 && y + dy < height;
      if (!inside && !wraps) return;
      const other = at.get(((y + dy + height) % height) * width + ((x + dx + width) % width));
      if (other !== undefined) ends[chip * LINKS + link] = other;
    });
  });
  for (const { x, y, link } of machine.deadLinks) {
    const chip = at.get(y * width + x);
    if (chip === undefined) continue;
    const end = ends[chip * LINKS + link];
    ends[chip * LINKS + link] = -1;
    if (end >= 0) ends[end * LINKS + oppositeLink(link)] = -1;
  }
  return ends;
}
