import type { Routes } from '../../ir/mapping.ts';

/** An input axon somewhere. */
export interface AxonAddress {
  readonly core: number;
  readonly axon: number;
}

/** Rows of addresses, compressed; each row sorted by core, then axon. */
export function compressRoutes(rows: readonly (readonly AxonAddress[])[]): Routes {
  const first = new Int32Array(rows.length + 1);
  rows.forEach((row, i) => {
    first[i + 1] = first[i] + row.length;
  });
  const core = new Int32Array(first[rows.length]);
  const axon = new Int32Array(first[rows.length]);
  rows.forEach((row, i) => {
    [...row]
      .sort((a, b) => a.core - b.core || a.axon - b.axon)
      .forEach((address, k) => {
        core[first[i] + k] = address.core;
        axon[first[i] + k] = address.axon;
      });
  });
  return { first, core, axon };
}

/** Where the spikes of each bundle and channel go. */
export class AxonDirectory {
  private readonly addresses = new Map<number, AxonAddress[][]>();

  add(bundle: number, channel: number, address: AxonAddress): void {
    const channels = this.addresses.get(bundle) ?? [];
    this.addresses.set(bundle, channels);
    const row = channels[channel];
    if (row === undefined) channels[channel] = [address];
    else row.push(address);
  }

  find(bundle: number, channel: number): readonly AxonAddress[] {
    return this.addresses.get(bundle)?.[channel] ?? [];
  }
}
