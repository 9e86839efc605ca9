import type { Diagnostic } from '../../../diagnostics/index.ts';
import type { EditContext } from './edits/context.ts';
import { type Edit, editNotes } from './edits/edit.ts';

/** A violated constraint, and changes that would mend it, in the order they are to be offered; null: does not apply. */
export interface Problem {
  readonly diagnostic: Diagnostic;
  readonly edits: (context: EditContext) => readonly (Edit | null)[];
}

export const withEdits = ({ diagnostic, edits }: Problem, context: EditContext): Diagnostic => ({
  ...diagnostic,
  notes: [...diagnostic.notes, ...editNotes(edits(context))],
});
