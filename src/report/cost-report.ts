import type { Basis } from '../ir/chip-model.ts';
import type { EnergyTerm } from '../ir/energy-term.ts';

/** The same events at somebody else's price. */
export interface AlternativeReport {
  readonly name: string;
  readonly joules: number;
  readonly per: string;
  readonly source: string;
}

export interface SourceReport {
  readonly key: string;
  readonly title: string;
  readonly reference: string;
}

/** What a clip carries at a pace: the chip draws static power for as long as the clip keeps it. */
export interface PaceReport {
  readonly mode: 'fast' | 'real-time';
  readonly poweredSeconds: number;
  readonly staticJoules: number | null;
  readonly joulesPerSample: number | null;
  readonly knownJoules: number;
}

export interface EnergyReport {
  readonly mode: 'fast' | 'real-time';
  /** The cost profile, in words. */
  readonly costs: string;
  /** Lines left out of the bill and of the time. */
  readonly without: readonly string[];
  /** The clip back to back, and in real time where the seconds per frame are known. */
  readonly paces: readonly PaceReport[];
  readonly basis: Basis;
  /** null where a term is unknown. */
  readonly joulesPerSample: number | null;
  readonly dynamicJoules: number | null;
  readonly staticJoules: number | null;
  /** Sum of the terms that are known. */
  readonly knownJoules: number;
  /** Joules by term; sums to joulesPerSample. */
  readonly breakdown: Readonly<Record<string, number | null>>;
  /** Why a term is null. */
  readonly reasons: Readonly<Record<string, string>>;
  readonly terms: readonly EnergyTerm[];
  /** The usual counting of papers: 0.9 pJ an accumulation, 4.6 pJ a multiply-accumulate (Horowitz 2014, 45 nm). */
  readonly arithmetic45nm: { readonly acJoules: number; readonly macJoules: number; readonly totalJoules: number };
  readonly sources: readonly SourceReport[];
  /** What the model leaves out, in words. */
  readonly notModelled?: readonly string[];
  readonly alternatives?: readonly AlternativeReport[];
}

export interface LatencyTerm {
  readonly name: string;
  readonly seconds: number | null;
  readonly basis: Basis;
  readonly source: string;
  readonly reason: string | null;
}

export interface LatencyReport {
  /** How a step was timed: without the mesh, or with packets that queue and block. */
  readonly model: 'simple' | 'detailed';
  readonly basis: Basis;
  /** First step of a clip to its decision; null where a term is unknown. */
  readonly secondsPerSample: number | null;
  /** What of it remains when the last frame has arrived. */
  readonly secondsAfterLastFrame: number | null;
  readonly knownSeconds: number;
  /** Chip steps of a clip, over all segments. */
  readonly timesteps: number;
  /** Chip steps beyond the model's own. */
  readonly addedLatencySteps: number;
  /** Core that most often decided how long a step took; null where none did. */
  readonly criticalCore: number | null;
  readonly breakdown: Readonly<Record<string, number | null>>;
  readonly reasons: Readonly<Record<string, string>>;
  readonly terms: readonly LatencyTerm[];
  readonly segments: readonly SegmentReport[];
}

export interface SegmentReport {
  readonly index: number;
  readonly kind: string;
  readonly steps: number;
  /** null where a cost of this segment is unknown. */
  readonly seconds: number | null;
}
