import { failure, type Report } from '../diagnostics/index.ts';
import type { Network } from '../ir/network.ts';
import { importNir } from './nir/index.ts';
import type { ExternalData } from './onnx/external-data.ts';
import { importOnnx } from './onnx/index.ts';

export interface ImportOptions {
  /** Name of the file, for messages and origins. */
  readonly file: string;
  /** Takes warnings. */
  readonly report: Report;
  /** Files beside the model that hold values of its tensors, by the path the model gives them. */
  readonly external?: ExternalData;
  /** Steps of a clip, for files that do not say it (NIR). */
  readonly steps?: number | null;
  /** Seconds of a step, for files in seconds (NIR). */
  readonly timestepS?: number | null;
}

const HDF5_SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

const isHdf5 = (bytes: Uint8Array): boolean => HDF5_SIGNATURE.every((byte, i) => bytes[i] === byte);

/** Does a file of this format say how many steps a clip has? ONNX does, NIR does not. */
export const holdsSteps = (bytes: Uint8Array): boolean => !isHdf5(bytes);

/**
 * The network in a model file. The format is told by content: NIR is HDF5, and ONNX a protobuf without a signature, so whatever is nothing
 * else is read as ONNX.
 */
export async function importModel(bytes: Uint8Array, options: ImportOptions): Promise<Network> {
  if (bytes.length === 0) throw failure('unknown-format', 'the model file has no bytes', { places: [{ file: options.file }] });
  if (!isHdf5(bytes)) return importOnnx(bytes, options);
  return importNir(bytes, { ...options, steps: options.steps ?? null, timestepS: options.timestepS ?? null });
}
