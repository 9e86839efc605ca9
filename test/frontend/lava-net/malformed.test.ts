import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../../src/diagnostics/index.ts';
import { importModel } from '../../../src/frontend/index.ts';
import { makeNet, type RawField } from './make-net.ts';

const NEURON = {
  'neuron/type': 'CUBA',
  'neuron/iDecay': [1024],
  'neuron/vDecay': [128],
  'neuron/vThMant': [80],
} as const;

const dense = (sources: number, targets: number): Record<string, RawField> => ({
  type: 'dense',
  shape: [targets],
  weight: { shape: [targets, sources], values: new Array<number>(targets * sources).fill(2) },
  ...NEURON,
});

const conv = (): Record<string, RawField> => ({
  type: 'conv',
  shape: [4, 3, 3],
  inChannels: [2],
  outChannels: [4],
  kernelSize: [3, 3],
  stride: [1, 1],
  padding: [0, 0],
  dilation: [1, 1],
  groups: [1],
  weight: { shape: [4, 2, 3, 3], values: new Array<number>(72).fill(2) },
  ...NEURON,
});

const input = { type: 'input', shape: [2, 5, 5] };

async function diagnosed(layers: readonly Record<string, RawField>[], more: object = { steps: 5 }): Promise<readonly string[]> {
  try {
    await importModel(await makeNet(layers), { file: 'made.net', report: () => {}, ...more });
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return error.diagnostics.map(({ code, message, places }) => `${code}: ${message} @ ${places[0]?.item ?? places[0]?.file}`);
  }
  return [];
}

const without = (layer: Record<string, RawField>, name: string): Record<string, RawField> =>
  Object.fromEntries(Object.entries(layer).filter(([key]) => key !== name));

