import { failure } from '../../../../diagnostics/index.ts';
import { nameOf } from '../../context.ts';
import type { Folder } from '../../fold.ts';
import { isStepOperator, operatorOf } from '../../operators/index.ts';
import type { OnnxGraph, OnnxNode } from '../../proto/index.ts';
import { KernelError, type Tensor } from '../../tensors/tensor.ts';
import { BodyCopier } from './body-copier.ts';
import { type NetworkLoop, type Refuse, readLoop, readScan } from './network-loop.ts';

/** Nodes that the copies of one body may have together. */
const COPIED_MAX = 2 ** 18;

export interface UnrollOptions {
  readonly file: string;
  readonly opset: number;
  /** Steps of a clip. */
  readonly stepsOf: () => number;
  /** Constants of a graph. */
  readonly folderOf: (graph: OnnxGraph) => Folder;
}

/**
 * The graph with each `Loop` and `Scan` over a whole network (its body applies layers) as copies of its body, one a step. A loop that steps
 * one neuron stays as it is. Tensors outside loops keep their names. Throws `loop-not-a-neuron` where such a loop cannot be unrolled.
 */
export function unrollLoops(graph: OnnxGraph, { file, opset, stepsOf, folderOf }: UnrollOptions): OnnxGraph {
  const loops = graph.nodes.filter(isOverNetwork);
  if (loops.length === 0) return graph;
  const empty = new Set(graph.nodes.flatMap(({ opType, outputs }) => (opType === 'SequenceEmpty' ? outputs : [])));
  const around = { folder: folderOf(graph), empty, steps: stepsOf() };
  let copied = 0;
  const copiers = loops.map((node, k) => {
    const refuse = refusalOf(node, file);
    const body = bodyOf(node) ?? NO_BODY;
    const loop = orRefuse(refuse, () => (node.opType === 'Loop' ? readLoop : readScan)(node, body, around, refuse));
    copied += loop.steps * (body.nodes.length + loop.carried.length);
    if (copied > COPIED_MAX) throw refuse(`copies up to here have ${copied} nodes, and ${COPIED_MAX} may be`);
    return { copier: new BodyCopier(node, body, `spikec.loop.${k}.`, loop, opset), loop, refuse };
  });
  const nodes = [...graph.nodes.filter((node) => !loops.includes(node)), ...copiers.flatMap(({ copier }) => copier.nodes)];
  const unrolled = { ...graph, nodes, initializers: [...graph.initializers, ...copiers.flatMap(({ copier }) => copier.initializers)] };
  const folder = folderOf(unrolled);
  for (const { copier, loop, refuse } of copiers) checkCopies(copier, loop, folder, refuse);
  return unrolled;
}

/** A kernel's complaint, about an attribute of a wrong type for one, gets the loop's place. */
function orRefuse<Result>(refuse: Refuse, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof KernelError) throw refuse(error.message);
    throw error;
  }
}

const refusalOf =
  (node: OnnxNode, file: string): Refuse =>
  (reason) =>
    failure('loop-not-a-neuron', `this loop over a whole network cannot be unrolled: ${reason}`, {
      places: [{ file, item: `node ${nameOf(node)} (${node.opType})` }],
      notes: ['accepted here: loops that run all steps of the clip, each taking its own row and giving one'],
    });

function isOverNetwork(node: OnnxNode): boolean {
  const body = bodyOf(node);
  if (body === null || body.nodes.every(isStepOperator)) return false;
  return body.nodes.every((inner) => (isStepOperator(inner) || operatorOf(inner) !== undefined) && bodyOf(inner) === null);
}

const NO_BODY: OnnxGraph = { nodes: [], initializers: [], sparseInitializers: [], inputs: [], outputs: [], valueInfo: [] };

const bodyOf = ({ opType = '', attributes }: OnnxNode): OnnxGraph | null =>
  opType === 'Loop' || opType === 'Scan' ? (attributes.find(({ name }) => name === 'body')?.g ?? null) : null;

/** The loop runs to its end, and writes each row at its own step. */
function checkCopies(copier: BodyCopier, { condition, outputs }: NetworkLoop, folder: Folder, refuse: Refuse): void {
  const is = (tensor: Tensor | null, value: number): boolean => tensor?.data.length === 1 && tensor.data[0] === value;
  copier.named.forEach((named, step) => {
    if (condition !== null && !is(folder.constantOf(named(condition.next)), 1)) throw refuse('its condition may end it early');
    for (const output of outputs) {
      if (output.kind !== 'rows') continue;
      const at = folder.constantOf(named(output.at));
      if (!is(at, step) || at?.shape.length !== 2) throw refuse('it does not write the row of its own step');
    }
  });
}
