import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { compileModel, runModel, simulateCompiled } from '../../../src/compile.ts';
import type { Diagnostic } from '../../../src/diagnostics/index.ts';
import { openOnnxRuntime } from '../../../src/frontend/onnx/onnx-runtime.ts';
import type { ChipModel } from '../../../src/ir/chip-model.ts';
import type { Clip } from '../../../src/ir/clip.ts';
import { nodeId } from '../../../src/ir/ids.ts';
import type { Network } from '../../../src/ir/network.ts';
import { loadNetwork } from '../../../src/ir/network-io.ts';
import type { IntegerNeuron } from '../../../src/ir/neuron.ts';
import { createChipSimulator } from '../../../src/simulator/loihi/index.ts';
import { simulateNetwork } from '../../../src/simulator/reference/index.ts';
import { LOIHI1 } from '../../../src/targets/loihi/chips/loihi1.ts';
import { LOIHI2 } from '../../../src/targets/loihi/chips/loihi2.ts';
import type { CoreImage } from '../../../src/targets/loihi/images/core-image.ts';
import { packRegisters } from '../../../src/targets/loihi/images/layout.ts';
import { compartmentReset } from '../../../src/targets/loihi/images/registers.ts';
import { loihiTarget } from '../../../src/targets/loihi/index.ts';
import { type Random, randomBelow, seededRandom } from '../../../src/targets/mapping/random.ts';
import { STEPS as ONNX_STEPS, WIDTH } from '../../frontend/onnx/support/importing.ts';
import { leaky, twoLayers } from '../../frontend/onnx/support/leaky.ts';
import { npzOf } from '../../support/npz.ts';
import { compileOptions, runOptions } from '../../support/run-options.ts';
import { asBytes, edit } from '../files.ts';
import { context, dense, evenWeights, input, LIF, population, projection, readout, scheduled } from '../networks.ts';

const STEPS = 40;
const INPUTS = 5;
const SIZE = 9;

/** In -> p, which feeds back to itself -> out; every neuron of p has registers of its own, or all have the same. */
function recurrent(random: Random, each: boolean): Network {
  const drawn = (least: number, most: number) => (): number => least + randomBelow(random, most - least + 1);
  const perNeuron = (draw: () => number) => (each ? Float64Array.from({ length: SIZE }, draw) : draw());
  const neuron: IntegerNeuron = {
    ...LIF,
    currentDecay: perNeuron(drawn(2000, 4095)),
    voltageDecay: perNeuron(drawn(0, 1500)),
    thresholdMantissa: drawn(20, 200)(),
    resetAmount: perNeuron(drawn(1, 20000)),
    ...(randomBelow(random, 2) === 0 ? { tie: 'ge' } : {}),
  };
  const bias = Int32Array.from({ length: SIZE }, drawn(-400, 800));
  return scheduled(
    [input('in', INPUTS), population('p', SIZE, { neuron, bias }), readout('out', 2)],
    [
      projection('in', 'p', dense(INPUTS, SIZE, evenWeights(random, INPUTS * SIZE, 120))),
      projection('p', 'p', dense(SIZE, SIZE, evenWeights(random, SIZE * SIZE, 60)), { delaySteps: 1 }),
      projection('p', 'out', dense(SIZE, 2, evenWeights(random, SIZE * 2))),
    ],
    'out',
    STEPS,
  );
}

function clipFor(random: Random): Clip {
  const features = Float32Array.from({ length: STEPS * INPUTS }, () => randomBelow(random, 4));
  return { steps: STEPS, channels: INPUTS, features, valid: new Uint8Array(STEPS).fill(1), label: null };
}

/** What a spike leaves of a potential; the rule under test, and wrong ones. */
type Leaves = (v: bigint, amount: bigint, threshold: bigint) => bigint;
const subtracted: Leaves = (v, amount) => v - amount;
const WRONG: readonly (readonly [string, Leaves])[] = [
  ['sets the potential to 0', () => 0n],
  ['takes away the threshold', (v, _, threshold) => v - threshold],
  ['takes away a unit more', (v, amount) => v - amount - 1n],
  ['takes away 64 units less', (v, amount) => v - amount + 64n],
  ['leaves nothing above the threshold', (v, amount, threshold) => (v - amount < threshold ? v - amount : threshold)],
  ['leaves nothing below 0', (v, amount) => (v - amount > 0n ? v - amount : 0n)],
];

