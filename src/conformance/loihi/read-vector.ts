import type { EmulatedGroup, EmulatedNet } from '../../simulator/loihi/emulator.ts';
import type { JsonValue } from '../json.ts';
import { type Convolution, outputShape, type Pair, type Shape, unrollConvolution } from './convolution.ts';
import { readExpected } from './expected.ts';
import { readGroup, readInputs } from './groups.ts';
import { readBlock } from './synapses.ts';
import { type Adapt, LIMITS, readDialect, readOutOnChip, type Vector } from './vector.ts';

/** `loihi-golden-1`: groups and dense blocks. `loihi-golden-1-hw`: the same, recorded on a chip, where v shows the refractory counter. */
export function readGolden(file: JsonValue, onChip: boolean, adapt: Adapt): Vector {
  const dialect = readDialect(file, onChip ? (stated) => adapt(readOutOnChip(stated)) : adapt);
  const steps = file.get('T').integer(1, LIMITS.steps);
  const inputs = readInputs(file.get('inputs'), steps, dialect.registers);
  const groups = file
    .get('groups')
    .items()
    .map((group) => {
      return readGroup(group, group.get('name').text(), group.get('n').integer(1, LIMITS.neurons), dialect.registers);
    });
  checkNames(file, [...inputs, ...groups]);
  const sizes = new Map([...inputs, ...groups].map(({ name, size }) => [name, size]));
  for (const synapses of file.get('synapses').items()) {
    if (inputs.some(({ name }) => name === synapses.get('dst').text())) synapses.get('dst').fail('is an input');
  }
  const read = file
    .get('synapses')
    .items()
    .map((synapses) => readBlock(synapses, sizes, dialect));
  const net: EmulatedNet = { steps, inputs, groups, blocks: read.map(({ block }) => block) };
  return {
    dialect,
    net,
    expected: readExpected(file.get('expected'), groups, steps),
    difference: read.find(({ difference }) => difference !== null)?.difference ?? null,
  };
}

/** `loihi-golden-1-conv`: one input, a convolution with shared weights, one group `out`. */
export function readConvolution(file: JsonValue, adapt: Adapt): Vector {
  const dialect = readDialect(file, adapt);
  const steps = file.get('T').integer(1, LIMITS.steps);
  const json = file.get('conv');
  if (!dialect.registers.convolution) json.fail(`cannot be run in dialect ${dialect.name}`);
  const convolution = readKernel(json);
  const shape = outputShape(convolution);
  const stated = readShape(json.get('output_shape'));
  if (shape.some((length, axis) => length !== stated[axis]))
    json.get('output_shape').fail(`is [${stated.join(', ')}], not [${shape.join(', ')}]`);
  const inputs = readInputs(file.get('inputs'), steps, dialect.registers);
  const [input] = inputs;
  const inputSize = convolution.inputShape.reduce((product, length) => product * length, 1);
  if (inputs.length !== 1 || input.size !== inputSize) file.get('inputs').fail(`are not one of ${inputSize} values`);
  const name = file.get('expected').get('spikes').keys()[0] ?? 'out';
  const group = readGroup(file.get('neuron'), name, shape[0] * shape[1] * shape[2], dialect.registers);
  const groups: EmulatedGroup[] = [group];
  checkNames(file, [...inputs, ...groups]);
  const block = {
    source: input.name,
    target: name,
    synapses: unrollConvolution(convolution),
    exponent: 0,
    messageBits: json.optional('num_message_bits')?.integer(0, 32) ?? null,
    convolution: true,
  };
  return {
    dialect,
    net: { steps, inputs, groups, blocks: [block] },
    expected: readExpected(file.get('expected'), groups, steps),
    difference: null,
  };
}

function readKernel(json: JsonValue): Convolution {
  const kernel = readPair(json.get('kernel'), 1);
  const inputShape = readShape(json.get('input_shape'));
  const groups = json.optional('groups')?.integer(1, inputShape[2]) ?? 1;
  const weights = json
    .get('weight')
    .items()
    .map((filter) =>
      filter
        .items(kernel[0])
        .map((column) => column.items(kernel[1]).map((row) => row.integers(inputShape[2] / groups, -LIMITS.unit, LIMITS.unit))),
    );
  return {
    inputShape,
    outputChannels: weights.length,
    kernel,
    stride: readPair(json.optional('stride'), 1),
    padding: readPair(json.optional('padding'), 0),
    dilation: readPair(json.optional('dilation'), 1),
    groups,
    weight: (f, kx, ky, c) => weights[f][kx][ky][c],
  };
}

/** `least` is what an absent pair holds: a stride or dilation of 1, a padding of 0. */
function readPair(json: JsonValue | null, least: number): Pair {
  const values = json?.integers(2, least, 4096) ?? [least, least];
  return [values[0], values[1]];
}

export function readShape(json: JsonValue): Shape {
  const values = json.integers(3, 1, LIMITS.neurons);
  if (values[0] * values[1] * values[2] > LIMITS.neurons) json.fail('has too many neurons');
  return [values[0], values[1], values[2]];
}

function checkNames(file: JsonValue, named: readonly { readonly name: string; readonly size: number }[]): void {
  const seen = new Set<string>();
  for (const { name } of named) {
    if (seen.has(name)) file.fail(`has two inputs or groups named ${JSON.stringify(name)}`);
    seen.add(name);
  }
  if (named.reduce((sum, { size }) => sum + size, 0) > LIMITS.neurons) file.fail(`has more than ${LIMITS.neurons} neurons`);
}
