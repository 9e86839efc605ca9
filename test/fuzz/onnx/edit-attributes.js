import { lists, withNode } from './model-of.js';
import { changeDims, changeTensor } from './mutate-tensor.js';

const NUMBERS = [0, 1, 2, 3, -1, -2, 7, 31, 64, 1000, 65_536, 2 ** 31, 2 ** 53 - 1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
const FLOATS = [0, 1, -1, 0.5, 2, 1e-45, 1e-30, 1e30, 3.4e38, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
const TEXTS = ['', 'm', 's', 'SAME_UPPER', 'VALID', 'add', 'i,j->ij', '...,...->', '\ud800'];

function changeAttribute(graph, draw) {
  const candidates = graph.nodes.flatMap((node, k) => (node.attributes.length > 0 ? [k] : []));
  if (candidates.length === 0) return graph;
  const at = draw.pick(candidates);
  const node = graph.nodes[at];
  const which = draw.below(node.attributes.length);
  return withNode(graph, at, { ...node, attributes: node.attributes.with(which, changed(node.attributes[which], draw)) });
}

function changed(attribute, draw) {
  if (draw.chance(0.1)) return { ...attribute, type: draw.below(16) };
  if (draw.chance(0.05)) return { ...attribute, name: draw.pick(['axis', 'perm', 'body', 'value', '']) };
  const { t, f, i, s, ints, floats } = attribute;
  if (t !== undefined) return { ...attribute, t: changeTensor(t, draw) };
  if (f !== undefined) return { ...attribute, f: draw.pick(FLOATS) };
  if (i !== undefined) return { ...attribute, i: draw.chance(0.4) ? i + draw.pick([1, -1]) : draw.pick(NUMBERS) };
  if (s !== undefined) return { ...attribute, s: new TextEncoder().encode(draw.pick(TEXTS)) };
  if (ints.length > 0) return { ...attribute, ints: draw.chance(0.3) ? ints.toReversed() : changeDims(ints, draw) };
  return { ...attribute, floats: floats.map(() => draw.pick(FLOATS)) };
}

const KNOWN = [
  ...['axis', 'axes', 'perm', 'to', 'keepdims', 'allowzero', 'start', 'end', 'alpha', 'beta', 'transA', 'transB', 'group', 'new_axis'],
  ...['strides', 'dilations', 'pads', 'auto_pad', 'training_mode', 'tau', 'v_reset', 'decay_input', 'step_mode', 'num_scan_inputs'],
  ...['scan_input_directions', 'scan_output_axes', 'reduction', 'epsilon', 'split', 'num_outputs', 'batch_dims'],
];

function addAttribute(graph, draw) {
  const at = draw.below(graph.nodes.length);
  const node = graph.nodes[at];
  const entry = draw.pick([
    { type: 2, i: draw.pick(NUMBERS) },
    { type: 1, f: draw.pick(FLOATS) },
    { type: 7, ints: Array.from({ length: draw.below(5) }, () => draw.pick(NUMBERS)) },
  ]);
  return withNode(graph, at, { ...node, attributes: [...node.attributes, { ...lists, name: draw.pick(KNOWN), ...entry }] });
}

function dropAttribute(graph, draw) {
  const at = draw.below(graph.nodes.length);
  const node = graph.nodes[at];
  return withNode(graph, at, { ...node, attributes: node.attributes.toSpliced(draw.below(node.attributes.length + 1), 1) });
}

function changeConstant(graph, draw) {
  const constants = graph.nodes.flatMap((node, k) => (node.opType === 'Constant' && node.attributes[0]?.t !== undefined ? [k] : []));
  if (constants.length === 0) return graph;
  const at = draw.pick(constants);
  const node = graph.nodes[at];
  return withNode(graph, at, { ...node, attributes: [{ ...node.attributes[0], t: changeTensor(node.attributes[0].t, draw) }] });
}

export const ATTRIBUTE_EDITS = [
  changeAttribute,
  changeAttribute,
  changeAttribute,
  addAttribute,
  dropAttribute,
  changeConstant,
  changeConstant,
];
