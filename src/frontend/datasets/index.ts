import { failure } from '../../diagnostics/index.ts';
import type { ClipSource } from '../../ir/clip.ts';
import { isHdf5 } from './hdf5.ts';
import { denseSteps, readHdf5 } from './hdf5-layouts.ts';
import { isZip, npzSteps, readNpz } from './npz.ts';
import type { DatasetOptions } from './options.ts';

export { COUNT_RULES, type CountRule, defaultBinMs, TIME_ORIGINS, type TimeOrigin } from './framing.ts';
export { DATA_LIMITS, type DatasetOptions } from './options.ts';

/**
 * Clips of a data file, framed for a model. The format is told by content: HDF5 in the SHD layout (events) or with dense `features`,
 * or .npz with dense `features`; see docs/data.md. Everything in the file is read and checked before this returns.
 *
 * Throws DiagnosticError with the `data-…` codes for what is wrong with the file, `bad-arguments` for a bin width that cannot be.
 */
export async function openDataset(bytes: Uint8Array, options: DatasetOptions): Promise<ClipSource> {
  const places = [{ file: options.file }];
  if (bytes.length === 0) throw failure('data-empty', 'the data file has no bytes', { places });
  if (isHdf5(bytes)) return readHdf5(bytes, options);
  if (isZip(bytes)) return readNpz(bytes, options);
  throw failure('data-foreign', 'the data file is neither HDF5 nor .npz', {
    places,
    notes: ['a lone .npy array holds no labels: save both with numpy.savez(file, features=…, labels=…)'],
  });
}

/** Steps of a clip of dense data; null where the file holds events. Throws as openDataset does for a file that cannot be read. */
export async function stepsOfClips(bytes: Uint8Array, file: string): Promise<number | null> {
  if (isHdf5(bytes)) return denseSteps(bytes, file);
  return isZip(bytes) ? npzSteps(bytes, file) : null;
}
