import type { ChipModel } from '../ir/chip-model.ts';
import type { EmittedFile } from '../ir/files.ts';
import { NET_BIAS_EXPONENT } from '../ir/lava-net.ts';
import type { Network } from '../ir/network.ts';
import { type PassContext, runPasses } from '../passes/index.ts';
import { quantize } from '../passes/quantize.ts';
import { chainOf, netOf, writeNet } from '../targets/loihi/lava-net/index.ts';

export const NET_FILE = 'network.net';

/**
 * A network after the exact passes as a file of lava-dl, in integers of its own: the format has neither exponents of weights nor biases
 * finer than 64 units. Throws `net-unsupported`, and what `quantize` throws.
 */
export async function exportNet(exact: Network, context: PassContext): Promise<EmittedFile> {
  // What the format has no layer for is refused before the quantizer meets it.
  chainOf(exact);
  const integers = runPasses(exact, [quantize], { ...context, chip: withoutExponents(context.chip), biasExponentLeast: NET_BIAS_EXPONENT });
  return { path: NET_FILE, content: await writeNet(netOf(integers)) };
}

function withoutExponents(chip: ChipModel): ChipModel {
  const { biasExponent, weightExponent } = chip.limits;
  const limits = {
    ...chip.limits,
    biasExponent: { ...biasExponent, value: NET_BIAS_EXPONENT },
    weightExponent: { ...weightExponent, value: 0 },
  };
  return { ...chip, limits };
}
