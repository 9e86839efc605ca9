/** A change that makes a model fit, and its price. */
export interface Edit {
  readonly change: string;
  readonly accuracy: string;
  readonly energy: string;
}

/** How many edits a diagnostic offers. */
const OFFERED = 3;

/** The first three edits, as notes. A candidate is null where it does not apply. */
export function editNotes(candidates: readonly (Edit | null)[]): readonly string[] {
  return candidates
    .flatMap((edit) => (edit === null ? [] : [edit]))
    .slice(0, OFFERED)
    .map(({ change, accuracy, energy }, i) => `edit ${i + 1}: ${change}; accuracy: ${accuracy}; energy: ${energy}`);
}
