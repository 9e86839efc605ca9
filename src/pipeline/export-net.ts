import { failure, type Report } from '../diagnostics/index.ts';
import type { AnyChip, ChipModel } from '../ir/chip-model.ts';
import type { EmittedFile } from '../ir/files.ts';
import { NET_BIAS_EXPONENT } from '../ir/lava-net.ts';
import type { Network } from '../ir/network.ts';
import { runPasses } from '../passes/index.ts';
import { quantize } from '../passes/quantize.ts';
import { MANTISSA_BITS } from '../passes/quantize-weights.ts';
import { chainOf, netOf, writeNet } from '../targets/loihi/lava-net/index.ts';

export const NET_FILE = 'network.net';

/**
 * A network after the exact passes as a file of lava-dl, in integers of its own: the format has neither exponents of weights nor biases
 * finer than 64 units. Throws `net-unsupported`, what `quantize` throws, and `bad-arguments` for a chip of another family.
 */
export async function exportNet(
  exact: Network,
  chip: AnyChip,
  { weightBits, report }: { readonly weightBits: number | null; readonly report: Report },
): Promise<EmittedFile> {
  if (chip.family !== 'loihi') {
    throw failure('bad-arguments', `--net writes the integers of a Loihi chip, and ${chip.name} is none`, {
      notes: ['files of lava-dl are read by the tools of Loihi chips'],
      help: 'leave --net out, or compile for loihi1 or loihi2',
    });
  }
  if (weightBits !== null && weightBits > MANTISSA_BITS) {
    throw failure('net-unsupported', `weights of ${weightBits} bits take two synapses each, and the format has one`, {
      notes: [`allowed with --net: up to ${MANTISSA_BITS} bits`],
      help: `leave --net out, or give --weight-bits ${MANTISSA_BITS}`,
    });
  }
  // What the format has no layer for is refused before the quantizer meets it.
  chainOf(exact);
  const integers = runPasses(exact, [quantize], {
    report,
    weightBits: weightBits ?? MANTISSA_BITS,
    chip: withoutExponents(chip),
    unitPowerMax: new Map(),
    biasExponentLeast: NET_BIAS_EXPONENT,
  });
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
