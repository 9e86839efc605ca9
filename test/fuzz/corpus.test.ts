import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { zipSync } from 'fflate';
import { File as H5File, ready } from 'h5wasm';
import { describe, expect, it } from 'vitest';
import { DataType, decodeModel, encodeModel, type OnnxTensor } from '../../src/frontend/onnx/proto/index.ts';
import { encodeNirData } from '../../src/report/spikes-nir-data.ts';
import { type Item, writeHdf5 } from '../frontend/datasets/hdf5-writer.ts';
import { aedat2, aedat3, chirp, nmnist, packet, pixelWord } from '../frontend/datasets/make-files.ts';
import { aroundNeurons, STEPS, WIDTH } from '../frontend/onnx/support/importing.ts';
import { loopLif, unrolledLif } from '../frontend/onnx/support/lif.ts';
import { inIrVersion3, inOpset } from '../frontend/onnx/support/rewrite.ts';
import { type Shape, SpikeScrMaker } from '../frontend/onnx/support/spike-scr.ts';
import { type Step, stepped } from '../frontend/onnx/support/step.ts';
import { readExported } from '../frontend/onnx/support/variants.ts';
import { integratorsNir, recurrentNet, recurrentNir, spatialNet, spatialNir } from './networks.ts';

const CORPUS = fileURLToPath(new URL('corpus', import.meta.url));
const shape: Shape = { steps: 5, inputs: 4, width: 8, heads: 2, depth: 1, classes: 3, form: 'custom', published: true };
const UNITS = 700;

const lists = (lengths: readonly number[], value: (i: number) => number): number[][] =>
  lengths.map((length) => Array.from({ length }, (_, i) => value(i)));

function events(): Uint8Array {
  const lengths = [24, 0, 9];
  return writeHdf5({
    spikes: {
      group: {
        times: { lists: lists(lengths, (i) => i / 32), type: 'float16' },
        units: { lists: lists(lengths, (i) => (i * 97) % UNITS), type: 'uint16' },
      },
    },
    labels: { numbers: [0, 1, 2], type: 'uint16', shape: [3] },
    extra: { group: { keys: { texts: ['ja', 'nein', 'weiss'], size: 6 } } },
  });
}

/** NIRData: an input of events and what a population fired. */
function recordings(): Promise<Uint8Array> {
  const raster = (count: number) => Int32Array.from({ length: 2 * count }, (_, i) => (i % 2 === 0 ? Math.floor(i / 6) % 5 : i % 4));
  const spikes = [0, 1, 2].map((clip) => [clip, raster(9 - 4 * clip)] as const);
  const recording = { clips: 3, steps: shape.steps, timestepS: 0.2, sizeOf: (name: string) => (name === 'input' ? shape.inputs : 8) };
  return encodeNirData(
    new Map([
      ['input', spikes],
      ['hidden', spikes.slice(1)],
    ]),
    recording,
  );
}

const values = Float32Array.from({ length: 3 * shape.steps * shape.inputs }, (_, i) => (i * 7) % 4);

function dense(): Uint8Array {
  const features: Item = { numbers: [...values], type: 'float32', shape: [3, shape.steps, shape.inputs] };
  return writeHdf5({ features, labels: { numbers: [0, 1, 2], type: 'int64', shape: [3] } });
}

/** By the HDF5 library itself: chunks and filters, in the first file format and in the last one (which has checksums). */
async function compressed(libver: 'earliest' | 'latest'): Promise<Uint8Array> {
  const { FS } = await ready;
  const file = new H5File('made.h5', 'w', { libver });
  const size = [3, shape.steps, shape.inputs];
  file.create_dataset({ name: 'features', data: values, shape: size, chunks: [1, shape.steps, shape.inputs], compression: 'gzip' });
  file.create_dataset({ name: 'labels', data: Int32Array.of(0, 1, 2), shape: [3] });
  file.close();
  return FS.readFile('made.h5');
}

