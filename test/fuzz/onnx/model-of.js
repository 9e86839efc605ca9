import { decodeModel } from '../../../dist/frontend/onnx/proto/index.js';

const decoded = new WeakMap();

/** The model in these bytes, decoded once for each array. */
export function modelOf(bytes) {
  if (!decoded.has(bytes)) decoded.set(bytes, decodeModel(bytes, 'corpus'));
  return decoded.get(bytes);
}

/** Every tensor that a graph names. */
export const tensorsOf = (graph) => [
  ...[...graph.inputs, ...graph.initializers].map(({ name }) => name ?? ''),
  ...graph.nodes.flatMap(({ outputs }) => outputs),
];

export const withNode = (graph, at, node) => ({ ...graph, nodes: graph.nodes.with(at, node) });

/** Repeated fields of an attribute. */
export const lists = { floats: [], ints: [], strings: [], tensors: [], graphs: [] };
export const integer = (name, i) => ({ ...lists, name, type: 2, i });
export const integers = (name, ints) => ({ ...lists, name, type: 7, ints });
