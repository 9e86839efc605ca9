/**
 * Estimated packets per clip between the cores of a program, and between each core and the embedded processor. Directions are summed:
 * a hop costs the same both ways.
 */
export interface Traffic {
  readonly cores: number;
  /** Packets per clip from or to the embedded processor, per core. */
  readonly host: Float64Array;
  /** Neighbours of core i are entries first[i] .. first[i + 1] - 1 of `neighbour` (sorted) and `packets`. */
  readonly first: Int32Array;
  readonly neighbour: Int32Array;
  readonly packets: Float64Array;
}

/** Collects packets, then freezes them into rows. Packets that stay on one core cross no border and are dropped. */
export class TrafficCounter {
  private readonly rows: Map<number, number>[];
  private readonly host: Float64Array;

  constructor(cores: number) {
    this.rows = Array.from({ length: cores }, () => new Map());
    this.host = new Float64Array(cores);
  }

  addBetween(a: number, b: number, packets: number): void {
    if (a === b || packets === 0) return;
    this.rows[a].set(b, (this.rows[a].get(b) ?? 0) + packets);
    this.rows[b].set(a, (this.rows[b].get(a) ?? 0) + packets);
  }

  addHost(core: number, packets: number): void {
    this.host[core] += packets;
  }

  freeze(): Traffic {
    const first = new Int32Array(this.rows.length + 1);
    const neighbour: number[] = [];
    const packets: number[] = [];
    this.rows.forEach((row, core) => {
      for (const [other, count] of [...row].sort(([a], [b]) => a - b)) {
        neighbour.push(other);
        packets.push(count);
      }
      first[core + 1] = neighbour.length;
    });
    return { cores: this.rows.length, host: this.host, first, neighbour: Int32Array.from(neighbour), packets: Float64Array.from(packets) };
  }
}