/** The equations of docs/ir.md on unbounded integers, for `recurrent`: [step, neuron] of every spike, and the potentials at the end. */
function derive(network: Network, clip: Clip, leaves: Leaves) {
  const p = network.nodes.find(({ id }) => id === 'p');
  if (p?.kind !== 'population' || p.neuron.parameters !== 'integer') throw new Error('no p');
  const { neuron, bias } = p;
  const [within, back] = network.projections.map(({ synapses }) => (synapses.kind === 'dense' ? synapses.weights : []));
  const of = (value: number | Float64Array | undefined, n: number): bigint => BigInt((typeof value === 'object' ? value[n] : value) ?? 0);
  const decay = (x: bigint, k: bigint): bigint => (x < 0n ? -((-x * (4096n - k)) >> 12n) : (x * (4096n - k)) >> 12n);
  const [u, v] = [new Array<bigint>(SIZE).fill(0n), new Array<bigint>(SIZE).fill(0n)];
  const threshold = 64n * BigInt(neuron.thresholdMantissa);
  const spikes: number[] = [];
  let before: readonly number[] = [];
  for (let t = 0; t < STEPS; t++) {
    const fired: number[] = [];
    for (let n = 0; n < SIZE; n++) {
      let a = 0n;
      for (let i = 0; i < INPUTS; i++) a += BigInt(clip.features[t * INPUTS + i]) * BigInt(within[i * SIZE + n]);
      for (const m of before) a += BigInt(back[m * SIZE + n]);
      u[n] = decay(u[n], of(neuron.currentDecay, n) + 1n) + 64n * a;
      v[n] = decay(v[n], of(neuron.voltageDecay, n)) + u[n] + BigInt(bias?.[n] ?? 0);
      if (v[n] > threshold || (neuron.tie === 'ge' && v[n] === threshold)) {
        fired.push(n);
        spikes.push(t, n);
        v[n] = leaves(v[n], of(neuron.resetAmount, n), threshold);
      }
    }
    before = fired;
  }
  return { spikes, v: v.map(Number) };
}

/** The chip's spikes and last potentials, from what it was emitted. */
async function onChip(network: Network, chip: ChipModel, clip: Clip) {
  const target = loihiTarget(chip);
  const mapping = target.map(network, context(network));
  const files = asBytes(target.emit(mapping));
  const loaded = await target.load(files);
  expect(isDeepStrictEqual(loaded, mapping) && isDeepStrictEqual(asBytes(target.emit(loaded)), files)).toBe(true);
  const { cores } = loaded.program;
  const groups = cores.flatMap((core, c) => core.groups.map((group) => ({ c, ...group }))).filter(({ population: name }) => name === 'p');
  const last = new Array<number>(SIZE).fill(Number.NaN);
  const simulator = createChipSimulator(loaded.program, chip);
  const trace = simulator.run(clip, {
    record: true,
    probe: (_, step, c, __, v) => {
      for (const group of groups) {
        if (group.c !== c || step !== group.start + group.steps - 1) continue;
        for (let k = 0; k < group.count; k++) last[group.firstNeuron + k] = v[group.first + k];
      }
    },
  });
  return {
    spikes: Array.from(trace.rasters.get(nodeId('p')) ?? []),
    v: last,
    groups: groups.length,
    wraps: trace.populations.get(nodeId('p'))?.wraps,
  };
}

