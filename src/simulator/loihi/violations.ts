/** Collects violations: where in the program, what is wrong there, what is allowed. */
export type Violation = (item: string, message: string, allowed: string) => void;

/** Reports a number that is not an integer between `minimum` and `maximum`; true where it is. */
export function inRange(violation: Violation, item: string, value: number, minimum: number, maximum: number): boolean {
  if (Number.isInteger(value) && value >= minimum && value <= maximum) return true;
  violation(item, `is ${value}`, `integers ${minimum} .. ${maximum}`);
  return false;
}

/** Compressed rows: `rows` + 1 entries that rise from 0 to `entries`. */
export function checkFirst(item: string, first: Int32Array, rows: number, entries: number, violation: Violation): boolean {
  if (first.length !== rows + 1) {
    violation(item, `has ${first.length} entries`, `${rows + 1}`);
    return false;
  }
  for (let i = 0; i < rows; i++) {
    if (first[i] <= first[i + 1]) continue;
    violation(`${item}[${i + 1}]`, `is ${first[i + 1]}`, `at least ${first[i]}, the entry before it`);
    return false;
  }
  return inRange(violation, `${item}[0]`, first[0], 0, 0) && inRange(violation, `${item}[${rows}]`, first[rows], entries, entries);
}