function npy(descr: string, dims: string, data: ArrayBufferView): Uint8Array {
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${dims}, }`.padEnd(117, ' ').concat('\n');
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return Uint8Array.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length & 255, 0, ...new TextEncoder().encode(header), ...bytes]);
}

/** Of a camera of 2 x 1 pixels, in the frames of a second. */
const pixels = Array.from({ length: 20 }, (_, i) => [i % 2, 0, (i >> 1) % 2, 50_000 * i] as const);

const csv = (): Uint8Array => {
  const rows = pixels.map(([x, , , us], i) => `${i >> 3},${i >> 3},${us / 1e6},${175 * (2 * (i % 2) + x)}`);
  return new TextEncoder().encode(['clip,label,t,unit', ...rows, ''].join('\n'));
};

const archive = (): Uint8Array =>
  zipSync(
    {
      'features.npy': npy('<f4', `(3, ${shape.steps}, ${shape.inputs})`, values),
      'labels.npy': npy('<i8', '(3,)', BigInt64Array.of(0n, 1n, 2n)),
    },
    { level: 6, mtime: '2020-01-01' },
  );

/** The model with its weights in another file, and that file. */
function withExternalWeights(bytes: Uint8Array): { model: Uint8Array; weights: Uint8Array } {
  const model = decodeModel(bytes, 'made.onnx');
  const parts: Uint8Array[] = [];
  let offset = 0;
  const initializers = model.graph.initializers.map(({ rawData = new Uint8Array(), ...tensor }): OnnxTensor => {
    const entries = { location: 'weights.bin', offset: String(offset), length: String(rawData.length) };
    parts.push(rawData);
    offset += rawData.length;
    return { ...tensor, dataLocation: 1, externalData: Object.entries(entries).map(([key, value]) => ({ key, value })) };
  });
  return { model: encodeModel({ ...model, graph: { ...model.graph, initializers } }), weights: Buffer.concat(parts) };
}

/** A neuron of two states with reset at the next step, as snnTorch's Synaptic. */
const synaptic: Step = (graph, row, [current, potential]) => {
  const times = (factor: number, value: string): string => graph.one('Mul', [graph.scalar(factor), value]);
  const fires = (value: string): string => graph.one('Cast', [graph.one('Greater', [value, graph.scalar(1)])], { to: DataType.float });
  const reset = fires(potential);
  const nextCurrent = graph.one('Add', [times(0.5, current), row]);
  const next = graph.one('Sub', [graph.one('Add', [times(0.75, potential), nextCurrent]), reset]);
  return { spikes: fires(next), next: [nextCurrent, next] };
};

const made = (change: Partial<Shape>): Uint8Array => new SpikeScrMaker({ ...shape, ...change }).make();
const external = withExternalWeights(made({}));

const MAKERS: Readonly<Record<string, () => Uint8Array | Promise<Uint8Array>>> = {
  'compressed.h5': () => compressed('earliest'),
  'corrected.onnx': () => inIrVersion3(made({ published: false, expansion: 2, normed: true })),
  'custom.onnx': () => made({}),
  'dense.h5': dense,
  'dense.npy': () => npy('<f4', `(3, ${shape.steps}, ${shape.inputs})`, values),
  'dense.npz': archive,
  'dvs2.aedat': () => aedat2(pixels.map(([x, , p, us]) => [((127 - x) << 1) | (1 - p), us])),
  'dvs3.aedat': () =>
    aedat3([
      packet(0, [[0, 0]]),
      packet(
        1,
        pixels.map(([x, y, p, us]) => [pixelWord(x, y, p), us]),
      ),
    ]),
  'events.csv': csv,
  'events.h5': events,
  'external.bin': () => external.weights,
  'external.onnx': () => external.model,
  'integrators.nir': integratorsNir,
  'late-layers.onnx': () => readExported('late-layers.unrolled'),
  'leaky-read-out.onnx': () => readExported('leaky-read-out.unrolled'),
  'lif.onnx': () => aroundNeurons((graph, x) => loopLif(graph, x, STEPS, WIDTH, { reset: 'soft' })),
  'loop.onnx': () => made({ form: 'loop' }),
  'network-loop.onnx': () => readExported('recurrent.loop'),
  'network-sequence.onnx': () => readExported('recurrent.loop-seq'),
  'newest.h5': () => compressed('latest'),
  'nmnist.bin': () => nmnist(pixels),
  'opset11.onnx': () =>
    inOpset(
      aroundNeurons((graph, x) => loopLif(graph, x, STEPS, WIDTH, { collect: 'sequence', reset: 0.25, initial: 0.25 })),
      11,
    ),
  'published.onnx': () => made({ verbose: true }),
  'recordings.h5': recordings,
  'recurrent.net': recurrentNet,
  'recurrent.nir': recurrentNir,
  'rows.onnx': () => aroundNeurons((graph, x) => loopLif(graph, x, STEPS, WIDTH, { collect: 'scan', choose: 'where' })),
  'scan.onnx': () => made({ form: 'scan-operator' }),
  'sound.wav': () => chirp(400, 16_000),
  'spatial.net': spatialNet,
  'spatial.nir': spatialNir,
  'synaptic.onnx': () => aroundNeurons((graph, x) => stepped('loop', graph, x, { steps: STEPS, width: WIDTH }, [0, 0], synaptic)),
  'unrolled.onnx': () => aroundNeurons((graph, x) => unrolledLif(graph, graph.one('MatMul', [unrolledLif(graph, x, STEPS), 'w']), STEPS)),
};

/** The HDF5 library writes the time of day into what it makes. */
const TIMED = new Set(['compressed.h5', 'integrators.nir', 'newest.h5', 'recurrent.net', 'recurrent.nir', 'spatial.net', 'spatial.nir']);

/** `UPDATE=1 npx vitest run test/fuzz/corpus` writes them anew. */
describe('the corpus', () => {
  it.each(Object.keys(MAKERS))('%s is what its maker makes', async (name) => {
    const bytes = await MAKERS[name]();
    if (process.env.UPDATE === '1') {
      mkdirSync(CORPUS, { recursive: true });
      writeFileSync(join(CORPUS, name), bytes);
    }
    const found = readFileSync(join(CORPUS, name));
    const same = TIMED.has(name) ? found.length === bytes.length : found.equals(bytes);
    expect(same, `${name} differs: UPDATE=1 writes it anew`).toBe(true);
  });

  it('has nothing else, and is small', () => {
    expect(readdirSync(CORPUS).sort()).toEqual(Object.keys(MAKERS));
    const sizes = readdirSync(CORPUS).map((name) => readFileSync(join(CORPUS, name)).length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(600_000);
  });
});
