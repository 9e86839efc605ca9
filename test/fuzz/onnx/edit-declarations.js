import { tensorsOf } from './model-of.js';
import { changeDims, changeTensor, NAMES } from './mutate-tensor.js';

function changeInitializer(graph, draw) {
  if (graph.initializers.length === 0) return graph;
  const at = draw.below(graph.initializers.length);
  return { ...graph, initializers: graph.initializers.with(at, changeTensor(graph.initializers[at], draw)) };
}

function cloneInitializer(graph, draw) {
  if (graph.initializers.length === 0) return graph;
  const tensor = draw.pick(graph.initializers);
  const copy = draw.chance(0.5) ? tensor : { ...tensor, name: draw.pick(tensorsOf(graph)) };
  return { ...graph, initializers: [...graph.initializers, copy] };
}

function dropInitializer(graph, draw) {
  return { ...graph, initializers: graph.initializers.toSpliced(draw.below(graph.initializers.length + 1), 1) };
}

function changeInput(graph, draw) {
  if (graph.inputs.length === 0) return graph;
  const at = draw.below(graph.inputs.length);
  const tensor = graph.inputs[at].type?.tensor ?? {};
  const sizes = (tensor.shape?.dims ?? []).map((dim) => dim.value ?? -1);
  const shapeOf = (dims) => ({ ...tensor, shape: { dims } });
  const changed = draw.pick([
    { ...tensor, elementType: draw.below(24) },
    { ...tensor, shape: undefined },
    shapeOf(changeDims(sizes, draw).map((value) => ({ value }))),
    shapeOf(changeDims(sizes, draw).map((value) => ({ value }))),
    shapeOf(sizes.map((value) => (draw.chance(0.4) ? { parameter: 'n' } : { value }))),
  ]);
  const foreign = [undefined, {}, { sequence: { element: { tensor } } }, { optional: {} }];
  const type = draw.chance(0.1) ? draw.pick(foreign) : { tensor: changed };
  return { ...graph, inputs: graph.inputs.with(at, { ...graph.inputs[at], type }) };
}

function addInput(graph, draw) {
  const inputs = draw.chance(0.3) ? [] : [...graph.inputs, { ...graph.inputs[0], name: draw.pick([...NAMES, ...tensorsOf(graph)]) }];
  return { ...graph, inputs };
}

function changeOutput(graph, draw) {
  const name = draw.pick(tensorsOf(graph));
  return { ...graph, outputs: draw.pick([[], [...graph.outputs, { name }], [{ name }], graph.outputs.toReversed()]) };
}

/** Everywhere, so that the graph stays whole: to a name that is odd, or taken. */
function renameTensor(graph, draw) {
  const all = tensorsOf(graph);
  const [from, to] = [draw.pick(all), draw.chance(0.7) ? draw.pick(NAMES) : draw.pick(all)];
  const turn = (names) => (names.includes(from) ? names.map((name) => (name === from ? to : name)) : names);
  const named = (entry) => (entry.name === from ? { ...entry, name: to } : entry);
  return {
    ...graph,
    nodes: graph.nodes.map((node) => ({ ...node, inputs: turn(node.inputs), outputs: turn(node.outputs) })),
    inputs: graph.inputs.map(named),
    outputs: graph.outputs.map(named),
    initializers: graph.initializers.map(named),
  };
}

export const DECLARATION_EDITS = [
  ...[changeInitializer, changeInitializer, changeInitializer, changeInitializer, cloneInitializer, dropInitializer],
  ...[changeInput, changeInput, addInput, changeOutput, renameTensor],
];
