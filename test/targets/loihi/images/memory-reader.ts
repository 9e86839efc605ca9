import type { CoreImage } from '../../../../src/targets/loihi/images/core-image.ts';

/** A second reading of a core's synapse lists, straight from docs/targets/register-images.md, on one large integer. */

interface FoundSynapse {
  readonly target: number;
  readonly delay: number;
  readonly weight: number;
  readonly exponent: number;
  readonly fast: boolean;
}

/** Where a field of the memory lies, in bits from its beginning. */
interface FoundField {
  readonly name: string;
  readonly bit: number;
  readonly bits: number;
}

export interface FoundMemory {
  readonly axons: readonly (readonly FoundSynapse[])[];
  readonly fields: readonly FoundField[];
}

/** Bit 0 of the first register is bit 0 of the number. */
const numberOf = (text: string): bigint => [...Buffer.from(text, 'base64')].reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
const take = (number: bigint, bit: number, bits: number): number => Number((number >> BigInt(bit)) & ((1n << BigInt(bits)) - 1n));
const bytesIn = (text: string): number => Buffer.from(text, 'base64').length;

const INDEX_BITS = [0, 6, 7, 8, 9, 10, 11, 12];
const WEIGHT_BITS = [0, 1, 2, 3, 4, 5, 6, 8];

function formatAt(formats: bigint, id: number) {
  const field = (bit: number, bits: number): number => take(formats, 64 * id + bit, bits);
  const exponent = field(14, 4);
  return {
    compression: field(0, 2),
    index: INDEX_BITS[field(2, 3)],
    weight: WEIGHT_BITS[field(5, 3)],
    delay: field(8, 3),
    skip: field(11, 3),
    exponent: exponent >= 8 ? exponent - 16 : exponent,
    fanout: field(18, 2),
    fast: field(26, 1) === 1,
    base: field(27, 12),
  };
}

/** Of an image of loihi1, whose axon registers are pointer 14, length 9, base 8, atoms 5, learning 1. */
export function readMemory({ inputAxons, synapses }: CoreImage): FoundMemory {
  if (synapses.kind !== 'lists') throw new Error('no lists');
  const [axonRegisters, formats, memory] = [inputAxons, synapses.formats, synapses.memory].map(numberOf);
  const axons: FoundSynapse[][] = [];
  const fields: FoundField[] = [];
  for (let i = 0; i < bytesIn(inputAxons) / 8; i++) {
    const register = (bit: number, bits: number): number => take(axonRegisters, 64 * i + bit, bits);
    const [pointer, length, base, learning] = [register(0, 14), register(14, 9), register(23, 8), register(36, 1)];
    const atoms = register(31, 5) + 1;
    for (let atom = 0; atom < atoms; atom++) {
      const found: FoundSynapse[] = [];
      let bit = 64 * (pointer + atom * length);
      const next = (name: string, bits: number): number => {
        fields.push({ name, bit, bits });
        bit += bits;
        return take(memory, bit - bits, bits);
      };
      while (length > 0) {
        const id = next('synFmtId', 4);
        if (id === 0) break;
        const format = formatAt(formats, id);
        const count = next('numSynapses', 6) + 1;
        let target = format.base + (format.compression === 0 ? 0 : next('idx', format.index));
        for (let k = 0; k < count; k++) {
          let weight = next('wgt', format.weight);
          if (format.fanout === 1 && weight >= 2 ** (format.weight - 1)) weight -= 2 ** format.weight;
          weight *= 2 ** (8 - format.weight) * (format.fanout === 1 ? 2 : 1) * (format.fanout === 3 ? -1 : 1);
          const delay = next('dly', format.delay);
          if (format.compression === 0) target = format.base + next('idx', format.index);
          if (format.compression === 2) target += next('skip', format.skip);
          found.push({ target: target + base, delay, weight: weight + 0, exponent: format.exponent, fast: format.fast });
          target++;
        }
      }
      axons.push(found);
    }
    if (learning === 1) i++;
  }
  return { axons, fields: fields.filter(({ bits }) => bits > 0) };
}
