import { type Diagnostic, DiagnosticError, diagnostic } from '../../../diagnostics/index.ts';
import type { PopulationEntry, SpinnakerCore, SynapseLayout } from '../../../ir/spinnaker-core.ts';
import { RAW_MAX, rawWeight, receptorOf } from '../weights.ts';
import { shiftOf } from './bit-fields.ts';
import { BlockWriter } from './block-writer.ts';
import { synapticWord } from './layouts.ts';

/** Synapses of one projection that end on this core, by source neuron: those of source i are first[i] .. first[i + 1] - 1. */
export interface IncomingSynapses {
  /** For messages. */
  readonly projection: string;
  readonly first: Int32Array;
  /** Neuron of this core. */
  readonly target: ArrayLike<number>;
  /** In the units of the neurons' currents; the sign chooses the receptor. */
  readonly weight: ArrayLike<number>;
  /** Receptor of all synapses, whatever their sign; left out: the sign chooses. */
  readonly receptor?: number;
  /** Steps from spike to effect, 1 .. 2^delayBits. */
  readonly delay: ArrayLike<number>;
}

/** All that comes from one source population. */
export interface IncomingPopulation extends Pick<PopulationEntry, 'key' | 'mask' | 'cores'> {
  readonly projections: readonly IncomingSynapses[];
}

export type CoreContent = Omit<SpinnakerCore, 'table' | 'matrix' | 'direct'> & {
  readonly incoming: readonly IncomingPopulation[];
  /** Bytes of DTCM for projections with exactly one synapse a source, which need no DMA. */
  readonly directBytesMax: number;
};

/**
 * A core with its synaptic rows. Every projection is a block of rows as long as its longest one, or several where that has more than 256
 * synapses. Throws, for all synapses at once, `weight-wrapped` where a weight has more than 16 bits and `delay-too-long`.
 */
export function assembleCore(content: CoreContent, item: string): SpinnakerCore {
  const { incoming, directBytesMax, ...core } = content;
  const problems: Diagnostic[] = [];
  const blocks = new BlockWriter(directBytesMax);
  const table = [...incoming]
    .sort((a, b) => a.key - b.key)
    .map(({ key, mask, cores, projections }): PopulationEntry => {
      const found = projections.flatMap((synapses) => {
        const words = packWords(synapses, core, item, problems);
        return blocks.add(synapses.first, words);
      });
      return { key, mask, cores, blocks: found };
    })
    .filter((entry) => entry.blocks.length > 0);
  if (problems.length > 0) throw new DiagnosticError(problems);
  return { ...core, table, matrix: blocks.matrix(), direct: blocks.direct() };
}

/** The synaptic word of every synapse. */
function packWords(
  { projection, first, target, weight, delay, receptor }: IncomingSynapses,
  { layout, shifts }: { readonly layout: SynapseLayout; readonly shifts: Uint32Array },
  item: string,
  problems: Diagnostic[],
): Int32Array {
  const word = synapticWord(layout);
  const [typeShift, delayShift, weightShift] = [shiftOf(word, 'type'), shiftOf(word, 'delay'), shiftOf(word, 'weight')];
  const slots = 2 ** layout.delayBits;
  const words = new Int32Array(first[first.length - 1]);
  let wrapped = 0;
  let tooLong = 0;
  let worst = 0;
  for (let k = 0; k < words.length; k++) {
    const type = receptor ?? receptorOf(weight[k]);
    const raw = rawWeight(weight[k], shifts[type]);
    if (raw > RAW_MAX) {
      wrapped++;
      if (Math.abs(weight[k]) > Math.abs(weight[worst])) worst = k;
    }
    if (delay[k] < 1 || delay[k] > slots) tooLong++;
    words[k] = target[k] | (type << typeShift) | ((delay[k] % slots) << delayShift) | (raw << weightShift);
  }
  if (wrapped > 0) {
    const type = receptor ?? receptorOf(weight[worst]);
    problems.push(
      diagnostic(
        'weight-wrapped',
        `${wrapped} weights of ${projection} do not fit 16 bits; the largest is ${weight[worst]}, to neuron ${target[worst]}`,
        {
          places: [{ item: `${item}, ${projection}` }],
          notes: [`allowed with a ring-buffer shift of ${shifts[type]}: up to ${RAW_MAX * 2 ** (shifts[type] - 15)}`],
        },
      ),
    );
  }
  if (tooLong > 0) {
    problems.push(
      diagnostic('delay-too-long', `${tooLong} synapses of ${projection} have delays that this core’s ring buffer has no slot for`, {
        places: [{ item: `${item}, ${projection}` }],
        notes: [`allowed: 1 .. ${slots} steps, with ${layout.delayBits} bits of delay`],
      }),
    );
  }
  return words;
}
