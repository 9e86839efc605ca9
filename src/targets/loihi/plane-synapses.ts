import type { ChipModel } from '../../ir/chip-model.ts';
import type { DigitPlane } from '../../ir/digits.ts';
import type { Synapses } from '../../ir/synapses.ts';

/** How the synapses of one digit are stored: mantissas times `factor`, counted 2^exponent, and each of them `copies` times. */
export interface PlaneSynapses {
  readonly factor: number;
  readonly exponent: number;
  readonly copies: number;
}

/**
 * Synapses that count weight * 2^weightExponent * sign * 2^digit for a single spike. The power goes into the mantissas as far as they
 * have room, which takes no further format register, then into the exponent, and what is left into copies of the synapse.
 */
export function planeSynapses(
  synapses: Synapses,
  weightExponent: number,
  { digit, sign }: DigitPlane,
  limits: ChipModel['limits'],
): PlaneSynapses {
  const largest = largestOf(synapses);
  let shift = 0;
  // Doubled mantissas are even: with both signs, 254 is the largest then.
  while (shift < digit && largest * 2 ** (shift + 1) <= 2 ** limits.weightBits.value - 2) shift++;
  const power = weightExponent + digit - shift;
  const exponent = Math.min(power, limits.weightExponent.value);
  return { factor: sign * 2 ** shift, exponent, copies: 2 ** (power - exponent) };
}

const largestKnown = new WeakMap<Synapses, number>();

/** The largest magnitude of a mantissa, looked for once: every slice of every digit asks for it. */
function largestOf(synapses: Synapses): number {
  const known = largestKnown.get(synapses);
  if (known !== undefined) return known;
  const mantissas = mantissasOf(synapses);
  let largest = 0;
  for (let i = 0; i < mantissas.length; i++) largest = Math.max(largest, Math.abs(mantissas[i]));
  largestKnown.set(synapses, largest);
  return largest;
}

function mantissasOf(synapses: Synapses): ArrayLike<number> {
  if (synapses.kind === 'pooling') return [synapses.factor];
  if (synapses.kind === 'one-to-one' && synapses.weights === null) return new Int16Array(synapses.sources).fill(1);
  return synapses.weights ?? [];
}