describe('soft resets on loihi2', () => {
  it('take away what they say, in whole numbers, and no wrong rule does', async () => {
    const caught = new Map(WRONG.map(([name]) => [name, 0]));
    let [spikes, inARow] = [0, 0];
    for (let seed = 1; seed <= 12; seed++) {
      const random = seededRandom(seed);
      const [network, clip] = [recurrent(random, seed % 2 === 0), clipFor(random)];
      const { groups, wraps, ...found } = await onChip(network, LOIHI2, clip);
      expect(found).toEqual(derive(network, clip, subtracted));
      expect(groups).toBe(seed % 2 === 0 ? SIZE : 1);
      expect(wraps).toBe(0);
      spikes += found.spikes.length / 2;
      for (let k = 0; k < found.spikes.length; k += 2)
        for (let j = k + 2; j < found.spikes.length && found.spikes[j] <= found.spikes[k] + 1; j += 2)
          if (found.spikes[j] === found.spikes[k] + 1 && found.spikes[j + 1] === found.spikes[k + 1]) inARow++;
      for (const [name, wrong] of WRONG) {
        if (!isDeepStrictEqual(derive(network, clip, wrong), found)) caught.set(name, (caught.get(name) ?? 0) + 1);
      }
    }
    expect(spikes).toBeGreaterThan(500);
    // What is left above the threshold fires again.
    expect(inARow).toBeGreaterThan(100);
    expect(Math.min(...caught.values())).toBeGreaterThan(0);
  });

  it('count potentials that leave their bits, on the chip and before', async () => {
    const neuron: IntegerNeuron = { ...LIF, voltageDecay: 0, resetAmount: 6400 };
    const loud = scheduled(
      [input('in', INPUTS), population('p', SIZE, { neuron }), readout('out', 2)],
      [
        projection('in', 'p', dense(INPUTS, SIZE, new Int16Array(INPUTS * SIZE).fill(254)), { weightExponent: 4 }),
        projection('p', 'out', dense(SIZE, 2, new Int16Array(SIZE * 2).fill(2))),
      ],
      'out',
      STEPS,
    );
    const clip = clipFor(seededRandom(1));
    const { wraps, v } = await onChip(loud, LOIHI2, clip);
    expect(wraps).toBeGreaterThan(SIZE);
    expect(simulateNetwork(loud, clip).ranges.get(nodeId('p'))?.overflows).toBe(wraps);
    expect(Math.max(...v)).toBeLessThan(2 ** 23);
  });
});

describe('the image of soft resets', () => {
  const network = recurrent(seededRandom(2), true);
  const target = loihiTarget(LOIHI2);
  const files = asBytes(target.emit(target.map(network, context(network))));
  const told = async (resets: readonly number[] | string | null): Promise<string> => {
    const changed = edit(files, 'chip/core-000.json', (json) => {
      const image = json as unknown as { -readonly [Key in keyof CoreImage]: CoreImage[Key] };
      const registers = (amounts: readonly number[]) => amounts.map((amount) => ({ amount }));
      if (resets === null) delete image.compartmentResets;
      else image.compartmentResets = typeof resets === 'string' ? resets : packRegisters(compartmentReset(LOIHI2), registers(resets));
    });
    const error: unknown = await target.load(changed).then(
      (mapping) => createChipSimulator(mapping.program, LOIHI2),
      (thrown: unknown) => thrown,
    );
    const { diagnostics } = error as { diagnostics?: readonly { code: string; message: string; notes: readonly string[] }[] };
    return diagnostics === undefined ? 'read' : `${diagnostics[0].code}: ${diagnostics[0].message} (${diagnostics[0].notes[0]})`;
  };

  it('is refused where it is damaged', async () => {
    expect(await told('AAAA')).toBe(
      'program-malformed: `compartmentResets` ends within a word: 3 bytes (allowed: words of 32 bits in base64)',
    );
    expect(await told([1, 2])).toBe(
      'program-malformed: `compartmentResets` has 2 registers (allowed: 9, one for each compartment profile)',
    );
    expect(await told(new Array(10).fill(1))).toMatch(/^program-malformed: `compartmentResets` has 10 registers/);
    expect(await told(new Array(9).fill(0))).toMatch(/^program-malformed: `compartmentResets` has nothing in it/);
    expect(await told(btoa('\x01\0\x80\0'.repeat(9)))).toBe(
      'program-malformed: `compartmentResets[0]` has bits set that no field uses (allowed: zeros there)',
    );
    expect(await told([...new Array(8).fill(1), 2 ** 23 - 1])).toBe('read');
    // Nothing is lost by leaving it out but the resets: the program is another, and a sound one.
    expect(await told(null)).toBe('read');
  });
});

describe('loihi1', () => {
  it('refuses them, and says what can hold them', () => {
    const target = loihiTarget(LOIHI1);
    const [{ code, message, notes, help }] = target.check(recurrent(seededRandom(1), false));
    expect([code, message]).toEqual(['operation-unsupported', 'p resets by subtraction, and a spike of loihi1 sets the potential to 0']);
    expect(notes.join('\n')).toMatch(/compile for loihi2 \(--target loihi2\): it fits on \d+ cores/);
    expect(help).toContain('loihi2');
  });
});

