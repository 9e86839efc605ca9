import { failure, type Report } from '../diagnostics/index.ts';
import type { Network } from '../ir/network.ts';
import type { ExternalData } from './onnx/external-data.ts';
import { importOnnx } from './onnx/index.ts';

export interface ImportOptions {
  /** Name of the file, for messages and origins. */
  readonly file: string;
  /** Takes warnings. */
  readonly report: Report;
  /** Files beside the model that hold values of its tensors, by the path the model gives them. */
  readonly external?: ExternalData;
}

const HDF5_SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** The network in a model file. The format is told by content: ONNX is a protobuf without a signature, so whatever is nothing else is read as ONNX. */
export function importModel(bytes: Uint8Array, options: ImportOptions): Network {
  const places = [{ file: options.file }];
  if (bytes.length === 0) throw failure('unknown-format', 'the model file has no bytes', { places });
  if (HDF5_SIGNATURE.every((byte, i) => bytes[i] === byte)) {
    throw failure('unknown-format', 'the model file is HDF5 (as .nir and lava-dl .net files are)', {
      places,
      notes: ['this version reads models from ONNX'],
    });
  }
  return importOnnx(bytes, options);
}
