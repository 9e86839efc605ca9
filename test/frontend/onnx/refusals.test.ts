import { describe, expect, it } from 'vitest';
import { DataType } from '../../../src/frontend/onnx/proto/index.ts';
import { floats, GraphMaker, int64s } from './support/graph-maker.ts';
import { aroundNeurons, imported, refusalsOf, STEPS, WIDTH, weightsOf } from './support/importing.ts';
import { customLif, loopLif } from './support/lif.ts';

const lif = (graph: GraphMaker, x: string): string => customLif(graph, x, 'layer.lif');
const codesOf = (bytes: Uint8Array): string[] => refusalsOf(bytes).map((refusal) => refusal.code);

describe('operators', () => {
  it('names all unsupported operators at once, with their nodes', () => {
    const bytes = aroundNeurons((graph, x) => {
      const gelu = graph.one('Gelu', [graph.one('Gelu', [x])]);
      return lif(graph, graph.op('Mystery', [graph.one('Softmax', [gelu])], {}, 1, 'vendor')[0]);
    });
    const refusals = refusalsOf(bytes);
    expect(refusals.map((refusal) => [refusal.code, refusal.message.match(/`(.*)`/)?.[1], refusal.places.length])).toEqual([
      ['unsupported-operator', 'Gelu', 2],
      ['unsupported-operator', 'Softmax', 1],
      ['unsupported-operator', 'vendor::Mystery', 1],
    ]);
    expect(refusals[0].places[0].item).toMatch(/^node \/layer\/Gelu_\d+ \(Gelu\)$/);
  });

  it('says that a dense model has no spiking neuron', () => {
    expect(codesOf(aroundNeurons((graph, x) => graph.one('Relu', [x])))).toEqual(['no-spiking-neuron', 'unsupported-operator']);
    expect(codesOf(aroundNeurons((_, x) => x))).toEqual(['no-spiking-neuron']);
  });

  it('does not mind operators that nothing needs', () => {
    const bytes = aroundNeurons((graph, x) => {
      graph.one('Gelu', [x]);
      return lif(graph, x);
    });
    expect(imported(bytes).network.nodes).toHaveLength(3);
  });

  it('names a comparison outside a neuron', () => {
    const bytes = aroundNeurons((graph, x) => graph.one('Cast', [graph.one('Greater', [x, graph.scalar(1)])], { to: DataType.float }));
    expect(codesOf(bytes)).toEqual(['unsupported-pattern']);
  });
});

describe('graphs that are none', () => {
  it('names tensors that nothing gives', () => {
    const refusals = refusalsOf(aroundNeurons((graph, x) => lif(graph, graph.one('Add', [x, 'nowhere']))));
    expect(refusals.map((refusal) => refusal.code)).toEqual(['onnx-invalid-graph']);
    expect(refusals[0].message).toContain('nowhere');
  });

  it('finds names beyond all measure, in bodies too', () => {
    const long = 'n'.repeat(5000);
    const named = aroundNeurons((graph, x) => {
      graph.nodes.push({ name: long, opType: 'Identity', inputs: [x], outputs: ['same'], attributes: [] });
      return lif(graph, 'same');
    });
    const inBody = aroundNeurons((graph, x) => {
      const spikes = loopLif(graph, x, STEPS, WIDTH);
      const last = graph.nodes.length - 1;
      const loop = graph.nodes[last];
      const attributes = loop.attributes.map((attribute) => {
        const { g } = attribute;
        return g === undefined ? attribute : { ...attribute, g: { ...g, nodes: g.nodes.map((node) => ({ ...node, name: long })) } };
      });
      graph.nodes[last] = { ...loop, attributes };
      return spikes;
    });
    for (const bytes of [named, inBody]) {
      const [refusal] = refusalsOf(bytes);
      expect(refusal.code).toBe('onnx-invalid-graph');
      expect(refusal.message).toMatch(/^a name has 5000 characters, and 4096 are read: `n{40}…`$/);
    }
  });

  it('finds cycles and names given twice', () => {
    const cycle = aroundNeurons((graph, x) => {
      const sum = graph.one('Add', [x, 'later']);
      graph.nodes.push({ name: 'back', opType: 'Identity', inputs: [sum], outputs: ['later'], attributes: [] });
      return lif(graph, sum);
    });
    expect(refusalsOf(cycle)[0].message).toMatch(/cycle/);
    const twice = aroundNeurons((graph, x) => {
      const spikes = lif(graph, x);
      graph.nodes.push({ name: 'again', opType: 'Identity', inputs: [x], outputs: [spikes], attributes: [] });
      return spikes;
    });
    expect(refusalsOf(twice)[0].message).toMatch(/twice/);
  });

  it('reads nodes in any order', () => {
    const shuffled = aroundNeurons((graph, x) => {
      const spikes = lif(graph, x);
      graph.nodes.reverse();
      return spikes;
    });
    expect(imported(shuffled).network.nodes.map((node) => node.kind)).toEqual(['input', 'population', 'readout']);
  });

  it.each([
    [
      'weights that do not fit',
      (graph: GraphMaker, x: string) =>
        graph.one('MatMul', [lif(graph, x), graph.initializer('v', [WIDTH + 1, WIDTH], weightsOf(WIDTH + 1, WIDTH))]),
      'unsupported-pattern',
    ],
    [
      'a reshape that does not fit',
      (graph: GraphMaker, x: string) => lif(graph, graph.reshape(x, STEPS, 1, WIDTH + 1)),
      'onnx-invalid-graph',
    ],
    [
      'a tensor without end',
      (graph: GraphMaker, x: string) =>
        lif(graph, graph.one('Add', [x, graph.one('ConstantOfShape', [graph.ints(2 ** 20, 2 ** 20, 2 ** 10)])])),
      'onnx-invalid-graph',
    ],
    [
      'a constant shorter than its shape',
      (graph: GraphMaker, x: string) => lif(graph, graph.one('Add', [x, graph.constant(floats([WIDTH], [1]))])),
      'onnx-invalid-graph',
    ],
    [
      'steps read twice',
      (graph: GraphMaker, x: string) =>
        lif(graph, graph.one('Gather', [x, graph.constant(int64s([STEPS], [0, 0, 1, 2, 3, 4]))], { axis: 0 })),
      'unsupported-pattern',
    ],
    [
      'steps cut off',
      (graph: GraphMaker, x: string) => lif(graph, graph.one('Slice', [x, graph.ints(1), graph.ints(9)])),
      'unsupported-pattern',
    ],
    ['two currents', (graph: GraphMaker, x: string) => lif(graph, graph.one('Mul', [x, x])), 'unsupported-pattern'],
  ])('refuses %s', (_, neurons, code) => {
    expect(codesOf(aroundNeurons(neurons))).toEqual([code]);
  });
});

