import { failure } from '../../diagnostics/index.ts';
import {
  AttributeType,
  DataType,
  type OnnxAttribute,
  type OnnxGraph,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValueInfo,
} from './proto/index.ts';

const NEURON_DOMAIN = 'spikingjelly';
const NEURON_OPERATORS: readonly string[] = ['LIFNode', 'IFNode', 'ParametricLIFNode'];
/** First opset with Scan over a leading time axis and Where. */
const FIRST_OPSET = 9;

/**
 * The model with each node of domain `spikingjelly` replaced by a standard Scan over time, so that a runtime can run it; the model itself
 * if it has none. `v` starts at the reset value (0 with a soft reset).
 *
 * Equations of SpikingJelly's neurons (github.com/fangwei123456/spikingjelly, activation_based/neuron.py), in its order of operations;
 * a missing v_reset is Python's None, the soft reset:
 *   LIFNode                    h = v - (v - v_reset) / tau + x      soft: h = v * (1 - 1/tau) + x
 *   LIFNode with decay_input   h = v + (x - (v - v_reset)) / tau    soft: h = v + (x - v) / tau
 *   IFNode                     h = v + x
 *   ParametricLIFNode          as LIFNode, 1/tau = sigmoid(w)
 *   s = 1 if h >= v_threshold; then v = v_reset, or h - v_threshold with the soft reset
 */
export function expandNeurons(model: OnnxModel, file: string): OnnxModel {
  const { graph } = model;
  if (!graph.nodes.some(isNeuron)) return model;
  const opset = model.opsets.find((entry) => (entry.domain ?? '') === '')?.version ?? 0;
  if (opset < FIRST_OPSET) {
    throw failure('reference-failed', `neuron nodes cannot be expanded in opset ${opset}`, {
      places: [{ file }],
      notes: [`allowed: opset ${FIRST_OPSET} and later`],
    });
  }
  const prefix = freePrefix(graph);
  const nodes = graph.nodes.flatMap((node, index) => (isNeuron(node) ? expandNode(node, `${prefix}${index}.`, file) : [node]));
  return { ...model, opsets: model.opsets.filter((entry) => entry.domain !== NEURON_DOMAIN), graph: { ...graph, nodes } };
}

const isNeuron = (node: OnnxNode): boolean => node.domain === NEURON_DOMAIN && NEURON_OPERATORS.includes(node.opType ?? '');

/** A beginning that no tensor of the graph has, in loop bodies neither. */
function freePrefix(graph: OnnxGraph): string {
  const names: string[] = [];
  const visit = (inner: OnnxGraph): void => {
    for (const { name } of [...inner.inputs, ...inner.initializers]) names.push(name ?? '');
    for (const node of inner.nodes) {
      names.push(...node.outputs);
      for (const { g } of node.attributes) if (g) visit(g);
    }
  };
  visit(graph);
  let prefix = 'spikec.neuron.';
  while (names.some((name) => name.startsWith(prefix))) prefix = `_${prefix}`;
  return prefix;
}

interface Parameters {
  /** null: no leak. */
  readonly tau: number | null;
  readonly decayInput: boolean;
  readonly threshold: number;
  /** null: soft reset. */
  readonly reset: number | null;
}

function readParameters(node: OnnxNode, file: string): Parameters {
  const places = [{ file, item: `node ${node.name ?? ''} (${node.opType ?? ''})` }];
  const attribute = (name: string): OnnxAttribute | undefined => node.attributes.find((entry) => entry.name === name);
  const required = (name: string): number => {
    const value = attribute(name)?.f;
    if (value !== undefined && Number.isFinite(value)) return value;
    throw failure('onnx-invalid-graph', `the neuron node has no finite attribute ${name}`, {
      places,
      notes: [`expected: ${name} as a float`],
    });
  };
  const mode = attribute('step_mode')?.s;
  if (mode !== undefined && new TextDecoder().decode(mode) !== 'm') {
    throw failure('onnx-invalid-graph', 'the neuron node runs a single step', { places, notes: ['expected: step_mode "m", input [T, …]'] });
  }
  const reset = attribute('v_reset') === undefined ? null : required('v_reset');
  const threshold = required('v_threshold');
  if (node.opType === 'IFNode') return { tau: null, decayInput: false, threshold, reset };
  const tau = node.opType === 'LIFNode' ? required('tau') : 1 + Math.exp(-required('w'));
  const decayInput = attribute('decay_input')?.i;
  if (decayInput === undefined) {
    throw failure('onnx-invalid-graph', 'the neuron node does not say whether its input decays', {
      places,
      notes: ['expected: decay_input as 0 or 1'],
    });
  }
  return { tau, decayInput: decayInput !== 0, threshold, reset };
}

