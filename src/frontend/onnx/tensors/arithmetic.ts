import { roundToHalf } from './half.ts';
import { broadcastShape, expand } from './structure.ts';
import { allocate, type ElementType, isFloating, KernelError, sameShape, type Tensor } from './tensor.ts';

/** Binary operators on constants; comparisons give bool. Float32 results are rounded once per operation, as ONNX Runtime's are. */
const BINARY: ReadonlyMap<string, (a: number, b: number) => number> = new Map([
  ['Add', (a, b) => a + b],
  ['Sub', (a, b) => a - b],
  ['Mul', (a, b) => a * b],
  ['Div', (a, b) => a / b],
  ['Pow', (a, b) => a ** b],
  ['Max', Math.max],
  ['Min', Math.min],
]);

const COMPARISONS: ReadonlyMap<string, (a: number, b: number) => boolean> = new Map([
  ['Equal', (a, b) => a === b],
  ['Greater', (a, b) => a > b],
  ['GreaterOrEqual', (a, b) => a >= b],
  ['Less', (a, b) => a < b],
  ['LessOrEqual', (a, b) => a <= b],
  ['And', (a, b) => a !== 0 && b !== 0],
  ['Or', (a, b) => a !== 0 || b !== 0],
]);

const UNARY: ReadonlyMap<string, (x: number) => number> = new Map([
  ['Neg', (x) => -x],
  ['Cos', Math.cos],
  ['Sin', Math.sin],
  ['Sqrt', Math.sqrt],
  ['Exp', Math.exp],
  ['Abs', Math.abs],
  ['Floor', Math.floor],
  ['Ceil', Math.ceil],
  ['Reciprocal', (x) => 1 / x],
  ['Sigmoid', (x) => 1 / (1 + Math.exp(-x))],
  ['Not', (x) => (x === 0 ? 1 : 0)],
]);

export const COMPARISON_OPERATORS: readonly string[] = [...COMPARISONS.keys()];
export const UNARY_OPERATORS: readonly string[] = [...UNARY.keys()];

export function applyBinary(operator: string, a: Tensor, b: Tensor): Tensor {
  if (a.type !== b.type && operator !== 'Pow') throw new KernelError(`operands of types ${a.type} and ${b.type}`);
  const arithmetic = BINARY.get(operator);
  const comparison = COMPARISONS.get(operator);
  const shape = broadcastShape(a.shape, b.shape);
  const left = broadcastData(a, shape);
  const right = broadcastData(b, shape);
  const type = comparison === undefined ? a.type : 'bool';
  const data = allocate(type, left.length);
  if (comparison !== undefined) for (let i = 0; i < data.length; i++) data[i] = comparison(left[i], right[i]) ? 1 : 0;
  else if (arithmetic !== undefined) for (let i = 0; i < data.length; i++) data[i] = stored(arithmetic(left[i], right[i]), type);
  return { type, shape, data };
}

export function applyUnary(operator: string, x: Tensor): Tensor {
  const kernel = UNARY.get(operator);
  if (kernel === undefined) throw new KernelError(`${operator} has no kernel`);
  const data = allocate(x.type, x.data.length);
  for (let i = 0; i < data.length; i++) data[i] = stored(kernel(x.data[i]), x.type);
  return { type: x.type, shape: x.shape, data };
}

/** An integer result is cut towards zero, and has to be one that a double can hold. */
function stored(value: number, type: ElementType): number {
  if (type === 'float16') return roundToHalf(value);
  if (isFloating(type) || Math.abs(value) === Number.POSITIVE_INFINITY) return value;
  const whole = Math.trunc(value);
  if (!Number.isSafeInteger(whole)) throw new KernelError('an integer result is out of range');
  return whole;
}

export function cast(x: Tensor, type: ElementType): Tensor {
  if (x.type === type) return x;
  const data = allocate(type, x.data.length);
  for (let i = 0; i < data.length; i++) data[i] = type === 'bool' ? (x.data[i] === 0 ? 0 : 1) : stored(x.data[i], type);
  return { type, shape: x.shape, data };
}

export function select(condition: Tensor, whenTrue: Tensor, whenFalse: Tensor): Tensor {
  const shape = broadcastShape(broadcastShape(condition.shape, whenTrue.shape), whenFalse.shape);
  const [chosen, yes, no] = [condition, whenTrue, whenFalse].map((tensor) => broadcastData(tensor, shape));
  const data = allocate(whenTrue.type, chosen.length);
  for (let i = 0; i < data.length; i++) data[i] = chosen[i] === 0 ? no[i] : yes[i];
  return { type: whenTrue.type, shape, data };
}

/** Data of a tensor repeated to a shape that it broadcasts to. */
export function broadcastData(tensor: Tensor, shape: readonly number[]): Tensor['data'] {
  const arrangement = expand(tensor.shape, shape);
  if (!sameShape(arrangement.shape, shape)) throw new KernelError(`[${tensor.shape.join(', ')}] does not repeat to [${shape.join(', ')}]`);
  return pick(tensor.type, tensor.data, arrangement.index);
}

/** data[index[e]] for every e. */
export function pick(type: ElementType, data: Tensor['data'], index: Int32Array | null): Tensor['data'] {
  if (index === null) return data;
  const picked = allocate(type, index.length);
  for (let e = 0; e < index.length; e++) picked[e] = data[index[e]];
  return picked;
}
