/** Sides of a tile, as ports of its router; ports from PORTS on belong to the tile's cores. */
export const Port = { north: 0, east: 1, south: 2, west: 3 } as const;
export const PORTS = 4;

/** A mesh of tiles with some cores each, as far as messages see it. Tile id = x * rows + y; core id = tile * coresPerTile + slot. */
export interface Mesh {
  readonly columns: number;
  readonly rows: number;
  readonly coresPerTile: number;
  /** Seconds of a hop to the neighbour on each side: y grows northward, x eastward. */
  readonly hopS: { readonly north: number; readonly east: number; readonly south: number; readonly west: number };
  /** Messages that a link holds before it blocks. */
  readonly linkBuffer: number;
  /** Where several chips stand in a row: columns of each, and seconds besides for crossing a border. */
  readonly chips?: { readonly columns: number; readonly borderS: number };
}

export const coresOf = (mesh: Mesh): number => mesh.columns * mesh.rows * mesh.coresPerTile;

export const linksOf = (mesh: Mesh): number => mesh.columns * mesh.rows * (PORTS + mesh.coresPerTile);

/** Tile borders crossed in each direction. */
export interface Hops {
  readonly north: number;
  readonly east: number;
  readonly south: number;
  readonly west: number;
}

/** Along x first, then along y. */
export interface Route {
  /** One link in each tile on the way: the sender's own port in the first, then the direction in which the tile was entered. */
  readonly links: Int32Array;
  readonly hops: Hops;
  /** Seconds on an empty mesh. */
  readonly seconds: number;
}

export const hopCount = ({ hops }: Route): number => hops.north + hops.east + hops.south + hops.west;

/** Routes between cores, each laid when it is first asked for. */
export class Routes {
  readonly mesh: Mesh;
  readonly #laid = new Map<number, Route>();

  constructor(mesh: Mesh) {
    this.mesh = mesh;
  }

  between(from: number, to: number): Route {
    const key = from * coresOf(this.mesh) + to;
    const laid = this.#laid.get(key) ?? layRoute(this.mesh, from, to);
    this.#laid.set(key, laid);
    return laid;
  }
}

function layRoute({ rows, coresPerTile, hopS, chips }: Mesh, from: number, to: number): Route {
  const tile = Math.floor(from / coresPerTile);
  const target = Math.floor(to / coresPerTile);
  let x = Math.floor(tile / rows);
  let y = tile % rows;
  const dx = Math.floor(target / rows) - x;
  const dy = (target % rows) - y;
  const link = (port: number): number => (x * rows + y) * (PORTS + coresPerTile) + port;
  const borders = chips === undefined ? 0 : Math.abs(Math.floor((x + dx) / chips.columns) - Math.floor(x / chips.columns));
  const links = [link(PORTS + (from % coresPerTile))];
  for (let hop = 0; hop < Math.abs(dx); hop++) {
    x += Math.sign(dx);
    links.push(link(dx > 0 ? Port.east : Port.west));
  }
  for (let hop = 0; hop < Math.abs(dy); hop++) {
    y += Math.sign(dy);
    links.push(link(dy > 0 ? Port.north : Port.south));
  }
  const hops = { north: Math.max(dy, 0), east: Math.max(dx, 0), south: Math.max(-dy, 0), west: Math.max(-dx, 0) };
  const hopsS = hops.east * hopS.east + hops.west * hopS.west + (hops.north * hopS.north + hops.south * hopS.south);
  return { links: Int32Array.from(links), hops, seconds: hopsS + borders * (chips?.borderS ?? 0) };
}
