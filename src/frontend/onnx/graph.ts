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
  const needed = new Map(graph.nodes.map((node) => [node, readsOf(node)]));
  checkArities(graph.nodes, fault);
  for (const [node, names] of needed) {
    for (const name of names)
      if (!makers.has(name)) fault(`\`${name}\` is read, and nothing gives it`, `node ${nameOf(node)} (${node.opType})`);
  }
  for (const output of graph.outputs) if (!makers.has(output.name ?? '')) fault(`the output \`${output.name ?? ''}\` is given by nothing`);
  if (faults.length > 0) throw new DiagnosticError(faults);
  const nodes = sortNodes(graph, makers, needed, file);
  const readers = new Map<string, number>();
  for (const node of nodes) for (const name of needed.get(node) ?? []) readers.set(name, (readers.get(name) ?? 0) + 1);
  return { nodes, readers, opset: opset ?? 0 };
}

/** Who gives each tensor: a node, or null for an input or initializer. */
function findMakers(graph: OnnxGraph, fault: (message: string, item?: string) => void): Map<string, OnnxNode | null> {
  const makers = new Map<string, OnnxNode | null>();
  for (const { name } of [...graph.initializers, ...graph.inputs]) makers.set(name ?? '', null);
  if (new Set(graph.initializers.map((tensor) => tensor.name)).size < graph.initializers.length) fault('two initializers have one name');
  for (const node of graph.nodes) {
    for (const name of node.outputs) {
      if (name === '') continue;
      if (makers.has(name)) fault(`\`${name}\` is given twice`, `node ${nameOf(node)} (${node.opType})`);
      makers.set(name, node);
    }
  }
  return makers;
}

/** Operands and results that no version of the operator has, in bodies too. */
function checkArities(nodes: readonly OnnxNode[], fault: (message: string, item?: string) => void): void {
  for (const node of nodes) {
    const wrong = arityFault(node);
    if (wrong !== null) fault(wrong, `node ${nameOf(node)} (${node.opType})`);
    for (const body of bodiesOf(node)) checkArities(body.nodes, fault);
  }
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

/** Depth first from the outputs, then back in the file's own order wherever that is an order of evaluation. */
function sortNodes(
  graph: OnnxGraph,
  makers: ReadonlyMap<string, OnnxNode | null>,
  needed: ReadonlyMap<OnnxNode, readonly string[]>,
  file: string,
): readonly OnnxNode[] {
  const operandsOf = (node: OnnxNode): OnnxNode[] =>
    (needed.get(node) ?? []).flatMap((name) => {
      const maker = makers.get(name);
      return maker === undefined || maker === null ? [] : [maker];
    });
  const sorted: OnnxNode[] = [];
  const state = new Map<OnnxNode, 'open' | 'done'>();
  const stack = graph.outputs.flatMap(({ name }) => makers.get(name ?? '') ?? []).reverse();
  while (stack.length > 0) {
    const node = stack[stack.length - 1];
    const waiting = state.get(node) === undefined ? operandsOf(node).filter((operand) => state.get(operand) !== 'done') : [];
    const cyclic = waiting.find((operand) => operand === node || state.get(operand) === 'open');
    if (cyclic !== undefined) {
      throw failure('onnx-invalid-graph', 'the graph has a cycle', {
        places: [{ file, item: `node ${nameOf(cyclic)} (${cyclic.opType})` }],
      });
    }
    if (waiting.length > 0) {
      state.set(node, 'open');
      for (const operand of waiting.reverse()) stack.push(operand);
      continue;
    }
    stack.pop();
    if (state.get(node) !== 'done') sorted.push(node);
    state.set(node, 'done');
  }
  const alive = new Set(sorted);
  const asWritten = graph.nodes.filter((node) => alive.has(node));
  const position = new Map(asWritten.map((node, k) => [node, k]));
  const inOrder = asWritten.every((node, k) => operandsOf(node).every((operand) => (position.get(operand) ?? 0) < k));
  return inOrder ? asWritten : sorted;
}
