import type { ChipModel } from '../../ir/chip-model.ts';

/** A core's place in the machine. */
export interface Site {
  readonly chip: number;
  readonly tile: number;
  readonly slot: number;
}

/** Tile borders between two places. Tile id = x * rows + y, routes run along x, then y; chips stand side by side along x. */
export function hopsBetween(a: Site, b: Site, geometry: ChipModel['geometry']): number {
  const x = (site: Site): number => site.chip * geometry.columns + Math.floor(site.tile / geometry.rows);
  return Math.abs(x(a) - x(b)) + Math.abs((a.tile % geometry.rows) - (b.tile % geometry.rows));
}

/** Tile borders between a place and the embedded processor that serves all chips, at tile 0 of chip 0. */
export const hopsToHost = (site: Site, geometry: ChipModel['geometry']): number =>
  hopsBetween(site, { chip: 0, tile: 0, slot: 0 }, geometry);

/**
 * The places that `cores` cores use, whichever goes where: chips are filled one after the other, on each the tiles nearest to tile 0 first.
 * Few tiles near each other keep routes and the barrier short.
 */
export function usedSites(cores: number, geometry: ChipModel['geometry']): readonly Site[] {
  const tiles = Array.from({ length: geometry.columns * geometry.rows }, (_, tile) => tile);
  const distance = (tile: number): number => hopsToHost({ chip: 0, tile, slot: 0 }, geometry);
  const order = tiles.sort((a, b) => distance(a) - distance(b) || a - b);
  return Array.from({ length: cores }, (_, i) => {
    const onChip = i % geometry.coresPerChip;
    return {
      chip: Math.floor(i / geometry.coresPerChip),
      tile: order[Math.floor(onChip / geometry.coresPerTile)],
      slot: onChip % geometry.coresPerTile,
    };
  });
}
