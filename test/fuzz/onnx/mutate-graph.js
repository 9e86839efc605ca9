import { encodeModel } from '../../../dist/frontend/onnx/proto/index.js';
import { ATTRIBUTE_EDITS } from './edit-attributes.js';
import { DECLARATION_EDITS } from './edit-declarations.js';
import { NODE_EDITS } from './edit-nodes.js';
import { modelOf } from './model-of.js';
import { NAMES } from './mutate-tensor.js';

const EDITS = [...NODE_EDITS, ...ATTRIBUTE_EDITS, ...DECLARATION_EDITS];

/**
 * Mutations that know what an ONNX graph is: the file stays one that any reader opens, and what it means is changed. These reach the walk,
 * the recognisers and the passes. `others`: models to take nodes from.
 */
export function mutateGraph(bytes, draw, others) {
  let model = modelOf(bytes);
  for (let n = draw.pick([1, 1, 1, 2, 3, 6]); n > 0; n--) {
    model = draw.chance(0.08) ? changeModel(model, draw) : { ...model, graph: changeSome(model.graph, draw, others) };
  }
  return encodeModel(model);
}

const VERSIONS = [-1, 0, 1, 8, 9, 11, 12, 15, 18, 21, 25, 1000, 2 ** 53 - 1];

function changeModel(model, draw) {
  const standard = (change) => model.opsets.map((opset) => ((opset.domain ?? '') === '' ? { ...opset, ...change } : opset));
  switch (draw.below(6)) {
    case 0:
      return { ...model, opsets: standard({ version: draw.pick(VERSIONS) }) };
    case 1:
      return { ...model, opsets: draw.chance(0.5) ? [] : standard({ domain: draw.pick(['ai.onnx', 'ai.onnx.ml', 'x']) }) };
    case 2:
      return { ...model, irVersion: draw.pick([0, 3, 4, 8, 13, 99, -1]) };
    case 3:
      return { ...model, functions: [Uint8Array.from({ length: draw.below(40) }, () => draw.below(256))] };
    case 4:
      return { ...model, graph: { ...model.graph, sparseInitializers: [Uint8Array.of(1, 2, 3)] } };
    default:
      return { ...model, graph: { ...model.graph, name: draw.pick(NAMES) } };
  }
}

/** A change in the graph itself, or in the body of a loop in it. */
function changeSome(graph, draw, others) {
  if (graph.nodes.length === 0) return graph;
  const loops = graph.nodes.flatMap((node, k) => (node.attributes.some(({ g }) => g !== undefined) ? [k] : []));
  if (loops.length === 0 || draw.chance(0.5)) return draw.pick(EDITS)(graph, draw, others);
  const at = draw.pick(loops);
  const node = graph.nodes[at];
  const attributes = node.attributes.map((entry) => (entry.g === undefined ? entry : { ...entry, g: changeSome(entry.g, draw, others) }));
  return { ...graph, nodes: graph.nodes.with(at, { ...node, attributes }) };
}
