import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDataset } from '../../dist/index.js';
import { Draw, seedOf } from './draw.js';
import { mutateArchive } from './mutate-archive.js';
import { mutateBytes } from './mutate-bytes.js';
import { mutateHdf5 } from './mutate-hdf5.js';
import { mutateJson } from './mutate-json.js';
import { mutateNetwork } from './mutate-network.js';
import { mutateGraph } from './onnx/mutate-graph.js';
import { mutateProtobuf } from './onnx/mutate-protobuf.js';

const LEVELS = ['chip', 'chip', 'mapped', 'quantized', 'float'];

/** What the compiled folder's model expects of its data. */
const SHAPE = { file: 'input', timesteps: 5, channels: 4, classes: 3, report: () => {} };

/** Opens the data as the command line does, and makes every clip. */
async function openDirectly(_, bytes) {
  const clips = await openDataset(bytes, SHAPE);
  for (let index = 0; index < Math.min(clips.count, 20); index++) clips.clip(index);
}

/** A camera of 2 x 1 pixels, and sounds of as many frames as the model has steps. */
const RECORDING = { file: 'input.bin', binMs: 250, sensor: { width: 2, height: 1, polarities: 2 } };

/** The same for recordings. */
async function openRecording(_, bytes) {
  const clips = await openDataset(bytes, { ...SHAPE, ...RECORDING });
  for (let index = 0; index < Math.min(clips.count, 20); index++) clips.clip(index);
}

/** Most of what can be wrong with data is found while it is opened; some of it is simulated too. */
const dataCommands = ({ compiled, corpus, targets }, draw) => {
  if (draw.chance(0.1)) {
    const model = join(corpus, 'custom.onnx');
    return [['compile', model, '--target', draw.pick(targets), '--calibration', 'input', '-o', 'out']];
  }
  return [['simulate', compiled[0].path, '--data', 'input', '--level', draw.pick(LEVELS)]];
};

const modelCommands =
  (path) =>
  ({ corpus, targets }, draw) => {
    const target = ['--target', draw.chance(0.6) ? 'loihi2' : draw.pick(targets)];
    const data = ['--data', join(corpus, draw.pick(['events.h5', 'dense.npz'])), '--samples', '2'];
    return [
      ['inspect', path, ...(draw.chance(0.06) ? ['--verify'] : []), ...(draw.chance(0.5) ? ['--json'] : [])],
      draw.chance(0.15)
        ? ['run', path, ...target, ...data, '-o', 'out']
        : ['compile', path, ...target, '-o', 'out', '--weight-bits', draw.pick(['8', '16', '2'])],
    ];
  };

/** Files of NIR and of lava-dl leave time open. */
const networkCommands = ({ targets }, draw) => {
  if (draw.chance(0.15)) return [['convert', 'input', '--timestep', '0.001', '-o', draw.pick(['out.nir', 'out.nir', 'out.net'])]];
  const time = ['--steps', '4', '--timestep', draw.pick(['0.001', '0.001', '1'])];
  const rules = [...(draw.chance(0.2) ? ['--discretization', 'exponential'] : []), ...(draw.chance(0.08) ? ['--reset', 'subtract'] : [])];
  const net = draw.chance(0.1) ? ['--net'] : [];
  return [
    ['inspect', 'input', ...time, ...rules, ...(draw.chance(0.5) ? ['--json'] : [])],
    ['compile', 'input', '--target', draw.pick(targets), ...time, ...rules, ...net, '-o', 'out'],
  ];
};

/**
 * What is fuzzed: for each subject its share of the inputs, and what the command line is asked to do with an input that is written to
 * `input` in a fresh folder (or put into a folder there). A later command runs only where the earlier ones succeeded. `direct`: what most
 * inputs are given to in place of the command line, which would spend its time elsewhere.
 */
