import { type Diagnostic, type DiagnosticCode, diagnostic } from '../../diagnostics/index.ts';

/** What a core does with numbers or packets that it cannot hold, silently on the machine. */
export type ProblemKind = 'slot-saturated' | 'spike-late' | 'accum-overflow' | 'row-missing';

/** Where and when it happened. */
export interface Problem {
  readonly kind: ProblemKind;
  readonly core: string;
  readonly step: number;
  /** Neuron, slot or key. */
  readonly place: string;
}

const KEPT = 20;

/** Counts every problem and keeps where the first ones happened. */
export class ProblemLog {
  readonly counts: Record<ProblemKind, number> = { 'slot-saturated': 0, 'spike-late': 0, 'accum-overflow': 0, 'row-missing': 0 };
  readonly first: Problem[] = [];

  clear(): void {
    for (const kind of Object.keys(this.counts) as ProblemKind[]) this.counts[kind] = 0;
    this.first.length = 0;
  }

  /** `place` is called only where it is kept. */
  add(kind: ProblemKind, core: string, step: number, place: () => string): void {
    if (this.counts[kind]++ < KEPT) this.first.push({ kind, core, step, place: place() });
  }
}

const SENTENCES: Readonly<Record<ProblemKind, readonly [code: DiagnosticCode, found: string, allowed: string]>> = {
  'slot-saturated': ['slot-saturated', 'weights did not fit their ring-buffer slots', '65535 in all, at one neuron, receptor and step'],
  'spike-late': ['spike-late', 'packets came late', 'packets of a step are handled before the next one begins'],
  'accum-overflow': [
    'accum-overflow',
    'potentials or currents left +-65536',
    'below 65536 in magnitude, in the units of the neuron’s parameters',
  ],
  'row-missing': ['program-malformed', 'packets have no row in the block that their key leads to', 'a row for every neuron that sends'],
};

/** One error for each kind of problem that there was; none where all went well. */
export function diagnoseProblems({ counts, first }: ProblemLog): Diagnostic[] {
  return (Object.keys(SENTENCES) as ProblemKind[])
    .filter((kind) => counts[kind] > 0)
    .map((kind) => {
      const [code, found, allowed] = SENTENCES[kind];
      const places = first
        .filter((problem) => problem.kind === kind)
        .map(({ core, place, step }) => ({ item: `${core}, ${place}, step ${step}` }));
      return diagnostic(code, `${counts[kind]} ${found}`, { places: places.slice(0, 10), notes: [`allowed: ${allowed}`] });
    });
}
