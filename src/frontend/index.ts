import { failure, type Report } from '../diagnostics/index.ts';
import type { Network } from '../ir/network.ts';
import type { TieRule } from '../ir/neuron.ts';
import { isHdf5, openHdf5 } from './datasets/hdf5.ts';
import { importLavaNet } from './lava-net/index.ts';
import { importNir } from './nir/index.ts';
import type { ResetRule } from './nir/neurons.ts';
import type { ExternalData } from './onnx/external-data.ts';
import { importOnnx } from './onnx/index.ts';

export { RESET_RULES } from './nir/neurons.ts';

export interface ImportOptions {
  /** Name of the file, for messages and origins. */
  readonly file: string;
  /** Takes warnings. */
  readonly report: Report;
  /** Files beside the model that hold values of its tensors, by the path the model gives them. */
  readonly external?: ExternalData;
  /** Steps of a clip, for files that do not say it (NIR, lava-dl). */
  readonly steps?: number | null;
  /** Seconds of a step, for files in seconds (NIR). */
  readonly timestepS?: number | null;
  /** Does a potential at the threshold fire? For lava-dl, which does not say; left out: 'gt', as on Loihi. */
  readonly thresholdRule?: TieRule | null;
  /** Steps from each layer to the next, for lava-dl, which does not say; left out: 0. */
  readonly layerLatency?: number | null;
  /** What a spike does to the potential, for NIR, which says where a hard reset goes to and not whether it is one; left out: 'zero', a hard one. */
  readonly reset?: ResetRule | null;
}

/** Does a file of this format say how many steps a clip has? ONNX does, NIR and lava-dl do not. */
export const holdsSteps = (bytes: Uint8Array): boolean => !isHdf5(bytes);

/** The network in a model file. The format is told by content: ONNX is a protobuf without a signature, so whatever is nothing else is read as ONNX. */
export async function importModel(bytes: Uint8Array, options: ImportOptions): Promise<Network> {
  if (bytes.length === 0) throw failure('unknown-format', 'the model file has no bytes', { places: [{ file: options.file }] });
  const { steps = null, timestepS = null, thresholdRule, layerLatency, reset } = options;
  switch (await formatOf(bytes)) {
    case 'onnx':
      refuseRules(options);
      refuseReset(options, 'ONNX models say how a neuron resets, and that is honoured');
      return importOnnx(bytes, options);
    case 'lava-dl':
      refuseReset(options, 'neurons of lava-dl reset to 0');
      return importLavaNet(bytes, { ...options, steps, thresholdRule: thresholdRule ?? 'gt', layerLatency: layerLatency ?? 0 });
    case 'nir':
      refuseRules(options);
      return importNir(bytes, { ...options, steps, timestepS, reset: reset ?? 'zero' });
  }
}

/** NIR is HDF5 with a group /node, lava-dl HDF5 with a group /layer, and ONNX whatever is no HDF5. */
export async function formatOf(bytes: Uint8Array): Promise<Network['format']> {
  if (!isHdf5(bytes)) return 'onnx';
  const top = await topLevel(bytes);
  return top.has('layer') && !top.has('node') ? 'lava-dl' : 'nir';
}

/** Rules of lava-dl for a file that has its own: they would be ignored. */
function refuseRules({ thresholdRule, layerLatency, file }: ImportOptions): void {
  const given = [...(thresholdRule ? ['--threshold-rule'] : []), ...(layerLatency ? ['--layer-latency'] : [])];
  if (given.length === 0) return;
  throw failure('bad-arguments', `${given.join(' and ')}: not for this model`, {
    places: [{ file }],
    notes: ['allowed for lava-dl networks; ONNX and NIR models say whether a tie fires and when a spike acts, and that is honoured'],
  });
}

function refuseReset({ reset, file }: ImportOptions, reason: string): void {
  if (!reset) return;
  throw failure('bad-arguments', '--reset: not for this model', { places: [{ file }], notes: [`allowed for NIR files; ${reason}`] });
}

/** Names in the root group of an HDF5 file; none where it is damaged, which its reader says. */
async function topLevel(bytes: Uint8Array): Promise<ReadonlySet<string>> {
  try {
    const hdf5 = await openHdf5(bytes);
    try {
      return new Set(hdf5.names().map((path) => path.split('/').find((part) => part !== '') ?? ''));
    } finally {
      hdf5.close();
    }
  } catch {
    return new Set();
  }
}
