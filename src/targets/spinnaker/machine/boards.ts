import type { DeadLink, SpinnakerChip, SpinnakerMachine } from '../../../ir/spinnaker-machine.ts';

/** Parts of a machine that do not work. */
export interface DeadParts {
  readonly chips?: readonly (readonly [x: number, y: number])[];
  readonly links?: readonly DeadLink[];
  readonly cores?: readonly (readonly [x: number, y: number, core: number])[];
}

/** Processor 0 runs the monitor SCAMP, one more a system monitor: 16 of 18 are left (SpiNNMachine version_spin1.py). */
const CORES_PER_CHIP = 18;
const MONITORS = 2;

/** A board of 48 chips is this hexagon in a square of 8 (SpiNNMachine version_5.py lists its chips). */
const BOARD_SIDE = 8;
const onBoard = (x: number, y: number): boolean => y - x <= 3 && x - y <= 4;

/** Three boards of 48 fill a square of 12 that repeats (SpiNNMachine version_48_chips.py). */
const TRIAD_SIDE = 12;
const TRIAD: readonly (readonly [number, number])[] = [
  [0, 0],
  [4, 8],
  [8, 4],
];

/** The links along x that a 4-chip board lacks (SpiNNMachine virtual_machine.py): its torus runs round in y only. */
const FOUR_CHIP_DEAD: readonly DeadLink[] = [0, 1].flatMap((y) => [3, 4].map((link) => ({ x: 0, y, link })));

/** A board of 4 chips, 2 by 2. */
export function fourChipBoard(dead: DeadParts = {}): SpinnakerMachine {
  const chips = [0, 1].flatMap((x) => [0, 1].map((y): [number, number] => [x, y]));
  return build(2, 2, true, chips, { ...dead, links: [...FOUR_CHIP_DEAD, ...(dead.links ?? [])] });
}

/** One board of 48 chips, whose edges are edges. */
export function board48(dead: DeadParts = {}): SpinnakerMachine {
  return build(BOARD_SIDE, BOARD_SIDE, false, boardChips(), dead);
}

/** A torus of `columns` by `rows` triads: 3 boards of 48 chips each. */
export function triads(columns: number, rows: number, dead: DeadParts = {}): SpinnakerMachine {
  const [width, height] = [columns * TRIAD_SIDE, rows * TRIAD_SIDE];
  const origins = Array.from({ length: columns * rows }, (_, i) => [i % columns, Math.floor(i / columns)]).flatMap(([column, row]) =>
    TRIAD.map(([x, y]) => [column * TRIAD_SIDE + x, row * TRIAD_SIDE + y]),
  );
  const chips = origins.flatMap(([left, bottom]) =>
    boardChips().map(([x, y]): [number, number] => [(left + x) % width, (bottom + y) % height]),
  );
  return build(width, height, true, chips, dead);
}

/** The smallest machine of whole 48-chip boards that has so many cores; tori are as square as they can be. */
export function smallestMachine(cores: number): SpinnakerMachine {
  const perBoard = boardChips().length * (CORES_PER_CHIP - MONITORS);
  if (cores <= perBoard) return board48();
  const count = Math.ceil(cores / (3 * perBoard));
  const rows = Math.floor(Math.sqrt(count));
  return triads(Math.ceil(count / rows), rows);
}

function boardChips(): [number, number][] {
  const places = Array.from({ length: BOARD_SIDE ** 2 }, (_, i): [number, number] => [Math.floor(i / BOARD_SIDE), i % BOARD_SIDE]);
  return places.filter(([x, y]) => onBoard(x, y));
}

function build(width: number, height: number, wraps: boolean, places: readonly [number, number][], dead: DeadParts): SpinnakerMachine {
  const deadChips = new Set((dead.chips ?? []).map(([x, y]) => y * width + x));
  const deadCores = new Set((dead.cores ?? []).map(([x, y, core]) => (y * width + x) * CORES_PER_CHIP + core));
  const chips = places
    .filter(([x, y]) => !deadChips.has(y * width + x))
    .map(([x, y]): SpinnakerChip => {
      const working = Array.from({ length: CORES_PER_CHIP }, (_, core) => core).filter(
        (core) => core > 0 && !deadCores.has((y * width + x) * CORES_PER_CHIP + core),
      );
      // The system monitor takes the last processor that works.
      return { x, y, cores: working.slice(0, Math.max(0, working.length - (MONITORS - 1))) };
    });
  return { width, height, wraps, chips, deadLinks: [...(dead.links ?? [])] };
}
