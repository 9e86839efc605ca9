import { failure } from '../../diagnostics/index.ts';
import type { ClipSource } from '../../ir/clip.ts';
import { isAedat } from './aedat.ts';
import { csvSource } from './csv.ts';
import { isCsv } from './csv-events.ts';
import type { DataInput } from './data-folder.ts';
import { readDataFolder, readRecording } from './folder.ts';
import { isHdf5 } from './hdf5.ts';
import { denseSteps, readHdf5 } from './hdf5-layouts.ts';
import { isNpy } from './npy.ts';
import { isZip, npySteps, npzSteps, readNpyFile, readNpz } from './npz.ts';
import type { DatasetOptions } from './options.ts';
import { pickClips, refuseSplit } from './selection.ts';
import { isWav } from './wav.ts';

export type { DataFolder, DataInput } from './data-folder.ts';
export { COUNT_RULES, type CountRule, defaultBinMs, TIME_ORIGINS, type TimeOrigin } from './framing.ts';
export { DATA_LIMITS, type DatasetOptions } from './options.ts';
export { type Selection, SPLIT_CHOICES, type Split } from './selection.ts';
export type { Sensor } from './sensor.ts';

/**
 * Clips of a data file or folder, framed for a model. The format is told by content, save for N-MNIST's events, which have no signature and
 * are told by the ending `.bin`; see docs/data.md. Everything in a file is read and checked before this returns; of a folder, everything
 * that is chosen.
 *
 * Throws DiagnosticError with the `data-…` codes for what is wrong with the data, `bad-arguments` for options that do not fit them.
 */
export async function openDataset(data: DataInput, options: DatasetOptions): Promise<ClipSource> {
  const { classNames, classes, file } = options;
  if (classNames != null && classNames.length !== classes) {
    throw failure('bad-arguments', `--class-names has ${classNames.length} names, and the model ${classes} classes`, {
      places: [{ file }],
    });
  }
  if (!(data instanceof Uint8Array)) return readDataFolder(data, options);
  refuseSplit(options, file);
  const source = pickClips(await openFile(data, options), options);
  return classNames == null ? source : { ...source, classNames };
}

/** All clips of a file. */
async function openFile(bytes: Uint8Array, options: DatasetOptions): Promise<ClipSource> {
  const places = [{ file: options.file }];
  if (bytes.length === 0) throw failure('data-empty', 'the data file has no bytes', { places });
  if (isHdf5(bytes)) return readHdf5(bytes, options);
  if (isZip(bytes)) return readNpz(bytes, options);
  if (isNpy(bytes)) return readNpyFile(bytes, options);
  if (isWav(bytes)) return readRecording(bytes, 'wav', options);
  if (isAedat(bytes)) return readRecording(bytes, 'aedat', options);
  if (isCsv(bytes)) return csvSource(bytes, options);
  if (/\.bin$/i.test(options.file)) return readRecording(bytes, 'nmnist', options);
  throw failure('data-foreign', 'the data file is in no format that is known', {
    places,
    notes: ['read: HDF5, .npz, .npy, CSV with a header, AEDAT, WAV, N-MNIST events as .bin, and folders of the last three'],
  });
}

/** Steps of a clip of dense data; null where recordings are framed as the model asks. Throws as openDataset does for what cannot be read. */
export async function stepsOfClips(data: DataInput, file: string): Promise<number | null> {
  if (!(data instanceof Uint8Array)) return null;
  if (isHdf5(data)) return denseSteps(data, file);
  if (isNpy(data)) return npySteps(data, file);
  return isZip(data) ? npzSteps(data, file) : null;
}
