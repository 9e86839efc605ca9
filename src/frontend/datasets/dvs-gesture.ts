import { failure } from '../../diagnostics/index.ts';
import type { DataFolder } from './data-folder.ts';
import type { FolderClip } from './folder.ts';

interface GestureOptions {
  readonly file: string;
  readonly classes: number;
}

const HEADER = 'class,startTime_usec,endTime_usec';
const LABELS_BYTES_MOST = 2 ** 20;

const labelsOf = (path: string): string => path.replace(/\.aedat$/i, '_labels.csv');

/**
 * Clips of DVS128 Gesture (Amir et al., CVPR 2017): beside each recording `name.aedat` stands `name_labels.csv` with a row for every gesture:
 * its class, counted from 1, and its first and last microsecond. null: no recording has such a file.
 */
export function gestureClips(
  folder: DataFolder,
  paths: readonly string[],
  { file, classes }: GestureOptions,
): ReadonlyMap<string, readonly FolderClip[]> | null {
  const there = new Set(folder.files);
  const labelled = paths.filter((path) => there.has(labelsOf(path)));
  if (labelled.length === 0) return null;
  const without = paths.find((path) => !there.has(labelsOf(path)));
  if (without !== undefined) {
    throw failure('data-labels-mismatch', `there is no ${labelsOf(without)}, and other recordings have labels`, {
      places: [{ file, item: without }],
    });
  }
  return new Map(labelled.map((path) => [path, readLabels(folder, path, file, classes)]));
}

function readLabels(folder: DataFolder, path: string, file: string, classes: number): readonly FolderClip[] {
  const item = labelsOf(path);
  const bytes = folder.read(item);
  const [header, ...rows] = new TextDecoder()
    .decode(bytes.subarray(0, LABELS_BYTES_MOST))
    .trim()
    .split(/\r\n|\n|\r/);
  if (bytes.length > LABELS_BYTES_MOST || header.trim() !== HEADER) {
    throw failure('data-malformed', 'it is no list of gestures', { places: [{ file, item }], notes: [`expected: a first line ${HEADER}`] });
  }
  return rows.map((row, i) => {
    const cells = row.split(',').map((cell) => (/^\s*\d{1,15}\s*$/.test(cell) ? Number(cell) : Number.NaN));
    const [number, fromUs, toUs] = cells;
    if (cells.length !== 3 || cells.some(Number.isNaN) || fromUs > toUs) {
      throw failure('data-malformed', `row ${i + 1} is no class, first and last microsecond`, { places: [{ file, item }] });
    }
    if (number < 1 || number > classes) {
      throw failure('data-label-range', `class ${number} in row ${i + 1}, and the model has ${classes} classes`, {
        places: [{ file, item }],
        notes: [`allowed: whole numbers from 1 to ${classes}`],
      });
    }
    return { path, span: { fromUs, toUs }, label: number - 1 };
  });
}
