import { randomBytes } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { mkdir, readdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type DiagnosticError, type EmittedFile, failure } from '../index.ts';

/** Everything that spikec puts at the top of an output folder: --force replaces a folder that holds nothing else. */
const OWN_ENTRIES = [
  'program.json',
  'program.bin',
  'chip',
  'network.json',
  'network.bin',
  'network.net',
  'lowered.json',
  'lowered.bin',
  'report.json',
  'report.html',
  'report.tex',
  'methods.tex',
  'references.bib',
  'comparison.json',
  'comparison.html',
  'comparison.tex',
  'tables',
  'figures',
  'spikes.npz',
  'spikes.h5',
];
/** One of these must be there for the folder to count as ours. */
const MANIFESTS = ['program.json', 'report.json', 'comparison.json'];
const TEMPORARY = '.spikec-';

/** A folder that may be written, as `checkOutput` found it. */
export interface OutputFolder {
  readonly path: string;
  readonly exists: boolean;
}

/**
 * Whether `path` can become the output folder, before any work is done. Throws `output-exists`, `output-not-a-folder` or
 * `output-not-writable`.
 */
export async function checkOutput(path: string, force: boolean): Promise<OutputFolder> {
  const found = await stat(path).catch(() => null);
  if (found !== null && !found.isDirectory()) throw notAFolder(path);
  if (found !== null) await checkReplaceable(path, force);
  const host = found === null ? await nearestFolder(path) : path;
  try {
    await rmdir(await makeTemporary(host));
  } catch (error) {
    throw notWritable(path, error);
  }
  return { path, exists: found !== null };
}

/** A folder that is read cannot be the one that is replaced. Throws `bad-arguments`. */
export function refuseInputAsOutput(output: string, inputs: readonly string[]): void {
  const same = inputs.find((input) => resolve(input) === resolve(output));
  if (same === undefined) return;
  throw failure('bad-arguments', `${same} is read, and cannot be written at the same time`, { help: 'choose another folder with -o' });
}

async function checkReplaceable(path: string, force: boolean): Promise<void> {
  let entries: string[];
  try {
    entries = (await readdir(path)).filter((entry) => !entry.startsWith(TEMPORARY));
  } catch (error) {
    throw notWritable(path, error);
  }
  if (entries.length === 0) return;
  const places = [{ file: path }];
  if (!force) throw failure('output-exists', `the output folder ${path} exists and is not empty`, { places });
  const foreign = entries.filter((entry) => !OWN_ENTRIES.includes(entry)).sort();
  if (foreign.length === 0 && entries.some((entry) => MANIFESTS.includes(entry))) return;
  const what = foreign.length === 0 ? 'none of the files that spikec writes first' : `\`${foreign[0]}\`, which spikec did not write`;
  throw failure('output-exists', `the output folder ${path} holds ${what}: it is not replaced`, {
    places,
    notes: ['--force replaces only a folder that spikec wrote, and in which nothing else was put since'],
    help: 'choose another folder with -o, or remove this one yourself',
  });
}

/** The closest ancestor that exists. */
async function nearestFolder(path: string): Promise<string> {
  let folder = dirname(resolve(path));
  for (;;) {
    const found = await stat(folder).catch(() => null);
    if (found?.isDirectory()) return folder;
    if (found !== null) throw notAFolder(folder);
    if (dirname(folder) === folder) throw notWritable(path, new Error('no such drive'));
    folder = dirname(folder);
  }
}

/**
 * Writes all files or none: they are completed in a temporary folder and then renamed into place; what was there before goes only then, and
 * comes back if that fails. An existing folder is kept and its contents replaced: it may be a mount point or somebody's current folder.
 */
export async function writeOutput(folder: OutputFolder, files: readonly EmittedFile[]): Promise<void> {
  const host = folder.exists ? folder.path : dirname(resolve(folder.path));
  const temporaries: string[] = [];
  const stop = (): void => {
    for (const temporary of temporaries) rmSync(temporary, { recursive: true, force: true });
    process.exit(130);
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    if (!folder.exists) await mkdir(host, { recursive: true });
    const fresh = await makeTemporary(host);
    temporaries.push(fresh);
    await writeFiles(fresh, files);
    // from here on it is renames only: an interruption would now do harm
    process.off('SIGINT', stop).off('SIGTERM', stop);
    if (folder.exists) temporaries.push(await swapContents(folder.path, fresh));
    else await renameToNew(fresh, folder.path);
  } catch (error) {
    throw asOutputFailure(error, folder.path);
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    for (const temporary of temporaries) await rm(temporary, { recursive: true, force: true });
  }
}

async function renameToNew(fresh: string, path: string): Promise<void> {
  try {
    await rename(fresh, path);
  } catch (error) {
    if (!existsSync(path)) throw error;
    throw failure('output-exists', `the output folder ${path} came into being meanwhile`, { places: [{ file: path }] });
  }
}

/** Old entries move into a temporary folder, whose path is returned; the new ones move up. Undone where a rename fails. */
async function swapContents(path: string, fresh: string): Promise<string> {
  const old = await makeTemporary(path);
  const moves: (readonly [string, string])[] = [];
  const move = async (from: string, to: string): Promise<void> => {
    await rename(from, to);
    moves.push([from, to]);
  };
  try {
    for (const entry of await readdir(path)) if (!entry.startsWith(TEMPORARY)) await move(join(path, entry), join(old, entry));
    for (const entry of await readdir(fresh)) await move(join(fresh, entry), join(path, entry));
  } catch (error) {
    for (const [from, to] of moves.reverse()) await rename(to, from);
    await rm(old, { recursive: true, force: true });
    throw error;
  }
  return old;
}

async function writeFiles(root: string, files: readonly EmittedFile[]): Promise<void> {
  for (const { path, content } of files) {
    if (!/^[^\\/:]+(\/[^\\/:]+)*$/.test(path) || path.split('/').includes('..')) throw new Error(`not a relative path: ${path}`);
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
}

async function makeTemporary(parent: string): Promise<string> {
  const path = join(parent, `${TEMPORARY}${process.pid}-${randomBytes(6).toString('hex')}`);
  await mkdir(path);
  return path;
}

const notAFolder = (path: string): DiagnosticError =>
  failure('output-not-a-folder', `${path} is a file, not a folder`, { places: [{ file: path }] });

function notWritable(path: string, error: unknown): DiagnosticError {
  const why = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
  return failure('output-not-writable', `the output folder ${path} cannot be written${why}`, { places: [{ file: path }] });
}

function asOutputFailure(error: unknown, path: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (typeof code !== 'string' || code.startsWith('ERR_')) return error;
  return notWritable(path, error);
}