export const SUBJECTS = [
  {
    name: 'model',
    share: 40,
    mutate: ({ models }, draw) => {
      const bytes = draw.pick(models);
      const kind = draw.unit();
      if (kind < 0.6) return mutateGraph(bytes, draw, models);
      return kind < 0.85 ? mutateProtobuf(bytes, draw) : mutateBytes(bytes, draw, models);
    },
    commands: modelCommands('input'),
  },
  {
    name: 'external',
    share: 4,
    mutate: ({ external }, draw) => (draw.chance(0.8) ? mutateGraph(external, draw, [external]) : mutateProtobuf(external, draw)),
    commands: modelCommands('input/model.onnx'),
    place: ({ weights }, bytes, path) => {
      mkdirSync(join(path, 'folder'), { recursive: true });
      writeFileSync(join(path, 'model.onnx'), bytes);
      writeFileSync(join(path, 'weights.bin'), weights);
      symlinkSync('weights.bin', join(path, 'link-in'));
      symlinkSync('/etc/passwd', join(path, 'link-out'));
      symlinkSync('link-loop', join(path, 'link-loop'));
    },
  },
  {
    name: 'network',
    share: 10,
    mutate: ({ networks }, draw) => mutateNetwork(draw.pick(networks), draw, networks),
    commands: networkCommands,
  },
  {
    name: 'hdf5',
    share: 16,
    mutate: ({ data }, draw) => mutateHdf5(draw.pick(data), draw, data),
    commands: dataCommands,
    direct: openDirectly,
  },
  {
    name: 'recording',
    share: 8,
    mutate: ({ recordings }, draw) => mutateBytes(draw.pick(recordings), draw, recordings),
    commands: ({ compiled }, draw) => [
      ['simulate', compiled[0].path, '--data', 'input', '--sensor', '2x1', '--bin-ms', '250', '--level', draw.pick(LEVELS)],
    ],
    place: (_, bytes, path) => {
      for (const name of ['a', 'b', 'c']) mkdirSync(join(path, name), { recursive: true });
      const ending = bytes[0] === 0x52 ? 'wav' : bytes[0] === 0x23 ? 'aedat' : 'bin';
      for (const name of ['a', 'b', 'c']) writeFileSync(join(path, name, `1.${ending}`), bytes);
      // What stands beside the clips is mutated too: lists of parts and of gestures.
      if (bytes.length % 3 === 0) writeFileSync(join(path, 'testing_list.txt'), bytes);
      if (bytes.length % 5 === 0) writeFileSync(join(path, 'a', '1_labels.csv'), bytes);
    },
    direct: openRecording,
  },
  {
    name: 'npz',
    share: 8,
    mutate: ({ archives }, draw) => mutateArchive(draw.pick(archives), draw, archives),
    commands: dataCommands,
    direct: openDirectly,
  },
  {
    name: 'chip',
    share: 9,
    mutate: ({ chips }, draw) => {
      const bytes = draw.pick(chips);
      return draw.chance(0.85) ? mutateJson(bytes, draw) : mutateBytes(bytes, draw, chips);
    },
    commands: ({ corpus }) => [
      ['targets', './input.json', '--json'],
      ['compile', join(corpus, 'custom.onnx'), '--target', './input.json', '-o', 'out'],
    ],
    file: 'input.json',
  },
  {
    name: 'folder',
    share: 10,
    mutate: ({ compiled }, draw) => {
      const { name, files } = draw.pick(compiled);
      const [path, bytes] = draw.pick(files);
      const others = files.map((entry) => entry[1]);
      const changed = path.endsWith('.json') && draw.chance(0.85) ? mutateJson(bytes, draw) : mutateBytes(bytes, draw, others);
      // Which file of which folder it is stands in front: an input is one array of bytes.
      return new Uint8Array([...new TextEncoder().encode(`${name}/${path}\0`), ...changed]);
    },
    commands: ({ corpus }, draw) => [
      [
        ...['simulate', 'input', '--data', join(corpus, 'dense.npz'), '--samples', '1', '--level', draw.pick(LEVELS)],
        ...(draw.chance(0.3) ? ['-o', 'out'] : []),
      ],
    ],
    place: ({ compiled }, bytes, path) => {
      const end = bytes.indexOf(0);
      const [target, ...parts] = new TextDecoder().decode(bytes.subarray(0, end)).split('/');
      const { files } = compiled.find(({ name }) => name === target);
      mkdirSync(join(path, 'chip'), { recursive: true });
      for (const [file, content] of files) {
        writeFileSync(join(path, file), file === parts.join('/') ? bytes.subarray(end + 1) : content);
      }
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
/** Of the inputs that can be given to the library directly. */
const DIRECT = 0.8;

/** Input `index` of the run with this seed: its subject, its bytes, and the commands to be given (null: none, directly to the library). */
export function makeInput(material, seed, index) {
  const draw = new Draw(seedOf(seed, index));
  const subject = draw.pick(SHARES);
  const bytes = subject.mutate(material, draw);
  const direct = subject.direct !== undefined && draw.chance(DIRECT);
  return { subject, bytes, commands: direct ? null : subject.commands(material, draw) };
}

/** The same for an input that was saved: everything that its subject can be asked to do. */
export function savedInputs(material, subjectName, bytes) {
  const subject = SUBJECTS.find((candidate) => candidate.name === subjectName);
  const given = new Map();
  if (subject.direct !== undefined) given.set('direct', null);
  for (let seed = 0; seed < 16; seed++) {
    const commands = subject.commands(material, new Draw(seed));
    given.set(JSON.stringify(commands), commands);
  }
  return [...given.values()].map((commands) => ({ subject, bytes, commands }));
}
