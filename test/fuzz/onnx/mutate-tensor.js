import { DataType } from '../../../dist/frontend/onnx/proto/messages.js';

/** Mutations of a tensor of an ONNX model: { dims, dataType, rawData, floatData, ... }. */
const HUGE = [2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 40, 2 ** 53 - 1, Number.POSITIVE_INFINITY];
const SIZES = [0, 1, 1, 2, 3, 7, -1, -1, -2, 64, 65_536, ...HUGE];
const NUMBERS = [
  ...[0, -0, 1, -1, 0.5, 1e-45, -1e-45, 1e-38, 1e-30, 1e30, 3.4028234e38, -3.4028234e38],
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2 ** 24 + 1],
];
const INTEGERS = [0, 1, -1, -1, 2, 3, -2, 5, 1000, 2 ** 20, 2 ** 24, ...HUGE, -(2 ** 31), -(2 ** 53) + 1, Number.NEGATIVE_INFINITY];
/** Where the values of tensors may be said to be: in the folder, outside, and in what is no file. */
export const LOCATIONS = [
  ...['weights.bin', './weights.bin', 'input', 'link-in', 'link-out', 'link-loop', 'folder', 'missing', '', '.', '..'],
  ...[
    '../weights.bin',
    'folder/../../weights.bin',
    '/etc/passwd',
    '/dev/zero',
    'weights.bin\0',
    'C:\\weights.bin',
    'n'.repeat(5000),
    '\ud800',
  ],
];

export function changeTensor(tensor, draw) {
  switch (draw.below(9)) {
    case 0:
    case 1:
      return { ...tensor, dims: changeDims(tensor.dims, draw) };
    case 2:
      return { ...tensor, dataType: draw.chance(0.8) ? draw.pick(Object.values(DataType)) : draw.below(40) };
    case 3:
      return typed(tensor, draw);
    case 4:
      return external(tensor, draw);
    case 5:
      return { ...tensor, rawData: cut(tensor.rawData, draw), int64Data: tensor.int64Data.slice(0, draw.below(3)) };
    case 6:
      return { ...tensor, name: draw.pick(NAMES) };
    default:
      return changeValues(tensor, draw);
  }
}

export const NAMES = [
  '',
  'x',
  '__proto__',
  'features',
  'a\u0000b',
  '\u001b[31mred',
  '<script>alert(1)</script>',
  'n'.repeat(20_000),
  '../x',
  'ä€😀',
];

export function changeDims(dims, draw) {
  const at = draw.below(dims.length + 1);
  switch (draw.below(7)) {
    case 0:
      return dims.toSpliced(at, 0, draw.pick(SIZES));
    case 1:
      return dims.toSpliced(at, 1);
    case 2:
      return dims.toReversed();
    case 3:
      return [dims.reduce((product, size) => product * size, 1)];
    case 4:
      return draw.chance(0.2) ? new Array(draw.pick([17, 300])).fill(1) : [...dims, 1];
    default:
      return dims.map((size, axis) => (axis === at ? draw.pick(SIZES) : size));
  }
}

/** The same values, or as many zeros, as numbers of another kind; raw or as a list. */
function typed(tensor, draw) {
  const count = Math.min(
    100_000,
    tensor.dims.reduce((product, size) => product * size, 1),
  );
  if (!(count >= 0)) return tensor;
  const empty = { ...tensor, rawData: undefined, floatData: [], int32Data: [], int64Data: [], doubleData: [] };
  const values = Array.from({ length: count }, (_, i) => (draw.chance(0.1) ? draw.pick(NUMBERS) : (i % 7) / 4 - 0.5));
  const whole = values.map((value) => Math.trunc(value) || 0);
  switch (draw.below(7)) {
    case 0:
      return { ...empty, dataType: DataType.double, doubleData: values };
    case 1:
      return { ...empty, dataType: DataType.float, floatData: values };
    case 2:
      return { ...empty, dataType: DataType.float16, int32Data: whole.map((value) => (value * 977) & 0xffff) };
    case 3:
      return { ...empty, dataType: DataType.int32, int32Data: whole.map((value) => value | 0) };
    case 4:
      return { ...empty, dataType: DataType.bool, int32Data: whole.map((value) => value & 1) };
    case 5:
      return { ...empty, dataType: DataType.double, rawData: new Uint8Array(Float64Array.from(values).buffer) };
    default:
      return { ...empty, dataType: DataType.float16, rawData: Uint8Array.from({ length: 2 * count }, () => draw.below(256)) };
  }
}

const OFFSETS = ['0', '4', '-1', '1e3', '99999999999', '9007199254740993', '', ' 8', '0x10'];

function external(tensor, draw) {
  const entries = [
    { key: 'location', value: draw.pick(LOCATIONS) },
    { key: 'offset', value: draw.pick(OFFSETS) },
    { key: 'length', value: draw.chance(0.5) ? String(tensor.rawData?.length ?? 4) : draw.pick(OFFSETS) },
  ];
  return { ...tensor, rawData: undefined, dataLocation: 1, externalData: entries.filter(() => draw.chance(0.85)) };
}

const cut = (bytes, draw) => (bytes === undefined ? Uint8Array.of(1, 2, 3) : bytes.slice(0, draw.below(bytes.length + 1)));

/** One value, some, or all. */
function changeValues(tensor, draw) {
  const share = draw.pick([0, 0, 0.1, 1]);
  const value = draw.pick(NUMBERS);
  if (tensor.rawData !== undefined && tensor.dataType === DataType.float) {
    const rawData = tensor.rawData.slice();
    const view = new DataView(rawData.buffer);
    const count = Math.floor(rawData.length / 4);
    const one = draw.below(Math.max(1, count));
    for (let i = 0; i < count; i++) if (i === one || draw.chance(share)) view.setFloat32(4 * i, value, true);
    return { ...tensor, rawData };
  }
  const one = draw.below(Math.max(1, tensor.int64Data.length));
  const integer = draw.pick(INTEGERS);
  return { ...tensor, int64Data: tensor.int64Data.map((old, i) => (i === one || draw.chance(share) ? integer : old)) };
}
