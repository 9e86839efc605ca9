import { diagnostic } from '../../../diagnostics/index.ts';
import type { ChipModel } from '../../../ir/chip-model.ts';
import { planeAt, planeCount } from '../../../ir/digits.ts';
import type { Network, Projection } from '../../../ir/network.ts';
import { COPIES_MAX, digitCodes } from '../digit-codes.ts';
import { planeSynapses } from '../plane-synapses.ts';
import { editsForPlanes } from './edits/value-edits.ts';
import { placeOf } from './place-of.ts';
import type { Problem } from './problem.ts';

/** Weights whose multiples for the digits of a value no register holds. */
export function checkPlanes(network: Network, chip: ChipModel): readonly Problem[] {
  const codes = digitCodes(network, chip);
  return network.projections.flatMap((projection) => {
    const code = codes.get(projection.source);
    if (code === undefined) return [];
    const highest = planeAt(code, planeCount(code) - 1);
    const { exponent, copies } = planeSynapses(projection.synapses, projection.weightExponent, highest, chip.limits);
    if (copies > COPIES_MAX)
      return [problem(projection, chip, copies, `digit ${highest.digit}`, `needs ${copies} synapses of exponent ${exponent}`)];
    if (highest.sign < 0 && holdsLeast(projection, chip)) {
      return [problem(projection, chip, null, 'negative digits', `need the weight ${2 ** chip.limits.weightBits.value}`)];
    }
    return [];
  });
}

function problem(projection: Projection, chip: ChipModel, copies: number | null, digit: string, need: string): Problem {
  const { limits } = chip;
  return {
    diagnostic: diagnostic('value-out-of-range', `${digit} of ${projection.source} ${need} in ${projection.id}`, {
      places: [placeOf(projection)],
      notes: [
        `${chip.name} has binary spikes: an integer is sent digit by digit, and the weight of a digit is a power of two times the weight`,
        `allowed: magnitudes up to ${2 ** limits.weightBits.value - 1}, exponents up to ${limits.weightExponent.value}, ${COPIES_MAX} copies of a synapse`,
      ],
      help: 'bring fewer bits in (smaller counts), use fewer weight bits, or a chip with graded spikes',
    }),
    edits: (context) => {
      const source = context.network.nodes.find(({ id }) => id === projection.source);
      return source === undefined ? [] : editsForPlanes(context, projection, source, copies, COPIES_MAX);
    },
  };
}

/** The one weight, -2^weightBits, whose negative is no weight. */
function holdsLeast({ synapses }: Projection, chip: ChipModel): boolean {
  return synapses.kind !== 'pooling' && (synapses.weights?.includes(-(2 ** chip.limits.weightBits.value)) ?? false);
}
