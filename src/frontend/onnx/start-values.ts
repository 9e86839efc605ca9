import { failure } from '../../diagnostics/index.ts';
import type { NetworkBuilder } from './builder.ts';
import type { GraphInput } from './inputs.ts';
import type { OnnxGraph, OnnxTensor } from './proto/index.ts';
import { readTensor } from './tensors/read-tensor.ts';
import { KernelError } from './tensors/tensor.ts';
import { constant, type Value, viewOf } from './values.ts';

/** What the tensors are that no node gives: views of the inputs, which become nodes of the network, and initializers. */
export function startValues(inputs: readonly GraphInput[], graph: OnnxGraph, builder: NetworkBuilder, file: string): Map<string, Value> {
  const values = new Map<string, Value>();
  addInputs(values, inputs, builder);
  addInitializers(values, graph, file);
  return values;
}

function addInputs(values: Map<string, Value>, inputs: readonly GraphInput[], builder: NetworkBuilder): void {
  const features = inputs.filter(({ role }) => role === 'features');
  const channels = features.reduce((sum, { size }) => sum + size, 0);
  // Several inputs are the channels of one clip, in the order of the graph; which of them are read apart shows later.
  const whole = builder.addInput(features.length === 1 ? features[0].name : 'features', 'features', channels);
  let first = 0;
  for (const { name, role, shape, size, steps, boolean } of inputs) {
    if (role === 'mask') values.set(name, { ...viewOf(builder.addInput(name, role, 1), shape, null), type: boolean ? 'bool' : 'float' });
    else {
      const from = first;
      const index = Int32Array.from({ length: steps * size }, (_, e) => Math.floor(e / size) * channels + from + (e % size));
      values.set(name, viewOf(whole, shape, size === channels ? null : index));
      builder.nameChannels(name, from, size);
      first += size;
    }
  }
}

function addInitializers(values: Map<string, Value>, graph: OnnxGraph, file: string): void {
  if (graph.sparseInitializers.length > 0) {
    throw failure('unsupported-pattern', 'the file holds sparse initializers', {
      places: [{ file }],
      notes: ['accepted here: dense initializers'],
    });
  }
  for (const tensor of graph.initializers) values.set(tensor.name ?? '', constant(readInitializer(tensor, file)));
}

function readInitializer(tensor: OnnxTensor, file: string) {
  try {
    return readTensor(tensor);
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    throw failure('onnx-invalid-graph', `an initializer cannot be read: ${error.message}`, {
      places: [{ file, item: `initializer ${tensor.name ?? ''}` }],
    });
  }
}
