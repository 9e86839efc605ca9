import { failure } from '../../diagnostics/index.ts';
import type { InputNode } from '../../ir/network.ts';
import { DataType, type OnnxGraph, type OnnxValueInfo } from './proto/index.ts';

export interface GraphInput {
  readonly name: string;
  readonly role: InputNode['role'];
  readonly shape: readonly number[];
  readonly steps: number;
  readonly size: number;
  readonly boolean: boolean;
}

const LIMITS = { steps: 2 ** 16, channels: 2 ** 20 } as const;

/**
 * The inputs of the graph: features [1, steps, channels] or [steps, 1, channels] (real numbers), one or several, and a mask [1, steps] (bool).
 * Throws `unsupported-pattern` for other inputs and for dimensions that are not fixed.
 */
export function readInputs(graph: OnnxGraph, file: string): readonly GraphInput[] {
  const initialized = new Set(graph.initializers.map((tensor) => tensor.name));
  const inputs = graph.inputs.filter((input) => !initialized.has(input.name)).map((input) => readInput(input, file));
  const features = inputs.filter((input) => input.role === 'features');
  const masks = inputs.filter((input) => input.role === 'mask');
  const fits = features.length > 0 && masks.length <= 1 && inputs.every((input) => input.steps === features[0].steps);
  if (!fits) {
    throw failure(
      'unsupported-pattern',
      `the inputs ${inputs.map((input) => `${input.name} [${input.shape.join(', ')}]`).join(', ') || '(none)'} are not those of one clip`,
      {
        places: [{ file }],
        notes: ['accepted here: features [1, steps, channels] of one number of steps, and a mask [1, steps] if there is one'],
      },
    );
  }
  return inputs;
}

function readInput(input: OnnxValueInfo, file: string): GraphInput {
  const name = input.name ?? '';
  const shape = withOneClip(input.type?.tensor?.shape?.dims.map((dim) => dim.value ?? -1) ?? []);
  const boolean = input.type?.tensor?.elementType === DataType.bool;
  const refuse = (reason: string): Error =>
    failure('unsupported-pattern', `input \`${name}\` ${reason}`, {
      places: [{ file, item: `input ${name}` }],
      notes: [
        'accepted here: float features [1, steps, channels] and a bool mask [1, steps], all sizes fixed',
        'an open batch axis is read as one clip; export without other dynamic axes',
      ],
    });
  if (shape.some((size) => !Number.isSafeInteger(size) || size < 1)) throw refuse(`has no fixed shape`);
  if (boolean && shape.length === 2 && shape[0] === 1) return { name, role: 'mask', shape, steps: shape[1], size: 1, boolean };
  const [a, b, size] = shape;
  const float = FLOATING.has(input.type?.tensor?.elementType);
  if (!float || shape.length !== 3 || (a !== 1 && b !== 1))
    throw refuse(`has shape [${shape.join(', ')}] and element type ${input.type?.tensor?.elementType ?? 'none'}`);
  const steps = a === 1 ? b : a;
  if (steps > LIMITS.steps || size > LIMITS.channels)
    throw refuse(`has ${steps} steps of ${size} channels; up to ${LIMITS.steps} and ${LIMITS.channels} are read`);
  return { name, role: 'features', shape, steps, size, boolean };
}

const FLOATING: ReadonlySet<number | undefined> = new Set([DataType.float, DataType.float16, DataType.double]);

/** A batch axis of unknown size is 1: the first axis, or the second where only that is open. */
const withOneClip = (shape: readonly number[]): readonly number[] => {
  const open = shape.findIndex((size) => size < 1);
  return open === 0 || (open === 1 && shape.length === 3 && shape[0] > 1) ? shape.map((size, axis) => (axis === open ? 1 : size)) : shape;
};