describe('inputs and outputs', () => {
  const withInputs = (inputs: Parameters<GraphMaker['encode']>[0], outputs?: (spikes: string, logits: string) => string[]): Uint8Array => {
    const graph = new GraphMaker();
    const spikes = lif(graph, graph.one('MatMul', ['features', graph.initializer('w', [WIDTH, WIDTH], weightsOf(WIDTH, WIDTH))]));
    const logits = graph.one('MatMul', [spikes, graph.initializer('o', [WIDTH, 2], weightsOf(WIDTH, 2))]);
    return graph.encode(inputs, outputs === undefined ? [logits] : outputs(spikes, logits));
  };
  const features = [[STEPS, 1, WIDTH], DataType.float] as const;

  it('takes [steps, 1, channels] too', () => {
    expect(imported(withInputs({ features })).network.timesteps).toBe(STEPS);
  });

  it.each([
    ['a batch', { features: [[2, STEPS, WIDTH], DataType.float] as const }],
    ['an open size', { features: [[1, 0, WIDTH], DataType.float] as const }],
    ['counts as integers', { features: [[STEPS, 1, WIDTH], DataType.int64] as const }],
    ['a mask of another length', { features, mask: [[1, STEPS + 1], DataType.bool] as const }],
    ['feature inputs of different lengths', { features, more: [[STEPS + 1, 1, WIDTH], DataType.float] as const }],
  ])('refuses %s', (_, inputs) => {
    expect(codesOf(withInputs(inputs))).toEqual(['unsupported-pattern']);
  });

  it('reads spikes out as they are', () => {
    const { network } = imported(withInputs({ features }, (spikes) => [spikes]));
    expect(network.projections.map(({ synapses }) => synapses.kind)).toEqual(['dense', 'one-to-one']);
  });

  it('names the layer of a recurrent network', () => {
    const graph = new GraphMaker();
    const w = graph.initializer('w', [WIDTH, WIDTH], weightsOf(WIDTH, WIDTH));
    const r = graph.initializer('r', [WIDTH, WIDTH], weightsOf(WIDTH, WIDTH).reverse());
    const rows: string[] = [];
    for (let t = 0; t < STEPS; t++) {
      const row = graph.one('MatMul', [graph.one('Gather', ['features', graph.constant(int64s([], [t]))]), w]);
      const current = t === 0 ? row : graph.one('Add', [row, graph.one('MatMul', [rows[t - 1], r])]);
      rows.push(graph.one('Cast', [graph.one('Greater', [current, graph.scalar(1)])], { to: DataType.float }));
    }
    const spikes = graph.one('Concat', rows, { axis: 0 });
    const [refusal] = refusalsOf(graph.encode({ features }, [graph.one('MatMul', [spikes, w])]));
    expect(refusal.notes.join()).toMatch(/feedback/);
    expect(refusal.notes.join()).toContain(graph.nodes.find(({ inputs }) => inputs[1] === r)?.name);
  });

  it('asks for one read-out', () => {
    expect(codesOf(withInputs({ features }, (spikes, logits) => [spikes, logits]))).toEqual(['no-readout']);
  });
});

describe('weights', () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses %s', (value) => {
    const bytes = aroundNeurons((graph, x) => lif(graph, graph.one('Add', [graph.initializer('b', [WIDTH], [0, value, 0, 0]), x])));
    const [refusal] = refusalsOf(bytes);
    expect(refusal.code).toBe('non-finite-weight');
    expect(refusal.places[0].item).toContain('(Add)');
  });

  it('counts shared weights once', () => {
    const bytes = aroundNeurons((graph, x) => lif(graph, graph.one('MatMul', [lif(graph, x), 'w'])));
    expect(imported(bytes).network.parameterCount).toBe(WIDTH * WIDTH + 2 * WIDTH);
  });
});
