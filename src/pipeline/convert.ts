import { failure, type Report } from '../diagnostics/index.ts';
import { formatOf, importModel } from '../frontend/index.ts';
import { checkedGraph } from '../frontend/nir/index.ts';
import { graphOf } from '../frontend/nir/write/graph-of.ts';
import { writeNirGraph } from '../frontend/nir/write/write-graph.ts';
import { distributeSums } from '../passes/distribute-sums.ts';
import { foldBatchNorm } from '../passes/fold-batch-norm.ts';
import { type Discretization, runPasses } from '../passes/index.ts';
import { netOf, writeNet } from '../targets/loihi/lava-net/index.ts';

/** Formats that models are written in. */
export const EXCHANGE_FORMATS = ['nir', 'net'] as const;
export type ExchangeFormat = (typeof EXCHANGE_FORMATS)[number];

export interface ConvertOptions {
  /** Name of the model file, for messages. */
  readonly file: string;
  readonly format: ExchangeFormat;
  /** Seconds of a step, for models in steps; null: not known. */
  readonly timestepS: number | null;
  /** The rule by which a NIR file is going to be stepped. */
  readonly discretization: Discretization;
  readonly report: Report;
}

/**
 * A model in another exchange format, or in its own again with every number as it was. Throws `nir-inexpressible` or `net-unsupported` for
 * what the format has no place for, and what importing throws.
 */
export async function convertModel(bytes: Uint8Array, options: ConvertOptions): Promise<Uint8Array> {
  const format = await formatOf(bytes);
  // A graph that is read again need not go through float32.
  if (format === 'nir' && options.format === 'nir') return writeNirGraph(await checkedGraph(bytes, options.file));
  if (format !== 'lava-dl' && options.format === 'net')
    throw failure('bad-arguments', `.net files hold Loihi's integers, and ${options.file} has real numbers`, {
      help: 'choose the integers with `spikec compile --net`, which writes network.net',
    });
  // Neither format written here says how long a clip is.
  const network = await importModel(bytes, { ...options, steps: format === 'onnx' ? null : 1 });
  switch (options.format) {
    case 'nir':
      return writeNirGraph(graphOf(runPasses(network, [foldBatchNorm, distributeSums], options), options));
    case 'net':
      return writeNet(netOf(network));
  }
}
