import { integer, integers, lists, modelOf, tensorsOf, withNode } from './model-of.js';
import { NAMES } from './mutate-tensor.js';
import { OPERATORS } from './operator-names.js';

const anyNode = (graph, draw) => draw.below(graph.nodes.length);

/** An operand that is another tensor: earlier, later (a cycle), or none at all. */
function rewire(graph, draw) {
  const at = anyNode(graph, draw);
  const node = graph.nodes[at];
  if (node.inputs.length === 0) return graph;
  const near = graph.nodes[Math.max(0, Math.min(graph.nodes.length - 1, at + draw.below(9) - 6))].outputs;
  const known = draw.chance(0.5) && near.length > 0 ? near : tensorsOf(graph);
  const name = draw.chance(0.1) ? draw.pick(['', 'nowhere']) : draw.pick(known);
  return withNode(graph, at, { ...node, inputs: node.inputs.with(draw.below(node.inputs.length), name) });
}

/** Readers of a node read its operand instead. */
function bypass(graph, draw) {
  const node = graph.nodes[anyNode(graph, draw)];
  if (node.inputs.length === 0 || node.outputs.length === 0) return graph;
  const [from, to] = [draw.pick(node.outputs), draw.pick(node.inputs)];
  const turned = (reader) => ({ ...reader, inputs: reader.inputs.map((name) => (name === from ? to : name)) });
  return { ...graph, nodes: graph.nodes.map((reader) => (reader.inputs.includes(from) ? turned(reader) : reader)) };
}

function cloneNode(graph, draw) {
  const node = graph.nodes[anyNode(graph, draw)];
  const copy = draw.chance(0.3) ? node : { ...node, outputs: node.outputs.map((name) => `${name}.copy`) };
  return { ...graph, nodes: graph.nodes.toSpliced(anyNode(graph, draw), 0, copy) };
}

function dropNode(graph, draw) {
  return { ...graph, nodes: graph.nodes.toSpliced(anyNode(graph, draw), 1) };
}

function swapNodes(graph, draw) {
  const [a, b] = [anyNode(graph, draw), anyNode(graph, draw)];
  const { nodes } = graph;
  return { ...graph, nodes: draw.chance(0.2) ? nodes.toReversed() : nodes.with(a, nodes[b]).with(b, nodes[a]) };
}

const DOMAINS = ['', 'x', 'ai.onnx', 'com.microsoft'];

function renameOperator(graph, draw) {
  const at = anyNode(graph, draw);
  const domain = draw.chance(0.05) ? { domain: draw.pick(DOMAINS) } : {};
  return withNode(graph, at, { ...graph.nodes[at], opType: draw.pick(OPERATORS), ...domain });
}

function renameNode(graph, draw) {
  const at = anyNode(graph, draw);
  return withNode(graph, at, { ...graph.nodes[at], name: draw.pick([...NAMES, graph.nodes[0].name]) });
}

/** Operators of two operands, one of which is any tensor. */
const PAIRED = ['Add', 'Mul', 'Sub', 'Div', 'MatMul', 'Greater', 'Equal', 'Max', 'Gather', 'Reshape', 'Expand', 'Concat'];

function insertion(graph, operand, draw) {
  const [opType, attributes, more] = draw.pick([
    [draw.pick(['Identity', 'Neg', 'Not', 'Shape', 'Relu', 'Dropout', 'Squeeze', 'Transpose', 'Abs']), [], []],
    ['Cast', [integer('to', draw.pick([1, 6, 7, 9, 10, 11, 16, 20]))], []],
    ['Transpose', [integers('perm', [1, 0, 2])], []],
    ['Unsqueeze', [integers('axes', [draw.pick([0, 1, -1, 9])])], []],
    ['Flatten', [integer('axis', draw.pick([0, 1, 2, -1]))], []],
    ['Concat', [integer('axis', draw.below(3))], [operand]],
    [draw.pick(PAIRED), [], [draw.pick(tensorsOf(graph))]],
    [draw.pick(PAIRED), [], [operand]],
  ]);
  const name = `inserted.${draw.below(2 ** 31)}`;
  return { name, opType, inputs: [operand, ...more], outputs: [name], attributes };
}