/**
 * The nodes that stand for one neuron node: the Scan over rows [neurons], and what brings the input there and the spikes back. A runtime
 * has to know the rank of what a Scan carries, and that of an input behind many reshapes it may not.
 */
function expandNode(node: OnnxNode, prefix: string, file: string): OnnxNode[] {
  const { inputs, outputs } = node;
  const parameters = readParameters(node, file);
  const name = (tail: string): string => `${prefix}${tail}`;
  return [
    operator('Flatten', [inputs[0]], name('rows'), [intAttribute('axis', 1)]),
    operator('Constant', [], name('zero'), [tensorAttribute(int64Scalar(0))]),
    operator('Gather', [name('rows'), name('zero')], name('first'), [intAttribute('axis', 0)]),
    operator('Shape', [name('first')], name('shape')),
    operator('ConstantOfShape', [name('shape')], name('initial'), [tensorAttribute({ ...floatTensor(parameters.reset ?? 0), dims: [1] })]),
    {
      ...operator('Scan', [name('initial'), name('rows')], name('final'), [
        intAttribute('num_scan_inputs', 1),
        { ...emptyAttribute, name: 'body', type: AttributeType.graph, g: stepGraph(parameters, prefix) },
      ]),
      outputs: [name('final'), name('spikes')],
    },
    operator('Shape', [inputs[0]], name('whole')),
    { ...operator('Reshape', [name('spikes'), name('whole')], name('reshaped')), outputs: [outputs[0]] },
  ];
}

/** One step of the neuron: inputs v and x, outputs the next v and the spikes. */
function stepGraph(parameters: Parameters, prefix: string): OnnxGraph {
  const name = (tail: string): string => `${prefix}${tail}`;
  const constants = new Map<string, OnnxTensor>();
  const constant = (value: number): string => {
    const id = name(`c${value}`);
    constants.set(id, { ...floatTensor(value), name: id });
    return id;
  };
  const nodes: OnnxNode[] = [];
  const compute = (operation: string, inputs: readonly string[], output: string): string => {
    nodes.push(operator(operation, inputs, name(output)));
    return name(output);
  };
  const h = charge(parameters, name('v'), name('x'), constant, compute);
  const { threshold, reset } = parameters;
  const below = compute('Less', [h, constant(threshold)], 'below');
  compute('Where', [below, constant(0), constant(1)], 's');
  const fired = reset === null ? compute('Sub', [h, constant(threshold)], 'fired') : constant(reset);
  compute('Where', [below, h, fired], 'next');
  return {
    name: name('step'),
    nodes,
    initializers: [...constants.values()],
    sparseInitializers: [],
    inputs: [floatRow(name('v')), floatRow(name('x'))],
    outputs: [floatRow(name('next')), floatRow(name('s'))],
    valueInfo: [],
  };
}

function charge(
  { tau, decayInput, reset }: Parameters,
  v: string,
  x: string,
  constant: (value: number) => string,
  compute: (operation: string, inputs: readonly string[], output: string) => string,
): string {
  if (tau === null) return compute('Add', [v, x], 'h');
  const above = reset === null || reset === 0 ? v : compute('Sub', [v, constant(reset)], 'above');
  if (decayInput) return compute('Add', [v, compute('Div', [compute('Sub', [x, above], 'gap'), constant(tau)], 'step')], 'h');
  if (reset === null) return compute('Add', [compute('Mul', [v, constant(1 - 1 / tau)], 'kept'), x], 'h');
  return compute('Add', [compute('Sub', [v, compute('Div', [above, constant(tau)], 'lost')], 'kept'), x], 'h');
}

const operator = (opType: string, inputs: readonly string[], output: string, attributes: readonly OnnxAttribute[] = []): OnnxNode => ({
  name: output,
  opType,
  inputs,
  outputs: [output],
  attributes,
});

const emptyAttribute = { floats: [], ints: [], strings: [], tensors: [], graphs: [] } as const;
const intAttribute = (name: string, i: number): OnnxAttribute => ({ ...emptyAttribute, name, type: AttributeType.int, i });
const tensorAttribute = (t: OnnxTensor): OnnxAttribute => ({ ...emptyAttribute, name: 'value', type: AttributeType.tensor, t });

const emptyTensor = { dims: [], floatData: [], int32Data: [], int64Data: [], doubleData: [], stringData: [] } as const;
const floatTensor = (value: number): OnnxTensor => ({ ...emptyTensor, dataType: DataType.float, floatData: [value] });
const int64Scalar = (value: number): OnnxTensor => ({ ...emptyTensor, dataType: DataType.int64, int64Data: [value] });
/** A row of floats, one a neuron. */
const floatRow = (name: string): OnnxValueInfo => ({
  name,
  type: { tensor: { elementType: DataType.float, shape: { dims: [{ parameter: 'neurons' }] } } },
});
