import type { ReadoutProgram } from '../ir/mapping.ts';
import { quantizedProblem } from '../ir/quantized-features.ts';

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

/** Channels that the host rounds are some of the `channels` that there are. */
export function checkQuantized(
  { quantized = [] }: ReadoutProgram,
  channels: number,
  violation: (item: string, found: string, allowed: string) => void,
): void {
  const problem = quantizedProblem(quantized, 0, channels);
  if (problem !== null) violation('readout.quantized', `is wrong: ${problem}`, `channels 0..${channels - 1}, each once, in order`);
}
