import type { ChipModel } from '../ir/chip-model.ts';
import type { LoihiProgram, Routes } from '../ir/mapping.ts';

/** Tile coordinates of each core. Chips stand in a row, so x runs on from one chip to the next. */
export interface Floor {
  readonly x: Int32Array;
  readonly y: Int32Array;
  /** Coordinates of tile 0 of each core's chip, where its embedded processors enter the mesh. */
  readonly portX: Int32Array;
}

/** Tile id = x * rows + y (column by column). */
export function layFloor(program: LoihiProgram, chip: ChipModel): Floor {
  const { columns, rows } = chip.geometry;
  return {
    x: Int32Array.from(program.cores, (core) => core.chip * columns + Math.floor(core.tile / rows)),
    y: Int32Array.from(program.cores, (core) => core.tile % rows),
    portX: Int32Array.from(program.cores, (core) => core.chip * columns),
  };
}

/** What the packets of one spike of each source cross, all destinations together. XY routing: |dx| horizontal and |dy| vertical borders. */
export interface RouteCosts {
  readonly packets: Int32Array;
  readonly hopsHorizontal: Int32Array;
  readonly hopsVertical: Int32Array;
  /** Packets that leave no tile. */
  readonly inTile: Int32Array;
}

/** `from`: the sending core; null: the embedded processor, which sends from tile 0 of the destination's chip. */
export function costRoutes(routes: Routes, floor: Floor, from: number | null): RouteCosts {
  const sources = routes.first.length - 1;
  const costs = {
    packets: new Int32Array(sources),
    hopsHorizontal: new Int32Array(sources),
    hopsVertical: new Int32Array(sources),
    inTile: new Int32Array(sources),
  };
  for (let source = 0; source < sources; source++) {
    for (let r = routes.first[source]; r < routes.first[source + 1]; r++) {
      const [horizontal, vertical] = hopsBetween(floor, from, routes.core[r]);
      costs.packets[source]++;
      costs.hopsHorizontal[source] += horizontal;
      costs.hopsVertical[source] += vertical;
      if (horizontal + vertical === 0) costs.inTile[source]++;
    }
  }
  return costs;
}

/** Horizontal and vertical hops from core `from` (null: the embedded processor of the destination's chip) to core `to`. */
export function hopsBetween(floor: Floor, from: number | null, to: number): readonly [number, number] {
  const [x, y] = from === null ? [floor.portX[to], 0] : [floor.x[from], floor.y[from]];
  return [Math.abs(floor.x[to] - x), Math.abs(floor.y[to] - y)];
}
