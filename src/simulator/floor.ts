import type { ChipModel } from '../ir/chip-model.ts';
import type { LoihiProgram, Routes } from '../ir/mapping.ts';

/** Tile coordinates of each core. Chips stand in a row, so x runs on from one chip to the next. */
export interface Floor {
  readonly x: Int32Array;
  readonly y: Int32Array;
  readonly chip: Int32Array;
}

/** Tile id = x * rows + y (column by column). */
export function layFloor(program: LoihiProgram, chip: ChipModel): Floor {
  const { columns, rows } = chip.geometry;
  return {
    x: Int32Array.from(program.cores, (core) => core.chip * columns + Math.floor(core.tile / rows)),
    y: Int32Array.from(program.cores, (core) => core.tile % rows),
    chip: Int32Array.from(program.cores, (core) => core.chip),
  };
}

/** What the packets of one spike of each source cross, all destinations together. XY routing: |dx| horizontal and |dy| vertical borders. */
export interface RouteCosts {
  readonly packets: Int32Array;
  readonly hopsHorizontal: Int32Array;
  readonly hopsVertical: Int32Array;
  /** Packets that leave no tile. */
  readonly inTile: Int32Array;
  /** Chip borders crossed. */
  readonly chipCrossings: Int32Array;
}

/** `from`: the sending core; null: the embedded processor, which enters the mesh at tile 0 of chip 0. */
export function costRoutes(routes: Routes, floor: Floor, from: number | null): RouteCosts {
  const sources = routes.first.length - 1;
  const costs = {
    packets: new Int32Array(sources),
    hopsHorizontal: new Int32Array(sources),
    hopsVertical: new Int32Array(sources),
    inTile: new Int32Array(sources),
    chipCrossings: new Int32Array(sources),
  };
  for (let source = 0; source < sources; source++) {
    for (let r = routes.first[source]; r < routes.first[source + 1]; r++) {
      const [horizontal, vertical] = hopsBetween(floor, from, routes.core[r]);
      costs.packets[source]++;
      costs.hopsHorizontal[source] += horizontal;
      costs.hopsVertical[source] += vertical;
      if (horizontal + vertical === 0) costs.inTile[source]++;
      costs.chipCrossings[source] += crossingsBetween(floor, from, routes.core[r]);
    }
  }
  return costs;
}

/** Horizontal and vertical hops from core `from` (null: the embedded processor) to core `to`. */
export function hopsBetween(floor: Floor, from: number | null, to: number): readonly [number, number] {
  const [x, y] = from === null ? [0, 0] : [floor.x[from], floor.y[from]];
  return [Math.abs(floor.x[to] - x), Math.abs(floor.y[to] - y)];
}

/** Chip borders on the way; chips stand in a row. */
export function crossingsBetween(floor: Floor, from: number | null, to: number): number {
  return Math.abs(floor.chip[to] - (from === null ? 0 : floor.chip[from]));
}

export const chipsUsed = (program: LoihiProgram): number => new Set(program.cores.map((core) => core.chip)).size;
