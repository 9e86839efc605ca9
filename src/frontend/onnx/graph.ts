import { type Diagnostic, DiagnosticError, diagnostic, failure } from '../../diagnostics/index.ts';
import { arityFault } from './arity.ts';
import { nameOf } from './context.ts';
import type { OnnxGraph, OnnxModel, OnnxNode } from './proto/index.ts';

/** The nodes that the outputs need, every operand before its user. */
export interface OrderedGraph {
  readonly nodes: readonly OnnxNode[];
  /** How many nodes read each tensor, bodies included. */
  readonly readers: ReadonlyMap<string, number>;
  readonly opset: number;
}

/** Of a name, in characters: names go into every file that is written. */
const NAME_MAX = 2 ** 12;

/** Lists in diagnostics stop here. */
const LISTED = 20;

/** Checks names and order of a graph. Throws `onnx-invalid-graph` with every fault that was found. */
export function orderGraph(model: OnnxModel, file: string): OrderedGraph {
  const { graph } = model;
  const faults: Diagnostic[] = [];
  const fault = (message: string, item?: string): void => {
    if (faults.length < LISTED)
      faults.push(diagnostic('onnx-invalid-graph', message, { places: [item === undefined ? { file } : { file, item }] }));
  };
  const opset = model.opsets.find((entry) => (entry.domain ?? '') === '' || entry.domain === 'ai.onnx')?.version;
  if (opset === undefined || opset < 9)
    fault(`the file uses version ${opset ?? 'none'} of the standard operators; 9 or later is read here`);
  const makers = findMakers(graph, fault);
  const reads = graph.nodes.map(readsOf);
  checkNodes(graph.nodes, fault);
  for (const { name = '' } of [...graph.inputs, ...graph.initializers]) checkName(name, fault);
  graph.nodes.forEach((node, k) => {
    for (const name of reads[k])
      if (!makers.has(name)) fault(`\`${name}\` is read, and nothing gives it`, `node ${nameOf(node)} (${node.opType})`);
  });
  for (const output of graph.outputs) if (!makers.has(output.name ?? '')) fault(`the output \`${output.name ?? ''}\` is given by nothing`);
  if (faults.length > 0) throw new DiagnosticError(faults);
  const order = sortNodes(graph, makers, reads, file);
  const readers = new Map<string, number>();
  for (const k of order) for (const name of reads[k]) readers.set(name, (readers.get(name) ?? 0) + 1);
  return { nodes: order.map((k) => graph.nodes[k]), readers, opset: opset ?? 0 };
}

/** In the place of a node's number: an input or initializer. */
const NO_NODE = -1;

/** Who gives each tensor: the number of a node, or NO_NODE. */
function findMakers(graph: OnnxGraph, fault: (message: string, item?: string) => void): ReadonlyMap<string, number> {
  const makers = new Map<string, number>();
  for (const { name } of [...graph.initializers, ...graph.inputs]) makers.set(name ?? '', NO_NODE);
  if (new Set(graph.initializers.map((tensor) => tensor.name)).size < graph.initializers.length) fault('two initializers have one name');
  graph.nodes.forEach((node, k) => {
    for (const name of node.outputs) {
      if (name === '') continue;
      if (makers.has(name)) fault(`\`${name}\` is given twice`, `node ${nameOf(node)} (${node.opType})`);
      makers.set(name, k);
    }
  });
  return makers;
}

/** Operands and results that no version of the operator has, and names beyond all measure; in bodies too. */
function checkNodes(nodes: readonly OnnxNode[], fault: (message: string, item?: string) => void): void {
  for (const node of nodes) {
    const wrong = arityFault(node);
    if (wrong !== null) fault(wrong, `node ${nameOf(node)} (${node.opType})`);
    for (const name of [node.name ?? '', ...node.outputs]) checkName(name, fault);
    for (const body of bodiesOf(node)) checkNodes(body.nodes, fault);
  }
}

function checkName(name: string, fault: (message: string, item?: string) => void): void {
  if (name.length > NAME_MAX) fault(`a name has ${name.length} characters, and ${NAME_MAX} are read: \`${name.slice(0, 40)}…\``);
}

const bodiesOf = (node: OnnxNode): readonly OnnxGraph[] =>
  node.attributes.flatMap((attribute) => (attribute.g === undefined ? attribute.graphs : [attribute.g, ...attribute.graphs]));

/** Tensors that a node reads, those that its bodies take from around them included. */
function readsOf(node: OnnxNode): readonly string[] {
  const names = node.inputs.filter((name) => name !== '');
  const bodies = bodiesOf(node);
  return bodies.length === 0 ? names : [...names, ...bodies.flatMap(capturedBy)];
}

function capturedBy(body: OnnxGraph): readonly string[] {
  const own = new Set([...body.inputs, ...body.initializers].map((entry) => entry.name ?? ''));
  for (const node of body.nodes) for (const name of node.outputs) own.add(name);
  const read = [...body.nodes.flatMap(readsOf), ...body.outputs.map((output) => output.name ?? '')];
  return [...new Set(read.filter((name) => !own.has(name)))];
}

/** Depth first from the outputs, then back in the file's own order wherever that is an order of evaluation. Gives numbers of nodes. */
function sortNodes(
  graph: OnnxGraph,
  makers: ReadonlyMap<string, number>,
  reads: readonly (readonly string[])[],
  file: string,
): readonly number[] {
  const operands = reads.map((names) => names.map((name) => makers.get(name) ?? NO_NODE).filter((maker) => maker !== NO_NODE));
  const sorted: number[] = [];
  const OPEN = 1;
  const DONE = 2;
  const state = new Uint8Array(graph.nodes.length);
  const stack = graph.outputs.map(({ name }) => makers.get(name ?? '') ?? NO_NODE).filter((maker) => maker !== NO_NODE);
  stack.reverse();
  while (stack.length > 0) {
    const k = stack[stack.length - 1];
    const waiting = state[k] === 0 ? operands[k].filter((operand) => state[operand] !== DONE) : [];
    const cyclic = waiting.find((operand) => operand === k || state[operand] === OPEN);
    if (cyclic !== undefined) {
      const node = graph.nodes[cyclic];
      throw failure('onnx-invalid-graph', 'the graph has a cycle', { places: [{ file, item: `node ${nameOf(node)} (${node.opType})` }] });
    }
    if (waiting.length > 0) {
      state[k] = OPEN;
      for (const operand of waiting.reverse()) stack.push(operand);
      continue;
    }
    stack.pop();
    if (state[k] !== DONE) sorted.push(k);
    state[k] = DONE;
  }
  const asWritten = graph.nodes.map((_, k) => k).filter((k) => state[k] === DONE);
  return asWritten.every((k) => operands[k].every((operand) => operand < k)) ? asWritten : sorted;
}
