import { realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, sep } from 'node:path';
import { type DiagnosticError, embedExternalData, externalFiles, failure, MODEL_BYTES_MAX } from '../index.ts';
import { readInput } from './input-files.ts';

const FILES_MAX = 1000;
/** What tensors in other files cannot do without; most models do not hold it, and need not be decoded to tell. */
const MARK = 'location';

/**
 * A model file with the values that it keeps in other files, which count as part of it. Those are read from its own folder only. Throws `external-data` for a path that
 * leads out of it, by name or by a link, and what `readInput` throws.
 */
export async function readModel(path: string): Promise<Uint8Array> {
  const bytes = await readInput(path, MODEL_BYTES_MAX);
  if (!Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(MARK)) return bytes;
  const names = mayHoldTensors(bytes) ? externalFiles(bytes, path) : [];
  if (names.length === 0) return bytes;
  if (names.length > FILES_MAX) throw outside(path, `${names.length} files`, `up to ${FILES_MAX} files are read`);
  const files = new Map<string, Uint8Array>();
  let budget = MODEL_BYTES_MAX - bytes.length;
  for (const name of names) {
    const content = await readBeside(path, name, budget);
    budget -= content.length;
    files.set(name, content);
  }
  return embedExternalData(bytes, files, path);
}

/** HDF5 files are no ONNX models, whatever words they hold. */
const mayHoldTensors = (bytes: Uint8Array): boolean => bytes[0] !== 0x89;

async function readBeside(model: string, name: string, bytesMax: number): Promise<Uint8Array> {
  const parts = name.split('/');
  const plain = name !== '' && !isAbsolute(name) && !/[\\:\0]/.test(name) && !parts.includes('..');
  if (!plain) throw outside(model, `\`${name}\``, 'a relative path, without `..`');
  const folder = dirname(model);
  const file = join(folder, ...parts);
  const [home, found] = await Promise.all([realpath(folder), realpath(file).catch(() => null)]);
  // Where there is no such file, reading it says so.
  if (found !== null && !found.startsWith(home.endsWith(sep) ? home : home + sep))
    throw outside(model, `\`${name}\`, a link to ${found}`, 'files in the folder of the model');
  return readInput(file, bytesMax);
}

const outside = (model: string, what: string, allowed: string): DiagnosticError =>
  failure('external-data', `the model keeps values in ${what}`, { places: [{ file: model }], notes: [`allowed: ${allowed}`] });