describe('a lava-dl network', () => {
  it('is read where nothing is wrong', async () => {
    expect(await diagnosed([dense(3, 4), dense(4, 2)])).toEqual([]);
    expect(await diagnosed([input, conv(), { type: 'flatten' }, dense(36, 2)])).toEqual([]);
    expect(await diagnosed([input, conv(), { type: 'average', shape: [6] }])).toEqual([]);
    // What SLAYER's first version wrote.
    expect(await diagnosed([{ ...without(dense(3, 4), 'neuron/vThMant'), 'neuron/theta': [5120], 'neuron/wgtExp': [0] }])).toEqual([]);
    expect(await diagnosed([{ ...dense(3, 4), 'neuron/theta': [64] }])).toEqual([]);
    expect(await diagnosed([{ ...dense(3, 4), weight: { shape: [12], values: new Array<number>(12).fill(2) }, shape: [4, 1, 1] }])).toEqual(
      [],
    );
  });

  it('says how long its clips are', async () => {
    expect(await diagnosed([dense(3, 4)], {})).toEqual([
      'steps-missing: lava-dl networks do not say how many timesteps a clip has @ made.net',
    ]);
  });

  const layer = (change: Record<string, RawField>) => [{ ...dense(3, 4), ...change }];

  it.each<[string, readonly Record<string, RawField>[], string]>([
    ['no weights', [without(dense(3, 4), 'weight')], 'layer 0 (dense): the field weight is missing'],
    ['no shape', [without(dense(3, 4), 'shape')], 'layer 0 (dense): the field shape is missing'],
    ['no type', [without(dense(3, 4), 'type')], 'layer 0 (no type): the field type is missing'],
    ['no threshold', [without(dense(3, 4), 'neuron/vThMant')], 'layer 0 (dense): the field neuron/vThMant is missing'],
    ['no weights of recurrence', layer({ type: 'dense_rec' }), 'layer 0 (dense_rec): the field weight_rec is missing'],
    ['text for numbers', layer({ weight: 'two' }), 'layer 0 (dense): the field weight does not hold numbers'],
    ['numbers for text', layer({ type: [1] }), 'layer 0 (no type): the field type is no text'],
    ['transposed weights', layer({ weight: { shape: [3, 4], values: new Array<number>(12).fill(2) } }), 'the field weight is [3, 4]'],
    ['weights of rank 3', layer({ weight: { shape: [4, 3, 1], values: new Array<number>(12).fill(2) } }), 'the field weight is [4, 3, 1]'],
    ['too few weights', layer({ weight: { shape: [7], values: new Array<number>(7).fill(2) } }), 'the field weight is [7]'],
    ['zero-size weights', layer({ weight: { shape: [4, 0], values: [] } }), 'the field weight is empty: its shape is [4, 0]'],
    ['no neurons', layer({ shape: [0] }), 'value 0 of shape is 0'],
    [
      'weights that are no integers',
      layer({ weight: { shape: [4, 3], values: new Array<number>(12).fill(0.5) } }),
      'value 0 of weight is 0.5',
    ],
    [
      'weights that are no numbers',
      layer({ weight: { shape: [4, 3], values: new Array<number>(12).fill(Number.NaN) } }),
      'value 0 of weight is NaN',
    ],
    ['a negative decay', layer({ 'neuron/vDecay': [-1] }), 'value 0 of neuron/vDecay is -1'],
    ['a decay beyond 12 bits', layer({ 'neuron/iDecay': [4097] }), 'value 0 of neuron/iDecay is 4097'],
    ['two decays', layer({ 'neuron/vDecay': [1, 2, 3] }), 'the field neuron/vDecay has 3 values, and has to have one'],
    ['a threshold of no register', layer({ 'neuron/vThMant': [2 ** 18] }), 'value 0 of neuron/vThMant is 262144'],
    ['too many biases', layer({ bias: [1, 2, 3] }), 'the field bias has 3 values, and has to have 4'],
    [
      'a delay of neither rows nor columns',
      layer({ delay: [1, 2] }),
      'the field delay has 2 values, and has to have 1, 4 (one an output) or 3',
    ],
    ['a negative delay', layer({ delay: [-1] }), 'value 0 of delay is -1'],
    ['too long a delay', layer({ delay: [63] }), 'value 0 of delay is 63'],
    ['a wrong inFeatures', layer({ inFeatures: [5] }), 'inFeatures is 5, and weight has 3'],
    ['layers that do not fit', [dense(3, 4), dense(5, 2)], 'layer 1 reads 5 values of a layer of 4'],
    ['an input behind a layer', [dense(3, 4), input], 'layer 1 is an input behind another layer'],
    ['a layer behind a read-out', [without(without(dense(3, 4), 'neuron/type'), 'x'), dense(4, 2)], 'the field neuron/type is missing'],
    ['nothing to flatten', [{ type: 'flatten' }, dense(3, 4)], 'layer 0 has nothing to read'],
    ['a convolution of other channels', [{ ...input, shape: [3, 5, 5] }, conv()], 'layer 1 reads 2 channels of a layer that has 3'],
    [
      'a convolution of another shape',
      [input, { ...conv(), shape: [4, 3, 4] }],
      'layer 1 has a shape of 3 x 4, and its window over 5 x 5 gives 3 x 3',
    ],
    ['a convolution behind a row', [dense(3, 50), conv()], 'layer 1 reads a layer without rows and columns'],
    ['groups that do not divide', [input, { ...conv(), groups: [3] }], '3 groups do not divide 4 channels'],
    ['another kernel', [input, { ...conv(), kernelSize: [2, 3] }], 'kernelSize is 2 x 3, and weight is [4, 2, 3, 3]'],
    [
      'kernels of rank 3',
      [input, { ...conv(), weight: { shape: [4, 2, 9], values: new Array<number>(72).fill(2) } }],
      'the field weight is [4, 2, 9]',
    ],
    ['a shape of a row', [input, { ...conv(), shape: [36] }], 'the field shape is (36), and has to be (channels, rows, columns)'],
    ['no stride', [input, { ...conv(), stride: [0, 1] }], 'value 0 of stride is 0'],
    ['negative padding', [input, { ...conv(), padding: [-1] }], 'value 0 of padding is -1'],
    ['means of unequal runs', [dense(3, 4), { type: 'average', shape: [3] }], 'layer 1 takes 3 means of a layer of 4'],
  ])('with %s is malformed', async (_, layers, message) => {
    const [first, ...rest] = await diagnosed(layers);
    expect(rest).toEqual([]);
    expect(first.split(': ')[0]).toBe('lava-net-malformed');
    expect(first).toContain(message);
    expect(first).toMatch(/@ layer\/\d$/);
  });

  it.each<[string, readonly Record<string, RawField>[], string]>([
    ['resonators', layer({ 'neuron/type': 'RF_PHASE' }), 'neurons of type RF_PHASE are not read'],
    ['sigma-delta neurons', layer({ 'neuron/type': 'SDNN' }), 'neurons of type SDNN are not read'],
    ['complex layers', layer({ type: 'dense_comp' }), 'layers of this type are not read: its weights are complex numbers'],
    ['unknown layers', layer({ type: 'attention' }), 'layer 0 (attention): layers of this type are not read'],
    ['exponents', layer({ 'neuron/wgtExp': [2] }), 'wgtExp is 2'],
    ['refractory periods', layer({ 'neuron/refDelay': [2] }), 'refDelay is 2'],
    ['graded spikes', layer({ 'neuron/gradedSpike': [1] }), 'gradedSpike is 1'],
    ['a threshold beyond its register', [dense(3, 4), { ...dense(4, 2), 'neuron/vThMant': [2 ** 17] }], 'a threshold mantissa of 131072'],
    ['convolutions of an unknown picture', [conv()], 'layer 0 reads an input whose rows and columns the file does not say'],
    ['delays that differ over space', [input, { ...conv(), delay: [1, 2, 3, 4] }], 'delays differ within a layer over space'],
    [
      'weighted windows',
      [input, { ...conv(), type: 'pool', shape: [2, 3, 3], weight: { shape: [1, 1, 3, 3], values: [1, 2, 3, 4, 5, 6, 7, 8, 9] } }],
      'the weights of its window differ',
    ],
    [
      'biases of a synaptic current',
      [{ type: 'input', shape: [3], bias: [4], ...NEURON }, dense(3, 4)],
      'layer 0 has neurons with a synaptic current and a bias',
    ],
  ])('with %s is not supported', async (_, layers, message) => {
    const [first, ...rest] = await diagnosed(layers);
    expect(rest).toEqual([]);
    expect(first.split(': ')[0]).toBe('lava-net-unsupported');
    expect(first).toContain(message);
  });

  it('without spikes is no network for a chip', async () => {
    const readout = Object.fromEntries(Object.entries(dense(3, 4)).filter(([name]) => !name.startsWith('neuron/')));
    expect(await diagnosed([input, { type: 'flatten' }])).toEqual([expect.stringContaining('no-spiking-neuron')]);
    expect(await diagnosed([readout])).toEqual([expect.stringContaining('no-spiking-neuron')]);
    expect(
      await diagnosed([dense(3, 4), { ...readout, weight: { shape: [4, 4], values: new Array<number>(16).fill(1) } }, dense(4, 2)]),
    ).toEqual([expect.stringContaining('layer 2 stands behind a read-out')]);
  });

  it('with huge declared shapes is refused before memory is taken', async () => {
    const huge = (shape: readonly number[]): RawField => ({ shape, values: [], chunks: shape.map(() => 64) });
    expect(await diagnosed(layer({ weight: huge([2 ** 20, 2 ** 20]) }))).toEqual([
      expect.stringContaining('lava-net-too-large: the lava-dl network declares'),
    ]);
    expect(await diagnosed(layer({ shape: [2 ** 20, 2 ** 20, 2 ** 20] }))).toEqual([
      expect.stringContaining('lava-net-too-large: layer 0 (dense): declares 1048576 x 1048576 x 1048576 neurons'),
    ]);
    expect(await diagnosed(layer({ weight: { shape: [2 ** 11, 2 ** 11], values: [], chunks: [1, 1] } }))).toEqual([
      expect.stringContaining('lava-net-too-large: the lava-dl network declares 4194304 parts of'),
    ]);
    expect(await diagnosed([{ ...input, shape: [1, 2 ** 13, 2 ** 12] }])).toEqual([expect.stringContaining('lava-net-too-large')]);
  });

  it('with gaps, without layers, or cut off anywhere is malformed', async () => {
    expect(await diagnosed([])).toEqual([expect.stringContaining('lava-net-malformed')]);
    const bytes = await makeNet([dense(3, 4)]);
    for (let length = 600; length < bytes.length; length += 997) {
      const read = importModel(bytes.subarray(0, length), { file: 'cut.net', report: () => {}, steps: 5 });
      await expect(read, `${length} bytes`).rejects.toBeInstanceOf(DiagnosticError);
    }
  });
});
