import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type DiagnosticError, failure, formatBytes } from '../index.ts';

/** Typed arrays of HDF5 end here. */
const BYTES_MAX = 2 ** 31 - 1;
/** Of all files of a compiled folder. */
const FOLDER_BYTES_MAX = 2 ** 29;
const ENTRIES_MAX = 10_000;

/** Contents of a regular file. Throws `file-not-found` or `file-not-readable`. */
export async function readInput(path: string, bytesMax = BYTES_MAX): Promise<Uint8Array> {
  try {
    const found = await stat(path);
    // a pipe or device may never end
    if (!found.isFile()) throw unreadable(path, found.isDirectory() ? 'is a folder' : 'is not a regular file');
    if (found.size > bytesMax) {
      throw failure('file-not-readable', `${path} has ${formatBytes(found.size)}; at most ${formatBytes(bytesMax)} are read here`, {
        places: [{ file: path }],
        help: 'check that this is the file you meant',
      });
    }
    const handle = await open(path, 'r');
    try {
      return new Uint8Array(await handle.readFile());
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw asFileFailure(error, path);
  }
}

/** Every file below a folder by relative path with forward slashes, sorted; links are not followed. Empty where there is no such folder. */
export async function readFolder(folder: string, wanted: (path: string) => boolean): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  let budget = FOLDER_BYTES_MAX;
  let entries = 0;
  const visit = async (prefix: string): Promise<void> => {
    const here = await readdir(join(folder, prefix), { withFileTypes: true });
    for (const entry of here.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = `${prefix}${entry.name}`;
      if (++entries > ENTRIES_MAX) throw unreadable(folder, `holds more than ${ENTRIES_MAX} files`);
      if (!wanted(path)) continue;
      if (entry.isDirectory()) await visit(`${path}/`);
      if (!entry.isFile()) continue;
      const bytes = await readInput(join(folder, path), budget);
      budget -= bytes.length;
      files.set(path, bytes);
    }
  };
  try {
    await visit('');
  } catch (error) {
    throw asFileFailure(error, folder);
  }
  return files;
}

const unreadable = (path: string, why: string): DiagnosticError =>
  failure('file-not-readable', `${path} ${why}`, { places: [{ file: path }] });

/** Errors of the file system as diagnostics; everything else as it was. */
export function asFileFailure(error: unknown, path: string): unknown {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
  if (code === null) return error;
  if (code === 'ENOENT' || code === 'ENOTDIR') return failure('file-not-found', `there is no ${path}`, { places: [{ file: path }] });
  if (code.startsWith('ERR_') && code !== 'ERR_FS_FILE_TOO_LARGE' && code !== 'ERR_INVALID_ARG_VALUE') return error;
  return unreadable(path, `cannot be read (${code})`);
}
