import type { Basis } from './chip-model.ts';

/** One kind of event and what it costs; `joules` = count * costJ. */
export interface EnergyTerm {
  readonly name: string;
  readonly kind: 'dynamic' | 'static';
  /** How many, per clip. */
  readonly count: number;
  /** Of what: 'synaptic event', 'chip second'. */
  readonly per: string;
  /** Joules for one; null where nobody has published it, and `reason` says so. */
  readonly costJ: number | null;
  /** null: events of unknown cost happened. */
  readonly joules: number | null;
  readonly basis: Basis;
  /** Key into the chip's `sources`. */
  readonly source: string;
  readonly reason: string | null;
}
