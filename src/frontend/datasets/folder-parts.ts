import { failure, printable } from '../../diagnostics/index.ts';
import type { DataFolder } from './data-folder.ts';
import type { Split } from './selection.ts';

/** A file of a folder: the part it belongs to, null where it is in none, and its path below the part's own folder. */
export interface PartFile {
  readonly path: string;
  readonly split: Split | null;
  readonly below: string;
}

/** Names that folders of parts have, in small letters. */
const FOLDERS: ReadonlyMap<string, Split> = new Map([
  ['train', 'train'],
  ['training', 'train'],
  ['validation', 'validation'],
  ['valid', 'validation'],
  ['val', 'validation'],
  ['test', 'test'],
  ['testing', 'test'],
]);

/** Lists of paths, one a line: Google Speech Commands has the first two, where what is in none is for training; DVS128 Gesture the others. */
const LISTS: readonly (readonly [string, Split])[] = [
  ['testing_list.txt', 'test'],
  ['validation_list.txt', 'validation'],
  ['trials_to_test.txt', 'test'],
  ['trials_to_train.txt', 'train'],
];
const LIST_BYTES_MOST = 2 ** 26;
const NAMED_MOST = 5;

/** The clips' files with their parts: by lists in the folder, or by folders `train`, `validation` and `test` that hold all of them. */
export function partsOf(folder: DataFolder, clips: readonly string[], file: string): readonly PartFile[] {
  const lists = LISTS.filter(([name]) => folder.files.includes(name));
  if (lists.length > 0) return partsByLists(folder, lists, clips, file);
  const tops = clips.map((path) => /^([^/]*)\//.exec(path)?.[1] ?? '');
  const splits = tops.map((top) => FOLDERS.get(top.toLowerCase()) ?? null);
  if (splits.includes(null)) return clips.map((path) => ({ path, split: null, below: path }));
  return clips.map((path, i) => ({ path, split: splits[i], below: path.slice(tops[i].length + 1) }));
}

function partsByLists(
  folder: DataFolder,
  lists: readonly (readonly [string, Split])[],
  clips: readonly string[],
  file: string,
): readonly PartFile[] {
  const listed = new Map<string, Split>();
  for (const [name, split] of lists) for (const path of readList(folder, name, file)) listed.set(path, split);
  const there = new Set(clips);
  const missing = [...listed.keys()].filter((path) => !there.has(path));
  if (missing.length > 0) {
    const shown = missing.slice(0, NAMED_MOST).map((path) => printable(path, 80));
    throw failure(
      'data-malformed',
      `lists name ${missing.length} clips that are not there: ${shown.join(', ')}${missing.length > NAMED_MOST ? ', …' : ''}`,
      {
        places: [{ file, item: lists.map(([name]) => name).join(', ') }],
        notes: ['a list has the path of a clip in each line, as it is below the folder'],
        help: 'unpack the data again, or take the lines out of the list',
      },
    );
  }
  const rest = lists.some(([, split]) => split === 'train') ? null : 'train';
  return clips.map((path) => ({ path, split: listed.get(path) ?? rest, below: path }));
}

function readList(folder: DataFolder, name: string, file: string): readonly string[] {
  const bytes = folder.read(name);
  if (bytes.length > LIST_BYTES_MOST) {
    throw failure('data-too-large', `${name} has ${bytes.length} bytes`, {
      places: [{ file, item: name }],
      notes: [`at most ${LIST_BYTES_MOST} bytes are read of a list`],
    });
  }
  const lines = new TextDecoder().decode(bytes).split(/\r\n|\n|\r/);
  return lines.map((line) => line.trim().replaceAll('\\', '/').replace(/^\.\//, '')).filter((line) => line !== '');
}
