import { readdirSync, readFileSync, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type DataFolder, failure } from '../index.ts';
import { asFileFailure, readInput } from './input-files.ts';

/** Google Speech Commands has 105,000 files, N-MNIST 70,000. */
const ENTRIES_MAX = 2 ** 20;
/** Of one file of a folder. */
const FILE_BYTES_MAX = 2 ** 30;

/** A folder on disk; `path` and `files` can be posted to another thread, and make it there again. */
export interface DiskFolder extends DataFolder {
  readonly path: string;
}

/** The data that a path names: a file's bytes, or a folder. Throws `file-not-found` or `file-not-readable`. */
export async function readData(path: string): Promise<Uint8Array | DiskFolder> {
  try {
    if ((await stat(path)).isDirectory()) return diskFolder(path, listFiles(path));
  } catch (error) {
    throw asFileFailure(error, path);
  }
  return readInput(path);
}

export const diskFolder = (path: string, files: readonly string[]): DiskFolder => ({
  path,
  files,
  read: (name) => {
    const file = join(path, name);
    try {
      // What a name stood for may have changed since it was listed.
      const { size } = statSync(file);
      if (size > FILE_BYTES_MAX) {
        throw failure('data-too-large', `${file} has ${size} bytes`, {
          places: [{ file }],
          notes: [`at most ${FILE_BYTES_MAX} are read of a file in a folder`],
        });
      }
      return new Uint8Array(readFileSync(file));
    } catch (error) {
      throw asFileFailure(error, file);
    }
  },
});

/** Regular files below a folder, sorted by path; links are not followed. */
function listFiles(folder: string): string[] {
  const files: string[] = [];
  let entries = 0;
  const visit = (prefix: string): void => {
    for (const entry of readdirSync(join(folder, prefix), { withFileTypes: true })) {
      if (++entries > ENTRIES_MAX) {
        throw failure('file-not-readable', `${folder} holds more than ${ENTRIES_MAX} files and folders`, { places: [{ file: folder }] });
      }
      if (entry.isDirectory()) visit(`${prefix}${entry.name}/`);
      else if (entry.isFile()) files.push(`${prefix}${entry.name}`);
    }
  };
  visit('');
  // By code unit, the same in every language.
  return files.sort();
}
