import { randomBytes } from 'node:crypto';
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { failure } from '../index.ts';

/** Whether `path` can become an output file, before any work is done. Throws `output-exists` or `output-not-writable`. */
export async function checkOutputFile(path: string, force: boolean): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found === null) return;
  const places = [{ file: path }];
  if (!found.isFile())
    throw failure('output-not-writable', `${path} is no file, and is not replaced by one`, { places, help: 'choose another file with -o' });
  if (!force)
    throw failure('output-exists', `${path} exists`, { places, help: 'choose another file with -o, or give --force to replace this one' });
}

/** Writes the whole file or nothing: it is completed beside its place, and renamed. Throws `output-not-writable`. */
export async function writeOutputFile(path: string, content: Uint8Array): Promise<void> {
  const temporary = `${path}.spikec-${process.pid}-${randomBytes(6).toString('hex')}`;
  try {
    await writeFile(temporary, content);
    await rename(temporary, path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (typeof code !== 'string' || code.startsWith('ERR_')) throw error;
    throw failure('output-not-writable', `${path} cannot be written (${code})`, {
      places: [{ file: path }],
      help: 'choose a file that you may write with -o',
    });
  } finally {
    await rm(temporary, { force: true });
  }
}
