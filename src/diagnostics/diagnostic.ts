import type { DiagnosticCode } from './codes.ts';

/** Where a diagnostic points: a file, and what in it. */
export interface Place {
  readonly file?: string;
  readonly item?: string;
}

/** What was found, where, what was allowed, and one next step. `kind` decides the exit code: our own bug is 2, the rest 1. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning' | 'note';
  readonly kind: 'mistake' | 'unsupported' | 'bug';
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly places: readonly Place[];
  readonly notes: readonly string[];
  readonly help: string;
}

/** Thrown to stop a stage: all errors of the stage at once. */
export class DiagnosticError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map((d) => `${d.code}: ${d.message}`).join('\n'));
    this.name = 'DiagnosticError';
    this.diagnostics = diagnostics;
  }
}

/** Collects warnings and notes on the way. */
export type Report = (diagnostic: Diagnostic) => void;
