import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Draw, seedOf } from './draw.js';
import { mutateArchive } from './mutate-archive.js';
import { mutateBytes } from './mutate-bytes.js';
import { mutateJson } from './mutate-json.js';
import { mutateProtobuf } from './mutate-protobuf.js';

const LEVELS = ['chip', 'chip', 'mapped', 'quantized', 'float'];
const TARGET = ['--target', 'loihi2'];

/**
 * What is fuzzed: for each subject its share of the inputs, and what the command line is asked to do with an input that is written to
 * `input` in a fresh folder (or put into a compiled folder). A later command runs only where the earlier ones succeeded.
 */
export const SUBJECTS = [
  {
    name: 'model',
    share: 40,
    mutate: ({ models }, draw) => {
      const bytes = draw.pick(models);
      return draw.chance(0.75) ? mutateProtobuf(bytes, draw, models) : mutateBytes(bytes, draw, models);
    },
    commands: ({ corpus }, draw) => [
      ['inspect', 'input', '--json'],
      draw.chance(0.3)
        ? ['run', 'input', ...TARGET, '--data', join(corpus, draw.pick(['events.h5', 'dense.npz'])), '--samples', '2', '-o', 'out']
        : ['compile', 'input', ...TARGET, '-o', 'out', '--weight-bits', draw.pick(['8', '8', '2'])],
    ],
  },
  {
    name: 'hdf5',
    share: 20,
    mutate: ({ data }, draw) => mutateBytes(draw.pick(data), draw, data),
    commands: ({ compiled }) => [['simulate', compiled, '--data', 'input', '--level', 'float']],
  },
  {
    name: 'npz',
    share: 10,
    mutate: ({ archives }, draw) => mutateArchive(draw.pick(archives), draw, archives),
    commands: ({ compiled }) => [['simulate', compiled, '--data', 'input', '--level', 'float']],
  },
  {
    name: 'chip',
    share: 10,
    mutate: ({ chips }, draw) => (draw.chance(0.85) ? mutateJson(chips[0], draw) : mutateBytes(chips[0], draw, chips)),
    commands: ({ corpus }) => [
      ['targets', './input.json', '--json'],
      ['compile', join(corpus, 'custom.onnx'), '--target', './input.json', '-o', 'out'],
    ],
    file: 'input.json',
  },
  {
    name: 'folder',
    share: 17,
    mutate: ({ compiledFiles }, draw) => {
      const [path, bytes] = draw.pick(compiledFiles);
      const others = compiledFiles.map((entry) => entry[1]);
      const changed = path.endsWith('.json') && draw.chance(0.85) ? mutateJson(bytes, draw) : mutateBytes(bytes, draw, others);
      // Which file it is stands in front: an input is one array of bytes.
      return new Uint8Array([...new TextEncoder().encode(`${path}\0`), ...changed]);
    },
    commands: ({ corpus }, draw) => [
      [
        ...['simulate', 'input', '--data', join(corpus, 'dense.npz'), '--samples', '1', '--level', draw.pick(LEVELS)],
        ...(draw.chance(0.3) ? ['-o', 'out'] : []),
      ],
    ],
    place: ({ compiledFiles }, bytes, path) => {
      const end = bytes.indexOf(0);
      const name = new TextDecoder().decode(bytes.subarray(0, end));
      mkdirSync(join(path, 'chip'), { recursive: true });
      for (const [file, content] of compiledFiles) writeFileSync(join(path, file), file === name ? bytes.subarray(end + 1) : content);
    },
  },
  {
    name: 'report',
    share: 3,
    mutate: ({ reports }, draw) => (draw.chance(0.85) ? mutateJson(reports[0], draw) : mutateBytes(reports[0], draw, reports)),
    commands: () => [['compare', 'input', 'input', '-o', 'out']],
    place: (_, bytes, path) => {
      mkdirSync(path, { recursive: true });
      writeFileSync(join(path, 'report.json'), bytes);
    },
  },
];

const SHARES = SUBJECTS.flatMap((subject) => new Array(subject.share).fill(subject));

/** Input `index` of the run with this seed: its subject, its bytes, and the commands to be given. */
export function makeInput(material, seed, index) {
  const draw = new Draw(seedOf(seed, index));
  const subject = draw.pick(SHARES);
  const bytes = subject.mutate(material, draw);
  return { subject, bytes, commands: subject.commands(material, draw) };
}

/** The same for an input that was saved: every command that its subject can give. */
export function savedInput(material, subjectName, bytes) {
  const subject = SUBJECTS.find((candidate) => candidate.name === subjectName);
  const given = new Map();
  for (let seed = 0; seed < 16; seed++) {
    const commands = subject.commands(material, new Draw(seed));
    given.set(JSON.stringify(commands), commands);
  }
  return [...given.values()].map((commands) => ({ subject, bytes, commands }));
}

const MODELS = ['custom.onnx', 'loop.onnx', 'scan.onnx', 'lif.onnx'];
const DATA = ['events.h5', 'dense.h5', 'compressed.h5'];
const ARCHIVES = ['dense.npz'];
/** The chip as every compiled folder holds it. */
const CHIP = 'chip/chip-model.json';

/** Reads the corpus and the folder that `compileCorpus` made of it. */
export function loadMaterial(corpus, compiled) {
  const read = (name) => new Uint8Array(readFileSync(join(corpus, name)));
  const paths = readdirSync(compiled, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(json|bin)$/.test(path) && path !== 'report.json')
    .sort();
  return {
    corpus,
    compiled,
    models: MODELS.map(read),
    data: DATA.map(read),
    archives: ARCHIVES.map(read),
    chips: [new Uint8Array(readFileSync(join(compiled, CHIP)))],
    reports: [new Uint8Array(readFileSync(join(compiled, 'report.json')))],
    compiledFiles: paths.map((path) => [path.replaceAll('\\', '/'), new Uint8Array(readFileSync(join(compiled, path)))]),
  };
}

/** A folder to mutate. Everything in the corpus is sound: mutations of what is refused anyway would show nothing. */
export async function compileCorpus(corpus, compiled, main) {
  const commands = [
    ['run', join(corpus, 'custom.onnx'), ...TARGET, '--data', join(corpus, 'events.h5'), '-o', compiled],
    ...MODELS.map((name) => ['inspect', join(corpus, name)]),
    ...[...DATA, ...ARCHIVES].map((name) => ['simulate', compiled, '--data', join(corpus, name)]),
    ['targets', join(compiled, CHIP)],
  ];
  for (const args of commands) {
    const code = await main(args);
    if (code !== 0) throw new Error(`spikec ${args.join(' ')} ended with ${code}`);
  }
}
