import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtInTargets } from '../../dist/index.js';
import { capture } from './run-input.js';

const EXTERNAL = 'external.onnx';
const WEIGHTS = 'external.bin';
/** A folder beside those of the chips: neurons that reset by subtraction. */
const SOFT = 'soft-reset';

/** Reads the corpus and the folders that `compileCorpus` made of it. */
export function loadMaterial(corpus, folder) {
  const read = (name) => new Uint8Array(readFileSync(join(corpus, name)));
  const names = readdirSync(corpus).sort();
  const withEnding = (ending) => names.filter((name) => name.endsWith(ending) && name !== EXTERNAL).map(read);
  const targets = builtInTargets().map(({ name }) => name);
  const compiled = [...targets, SOFT].map((name) => ({ name, path: join(folder, name), files: filesOf(join(folder, name)) }));
  return {
    corpus,
    targets,
    compiled,
    models: withEnding('.onnx'),
    external: read(EXTERNAL),
    weights: read(WEIGHTS),
    networks: [...withEnding('.net'), ...withEnding('.nir')],
    data: withEnding('.h5'),
    archives: withEnding('.npz'),
    recordings: ['.aedat', '.bin', '.csv', '.npy', '.wav'].flatMap((ending) =>
      names.filter((name) => name.endsWith(ending) && name !== WEIGHTS).map(read),
    ),
    /** Each chip as its compiled folder holds it. */
    chips: compiled.map(({ path }) => new Uint8Array(readFileSync(join(path, 'chip/chip-model.json')))),
    reports: compiled.slice(0, 1).map(({ path }) => new Uint8Array(readFileSync(join(path, 'report.json')))),
  };
}

/** What of a compiled folder is read again: [path, content]. */
const filesOf = (folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(json|bin)$/.test(path) && path !== 'report.json')
    .sort()
    .map((path) => [path.replaceAll('\\', '/'), new Uint8Array(readFileSync(join(folder, path)))]);

/** Folders to mutate, one for each chip and one more. Everything in the corpus is sound: mutations of what is refused anyway would show nothing. */
export async function compileCorpus(corpus, folder, main) {
  const names = readdirSync(corpus).sort();
  const [first, ...targets] = builtInTargets().map(({ name }) => name);
  const compile = (model, target, data, name, ...rules) => [
    ...['run', join(corpus, model), '--target', target, '--data', join(corpus, data), '-o', join(folder, name), ...rules],
  ];
  const commands = [
    ...[first, ...targets].map((target) => compile('custom.onnx', target, 'events.h5', target)),
    compile('recurrent.nir', 'loihi2', 'dense.npz', SOFT, '--timestep', '0.001', '--reset', 'subtract'),
    ...names.filter((name) => name.endsWith('.onnx') && name !== EXTERNAL).map((name) => ['inspect', join(corpus, name)]),
    ...names
      .filter((name) => /\.(net|nir)$/.test(name))
      .map((name) => ['inspect', join(corpus, name), '--steps', '4', ...(name.endsWith('.nir') ? ['--timestep', '0.001'] : [])]),
    ...names
      .filter((name) => /\.(csv|h5|npy|npz)$/.test(name))
      .map((name) => ['simulate', join(folder, first), '--data', join(corpus, name), '--samples', '1']),
    ['targets', join(folder, first, 'chip/chip-model.json')],
  ];
  for (const args of commands) {
    const { code, err } = await capture(() => main(args));
    // Random weights leave populations silent.
    const others = err.match(/^(error|warning)\[(?!silent-population|saturated-population)/m);
    if (code !== 0 || others !== null) throw new Error(`spikec ${args.join(' ')} ended with ${code}: ${err}`);
  }
}
