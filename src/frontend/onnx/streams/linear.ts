import { type Diagnostic, diagnostic } from '../../../diagnostics/index.ts';
import type { Synapses } from '../../../ir/synapses.ts';
import type { Call } from '../context.ts';
import { transpose } from '../tensors/structure.ts';
import { elementCount, isFloating, type Tensor } from '../tensors/tensor.ts';
import { type StreamValue, viewOf } from '../values.ts';
import { currentFrom } from './current.ts';
import { rearrange } from './rearrange.ts';
import { settle } from './settle.ts';

/** Notes that this constant was trained, and that its values are finite float32 numbers. */
export function trainedValues(call: Call, tensor: Tensor, what: string): Float32Array {
  const values = finiteValues(call, tensor, what);
  call.context.trained.add(tensor);
  return values;
}

/** Values of a parameter as float32 numbers; float64 ones are rounded to them, with a warning. */
export function finiteValues(call: Call, tensor: Tensor, what: string): Float32Array {
  const { data, type } = tensor;
  if (!isFloating(type)) throw call.unsupported(`its ${what} has type ${type} and has to be float`);
  const values = data instanceof Float32Array ? data : Float32Array.from(data);
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) throw call.fail('non-finite-weight', `value ${at} of its ${what} is ${data[at]}`);
  if (values !== data && values.some((value, k) => value !== data[k])) call.context.warnOnce(roundedWeights(call));
  return values;
}

const roundedWeights = (call: Call): Diagnostic =>
  diagnostic('weight-precision', 'the file holds float64 weights that float32 cannot hold exactly', {
    places: [{ file: call.context.file, item: `node ${call.name}, and maybe others` }],
    notes: ['they are rounded to float32, in which networks are held here'],
  });

/** x W for x [.., sources] and W [sources, targets]; the leading axes of x are the steps. */
export function linear(call: Call, x: StreamValue, weights: Tensor): StreamValue {
  const sources = x.shape[x.shape.length - 1];
  if (weights.shape.length !== 2 || weights.shape[0] !== sources) {
    throw call.unsupported(`a stream [${x.shape.join(', ')}] meets weights [${weights.shape.join(', ')}]`, [
      'accepted here: weights [sources, targets]',
    ]);
  }
  const targets = weights.shape[1];
  if (sources === 0 || targets === 0) throw call.unsupported('its weights are empty');
  const node = settle(call, x, elementCount(x.shape) / sources);
  const synapses: Synapses = { kind: 'dense', sources, targets, weights: trainedValues(call, weights, 'weight') };
  return viewOf(currentFrom(node, synapses, [call.name]), [...x.shape.slice(0, -1), targets], null);
}

export interface TimeWindow {
  readonly groups: number;
  readonly dilation: number;
  /** Zeros before the first step. */
  readonly before: number;
}

/** Convolution of x [1, sources, steps] with W [targets, sources / groups, taps] over time, as many steps as before. */
export function convolveTime(call: Call, x: StreamValue, weights: Tensor, window: TimeWindow): StreamValue {
  const [, sources, steps] = x.shape;
  const [targets, perGroup, taps] = weights.shape;
  const { groups, dilation, before } = window;
  const fits = sources > 0 && targets > 0 && taps > 0 && perGroup * groups === sources && targets % groups === 0;
  if (!fits) throw call.unsupported(`a stream [${x.shape.join(', ')}] meets a kernel [${weights.shape.join(', ')}] in ${groups} groups`);
  const inTime = rearrange(call, x, (shape) => transpose(shape, [2, 0, 1]));
  if (inTime.kind !== 'stream') throw call.unsupported('its input is no stream');
  const node = settle(call, inTime, steps);
  const values = trainedValues(call, weights, 'kernel');
  const current = currentFrom(node, synapsesOf(values, { sources, targets, taps, groups, firstOffset: -before, dilation }), [call.name]);
  const grid = transpose([steps, 1, targets], [1, 2, 0]);
  return viewOf(current, grid.shape, grid.index);
}

type Kernel = Omit<Extract<Synapses, { kind: 'time-convolution' }>, 'kind' | 'weights'>;

/** From [target][source in group][tap] to rows by source; a kernel of one step is a dense layer. */
function synapsesOf(values: Float32Array, kernel: Kernel): Synapses {
  const { sources, targets, taps, groups, firstOffset } = kernel;
  const perGroup = sources / groups;
  const count = targets / groups;
  const weights = new Float32Array(values.length);
  for (let target = 0; target < targets; target++) {
    const group = Math.floor(target / count);
    for (let k = 0; k < perGroup; k++) {
      const source = group * perGroup + k;
      for (let tap = 0; tap < taps; tap++) {
        weights[(tap * sources + source) * count + (target % count)] = values[(target * perGroup + k) * taps + tap];
      }
    }
  }
  if (taps === 1 && groups === 1 && firstOffset === 0) return { kind: 'dense', sources, targets, weights };
  return { kind: 'time-convolution', ...kernel, weights };
}
