import type { ChipModel } from '../../ir/chip-model.ts';
import { type DigitCode, planeAt, planeCount } from '../../ir/digits.ts';
import type { NodeId } from '../../ir/ids.ts';
import type { Network } from '../../ir/network.ts';
import { sourcesPerTarget } from '../../ir/synapses.ts';
import { payloadBits } from './payload-bits.ts';
import { planeSynapses } from './plane-synapses.ts';

/** More copies of a synapse than this are no way to count for more. */
export const COPIES_MAX = 16;

/** Name of a stream's digits. */
export const planeStream = (stream: string): string => `${stream}#planes`;

/**
 * How a chip of binary spikes is sent the integers of each stream that the embedded processor injects: inputs, rotated currents and
 * reorderings of those. Empty where spikes carry payloads, or the chip has no such axons.
 */
export function digitCodes(network: Network, chip: ChipModel): ReadonlyMap<NodeId, DigitCode> {
  const codes = new Map<NodeId, DigitCode>();
  const { bitPlanes } = chip;
  if (chip.operations.gradedSpikes || bitPlanes === undefined) return codes;
  const bits = payloadBits(network);
  for (const node of network.nodes) {
    const width = bits.get(node.id) ?? null;
    if (width === 1) continue;
    if (node.kind === 'input' && node.role === 'features') {
      const signed = node.payload.kind !== 'integer' || node.payload.min < 0;
      // The width holds a sign, which an unsigned code does without and a signed one needs for its highest digit.
      const digits = width === null ? bitPlanes.countBits.value + (signed ? 1 : 0) : width - (signed ? 0 : 1);
      codes.set(node.id, width === null ? fitting(node.id, { digits, signed }, network, chip) : { digits, signed });
    } else if (node.kind === 'rotary') {
      codes.set(node.id, { digits: width ?? bitPlanes.valueBits.value, signed: true });
    } else if (node.kind === 'reorder') {
      const code = codes.get(node.source);
      if (code !== undefined) codes.set(node.id, code);
    }
  }
  return codes;
}

/**
 * Counts of which nobody said how large they are: as many digits as the weights that read them can count for and the axons of a core have room
 * for, up to those of the code. A run refuses what is larger.
 */
function fitting(input: NodeId, code: DigitCode, { projections }: Network, { limits }: ChipModel): DigitCode {
  const readers = projections.filter(({ source }) => source === input);
  const weighs = (shorter: DigitCode): boolean => {
    const highest = planeAt(shorter, planeCount(shorter) - 1);
    return readers.every(({ synapses, weightExponent }) => planeSynapses(synapses, weightExponent, highest, limits).copies <= COPIES_MAX);
  };
  const arrives = (shorter: DigitCode): boolean =>
    readers.every(({ target }) => {
      const axons = projections.map((other) =>
        other.target === target ? sourcesPerTarget(other.synapses) * (other.source === input ? planeCount(shorter) : 1) : 0,
      );
      return axons.reduce((a, b) => a + b, 0) <= limits.inputAxonsPerCore.value;
    });
  for (let { digits } = code; digits >= 1; digits--)
    if (weighs({ ...code, digits }) && arrives({ ...code, digits })) return { ...code, digits };
  return code;
}