/** A node between a tensor and one of its readers. */
function insertNode(graph, draw) {
  const at = anyNode(graph, draw);
  const node = graph.nodes[at];
  if (node.inputs.length === 0) return graph;
  const slot = draw.below(node.inputs.length);
  const inserted = insertion(graph, node.inputs[slot], draw);
  const reader = { ...node, inputs: node.inputs.with(slot, inserted.name) };
  return { ...graph, nodes: graph.nodes.toSpliced(at, 1, inserted, reader) };
}

/** A node of another model. */
function transplant(graph, draw, others) {
  const node = draw.pick(modelOf(draw.pick(others)).graph.nodes);
  const at = anyNode(graph, draw);
  const { inputs, outputs } = graph.nodes[at];
  return withNode(graph, at, { ...node, inputs: draw.chance(0.7) ? inputs : node.inputs, outputs });
}

function changeOperands(graph, draw) {
  const at = anyNode(graph, draw);
  const { inputs, outputs } = graph.nodes[at];
  const change = draw.pick([
    { inputs: inputs.toReversed() },
    { inputs: inputs.slice(1) },
    { inputs: [...inputs, ''] },
    { inputs: [...inputs, ...inputs] },
    { inputs: [] },
    { outputs: outputs.slice(1) },
    { outputs: [...outputs, 'more'] },
    { outputs: outputs.toReversed() },
  ]);
  return withNode(graph, at, { ...graph.nodes[at], ...change });
}

/** A node inside the body of a loop, or of loops in loops. */
function nestNode(graph, draw) {
  const at = anyNode(graph, draw);
  const { inputs, outputs } = graph.nodes[at];
  const body = { ...graph, name: 'nested', initializers: [], inputs: [], outputs: outputs.map((name) => ({ name })), valueInfo: [] };
  let inner = graph.nodes[at];
  for (let depth = draw.pick([1, 2, 12, 30]); depth > 0; depth--) {
    const attributes = [{ ...lists, name: 'body', type: 5, g: { ...body, nodes: [inner] } }];
    inner = { name: `nest.${depth}`, opType: draw.pick(['Loop', 'Scan', 'If']), inputs, outputs, attributes };
  }
  return withNode(graph, at, inner);
}

/** What becomes a population is chained less: a network of a thousand layers is sound, and takes its time. */
const STATEFUL = /Node$|^(Loop|Scan)$/;

/** A chain of many nodes of one kind. */
function repeatNode(graph, draw) {
  const at = anyNode(graph, draw);
  const node = graph.nodes[at];
  if (node.inputs.length === 0 || node.outputs.length === 0) return graph;
  const count = draw.pick(STATEFUL.test(node.opType) ? [3, 30, 60] : [3, 30, 300, 2000]);
  const [last] = node.outputs;
  const chain = Array.from({ length: count }, (_, k) => ({
    ...node,
    name: `${node.name}.${k}`,
    inputs: k === 0 ? node.inputs : node.inputs.with(0, `${last}.${k - 1}`),
    outputs: k === count - 1 ? node.outputs : node.outputs.with(0, `${last}.${k}`),
  }));
  return { ...graph, nodes: graph.nodes.toSpliced(at, 1, ...chain) };
}

/** Each gives a graph with its nodes, or what joins them, changed. What stands more than once is drawn more often. */
export const NODE_EDITS = [
  ...[rewire, rewire, rewire, bypass, bypass, cloneNode, dropNode, swapNodes, renameOperator, renameOperator, renameNode],
  ...[insertNode, insertNode, insertNode, transplant, changeOperands, nestNode, repeatNode],
];