describe('a network of snnTorch', () => {
  const compiled = (bytes: Uint8Array) => compileModel(bytes, compileOptions('made.onnx', 'loihi2'));
  const clips = Array.from({ length: 20 }, (_, seed): Clip => {
    const features = Float32Array.from({ length: ONNX_STEPS * WIDTH }, (_v, i) => ((i * 7919 + seed * 104729) % 13) >> 2);
    return { steps: ONNX_STEPS, channels: WIDTH, features, valid: new Uint8Array(ONNX_STEPS).fill(1), label: null };
  });

  /** Spikes of both layers and logits: on the chip, in float, and (logits) in ONNX Runtime. */
  async function compare(bytes: Uint8Array) {
    const { network, files, target } = await compiled(bytes);
    const { program } = await target.load(asBytes(files));
    if (program.kind !== 'loihi' || target.chip.family !== 'loihi') throw new Error(program.kind);
    const simulator = createChipSimulator(program, target.chip);
    const lowered = await loadNetwork(new TextDecoder().decode(asBytes(files).get('lowered.json')), 'lowered.json');
    const reference = await openOnnxRuntime(bytes, { file: 'made.onnx' });
    const layers = network.nodes.flatMap((node) => (node.kind === 'population' ? [node] : []));
    let [spikes, differ] = [0, 0];
    const logits: number[] = [];
    for (const clip of clips) {
      const float = simulateNetwork(network, clip);
      const quantized = simulateNetwork(lowered, clip);
      const trace = simulator.run(clip, { record: true });
      for (const { id, size } of layers) {
        const raster = new Uint8Array(ONNX_STEPS * size);
        const pairs = trace.rasters.get(id) ?? [];
        for (let k = 0; k < pairs.length; k += 2) raster[pairs[k] * size + pairs[k + 1]] = 1;
        expect(Array.from(quantized.streams.get(id) ?? [])).toEqual(Array.from(raster));
        spikes += raster.reduce((sum, value) => sum + value, 0);
        differ += raster.filter((value, i) => value !== float.streams.get(id)?.[i]).length;
      }
      const expected = await reference.run(clip);
      logits.push(...expected.map((value, i) => Math.abs(value - trace.readout[i] * program.readout.scale)));
    }
    await reference.close();
    return { lowered, spikes, differ, logits: Math.max(...logits) };
  }

  it('computes on loihi2 what ONNX Runtime computes, where all numbers are powers of two', async () => {
    const found = await compare(twoLayers('unrolled', [0], leaky(0.5, 1, 'subtract')));
    expect(found.spikes).toBeGreaterThan(400);
    expect(found).toMatchObject({ differ: 0, logits: 0 });
    for (const node of found.lowered.nodes)
      if (node.kind === 'population' && node.neuron.parameters === 'integer') expect(node.neuron.resetAmount).toBe(2 * node.neuron.unit);
  });

  it('fires nearly all spikes of float where they are not', async () => {
    const { spikes, differ } = await compare(twoLayers('loop', [0], leaky(0.9, 0.75, 'subtract')));
    expect(spikes).toBeGreaterThan(500);
    expect(differ).toBeLessThan(0.02 * spikes);
  });

  it('has units that the data of a run leave room for', async () => {
    // Without a leak, and with more than a threshold in each step, potentials grow as long as the clip lasts.
    const bytes = twoLayers('unrolled', [0], leaky(1, 0.125, 'subtract'));
    const data = npzOf({ features: { shape: [2, ONNX_STEPS, WIDTH], values: new Float32Array(2 * ONNX_STEPS * WIDTH).fill(12) } });
    const warnings: Diagnostic[] = [];
    const report = (diagnostic: Diagnostic) => warnings.push(diagnostic);
    const options = { ...runOptions('made.onnx', 'loud.npz', 'loihi2'), report };
    const { files } = await compiled(bytes);
    await simulateCompiled(asBytes(files), data, { ...options, folder: 'out', level: 'chip' });
    expect(warnings.map(({ code }) => code)).toContain('state-wrapped');
    expect(warnings.find(({ code }) => code === 'state-wrapped')?.message).toMatch(/^input currents or potentials of /);
    warnings.length = 0;
    const run = await runModel(bytes, data, options);
    expect(warnings.map(({ code }) => code)).not.toContain('state-wrapped');
    expect(run.report.mapping.scaleRule).toContain('units made smaller where loud.npz left the state registers');
  });
});
