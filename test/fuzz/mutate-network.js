import { mutateHdf5 } from './mutate-hdf5.js';

/** Words of NIR and of lava-dl: types and fields. */
const WORDS = [
  ...['Input', 'Output', 'NIRGraph', 'Affine', 'Linear', 'Scale', 'Conv1d', 'Conv2d', 'SumPool2d', 'AvgPool2d', 'Flatten', 'Delay'],
  ...[
    'Threshold',
    'I',
    'IF',
    'LI',
    'LIF',
    'CubaLI',
    'CubaLIF',
    'shape',
    'weight',
    'bias',
    'stride',
    'padding',
    'tau',
    'tau_mem',
    'tau_syn',
  ],
  ...[
    'r',
    'v_leak',
    'v_threshold',
    'v_reset',
    'w_in',
    'delay',
    'input',
    'dense',
    'dense_rec',
    'conv',
    'pool',
    'flatten',
    'average',
    'CUBA',
  ],
  ...['iDecay', 'vDecay', 'vThMant', 'refDelay', 'weight_rec', 'kernelSize', 'groups', 'type', 'fc', 'first', 'last', 'inner', 'again'],
];
const ODD = [
  0,
  -0,
  1,
  -1,
  0.5,
  2,
  3,
  7,
  64,
  127,
  128,
  255,
  256,
  4095,
  4096,
  1e-9,
  1e-30,
  5e-324,
  1e9,
  2 ** 31,
  2 ** 53,
  1e30,
  1e300,
].concat([...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0.001, 1e-45]]);

/** Mutations of what a network in HDF5 says: its numbers, and the names of its nodes, types and fields. The container stays sound. */
export function mutateNetwork(bytes, draw, others) {
  if (draw.chance(0.4)) return mutateHdf5(bytes, draw, others);
  const { numbers, words } = surveyOf(bytes);
  const result = bytes.slice();
  for (let n = draw.pick([1, 1, 1, 2, 3, 8]); n > 0; n--) {
    if (draw.chance(0.6)) changeNumber(result, draw, draw.pick(numbers));
    else changeWord(result, draw, draw.pick(words));
  }
  return result;
}

const surveys = new WeakMap();

/** Where a file seems to have numbers, [place, width], and words, [place, length]. */
function surveyOf(bytes) {
  const known = surveys.get(bytes);
  if (known !== undefined) return known;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const numbers = [];
  for (const width of [4, 8]) {
    for (let at = 0; at + width <= bytes.length; at += 4) {
      const value = Math.abs(width === 8 ? view.getFloat64(at, true) : view.getFloat32(at, true));
      if (value > 1e-4 && value < 1e5) numbers.push([at, width]);
    }
  }
  const words = [];
  const text = new TextDecoder('latin1').decode(bytes);
  for (const match of text.matchAll(/[A-Za-z_]\w*/g)) {
    if (WORDS.includes(match[0])) words.push([match.index, match[0].length]);
  }
  const survey = { numbers, words };
  surveys.set(bytes, survey);
  return survey;
}

function changeNumber(bytes, draw, [at, width]) {
  const view = new DataView(bytes.buffer);
  const before = width === 8 ? view.getFloat64(at, true) : view.getFloat32(at, true);
  const value = draw.pick([-before, before / 1000, before * 1000, before + 1, draw.pick(ODD), draw.pick(ODD)]);
  if (width === 8) view.setFloat64(at, value, true);
  else view.setFloat32(at, value, true);
}

/** No longer than before: what is shorter ends in zeros. */
function changeWord(bytes, draw, [at, length]) {
  const fitting = WORDS.filter((word) => word.length <= length);
  const word = draw.chance(0.9) ? draw.pick(fitting) : String.fromCharCode(...Array.from({ length }, () => 1 + draw.below(255)));
  for (let k = 0; k < length; k++) bytes[at + k] = k < word.length ? word.charCodeAt(k) : 0;
}
