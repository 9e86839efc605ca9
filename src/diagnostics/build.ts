import { CODES, type DiagnosticCode } from './codes.ts';
import { type Diagnostic, DiagnosticError, type Place } from './diagnostic.ts';

interface Details {
  readonly places?: readonly Place[];
  readonly notes?: readonly string[];
  /** Replaces the code's own help line where a better next step is known. */
  readonly help?: string;
}

/** A diagnostic of this code. `message` says what was found; `details.notes` what is allowed. */
export function diagnostic(code: DiagnosticCode, message: string, details: Details = {}): Diagnostic {
  const entry = CODES[code];
  return {
    severity: entry.severity,
    kind: entry.kind,
    code,
    message,
    places: details.places ?? [],
    notes: details.notes ?? [],
    help: details.help ?? entry.help,
  };
}

/** The error to throw for a single diagnostic. */
export function failure(code: DiagnosticCode, message: string, details: Details = {}): DiagnosticError {
  return new DiagnosticError([diagnostic(code, message, details)]);
}
