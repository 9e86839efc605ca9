import type { ReadoutProgram } from '../ir/mapping.ts';

/** Membranes that the host integrates have one value for all classes, or one each. */
export function checkReadout(
  { classes, membrane }: ReadoutProgram,
  violation: (item: string, found: string, allowed: string) => void,
): void {
  for (const [field, value] of Object.entries(membrane ?? {})) {
    if (Array.isArray(value) && value.length !== classes)
      violation(`readout.membrane.${field}`, `has ${value.length} values`, `one, or ${classes}: one a class`);
  }
}
