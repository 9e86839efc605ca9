import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileModel } from '../../../../src/compile.ts';
import { DiagnosticError } from '../../../../src/diagnostics/index.ts';
import type { ChipModel } from '../../../../src/ir/chip-model.ts';
import type { Clip } from '../../../../src/ir/clip.ts';
import type { Mapping } from '../../../../src/ir/mapping.ts';
import { channelsOf } from '../../../../src/ir/model-facts.ts';
import type { NetworkNode } from '../../../../src/ir/network.ts';
import { deploymentOf } from '../../../../src/pipeline/deployment.ts';
import { exportSanaFe } from '../../../../src/pipeline/export-sana-fe.ts';
import { createChipSimulator } from '../../../../src/simulator/loihi/index.ts';
import { Routes } from '../../../../src/simulator/noc/mesh.ts';
import { emulate } from '../../../../src/simulator/sana-fe/emulate.ts';
import { firstNeurons } from '../../../../src/simulator/sana-fe/net.ts';
import { LOIHI2 } from '../../../../src/targets/loihi/chips/loihi2.ts';
import { loihiTarget } from '../../../../src/targets/loihi/index.ts';
import { randomBelow, seededRandom } from '../../../../src/targets/mapping/random.ts';
import { compileOptions } from '../../../support/run-options.ts';
import { withLimits } from '../../chips.ts';
import {
  chain,
  context,
  dense,
  evenWeights,
  input,
  LIF,
  miniature,
  oneToOne,
  population,
  projection,
  readout,
  scheduled,
} from '../../networks.ts';
import { readSanaFe } from './read-yaml.ts';

const STEPS = 9;

/** Layers in a row, with biases, leaks, resets and ties of every kind. */
function row(sizes: readonly number[], seed: number) {
  const random = seededRandom(seed);
  const nodes: NetworkNode[] = [input('in', 6)];
  const projections = sizes.map((size, i) => {
    const source = nodes[i];
    const thresholdMantissa = 100 + randomBelow(random, 60);
    nodes.push(
      population(`layer ${i}.x`, size, {
        neuron: {
          ...LIF,
          voltageDecay: [4096, 2048, 1000, 0][randomBelow(random, 4)],
          thresholdMantissa,
          ...(seed % 2 ? { tie: 'ge' as const } : {}),
          // What a soft reset of SANA-FE takes away.
          ...(seed % 3 ? {} : { resetAmount: thresholdMantissa * 64 - (seed % 2) }),
        },
        bias: randomBelow(random, 3) === 0 ? null : Int32Array.from({ length: size }, () => 8 * randomBelow(random, 400) - 800),
      }),
    );
    return projection(source.id, nodes[i + 1].id, dense(source.size, size, evenWeights(random, source.size * size, 160)), {
      weightExponent: randomBelow(random, 2),
    });
  });
  const last = nodes[nodes.length - 1];
  projections.push(projection(last.id, 'out', dense(last.size, 3, evenWeights(random, last.size * 3))));
  return scheduled([...nodes, readout('out', 3, { bias: Int32Array.from([64, -640, 8188]) })], projections, 'out', STEPS);
}

const binaryClip = (channels: number, seed: number, most = 1, steps = STEPS): Clip => {
  const random = seededRandom(seed);
  const features = Float32Array.from({ length: steps * channels }, () => randomBelow(random, most + 1));
  return { steps, channels, features, valid: new Uint8Array(steps).fill(1), label: null };
};

/** Spikes [population, chip step, neuron] and synaptic events of the chip, and of SANA-FE on the exported files. */
function runBoth(mapping: Mapping, chip: ChipModel, clip: Clip) {
  const trace = createChipSimulator(mapping.program, chip).run(clip, { record: true });
  const groupOf = (name: string) => mapping.program.cores.flatMap((core) => core.groups).find(({ population }) => population === name);
  const onChip = [...trace.rasters].flatMap(([name, raster]) => {
    const start = groupOf(name)?.start ?? 0;
    return Array.from({ length: raster.length / 2 }, (_, k) => `${name.replace(/\W/g, '_')} ${start + raster[2 * k]} ${raster[2 * k + 1]}`);
  });
  const events = [...trace.populations.values()].reduce((sum, { synapticEvents }) => sum + synapticEvents, 0);

  const [arch, text] = exportSanaFe(deploymentOf(mapping, chip), clip).map(({ content }) => String(content));
  const [{ steps }] = mapping.program.segments;
  const net = readSanaFe(arch, text, steps);
  const first = firstNeurons(net.groups);
  const kept = new Set(net.groups.flatMap(({ name }, g) => (name.startsWith('keep_') ? [g] : [])));
  const emulated: string[] = [];
  let sops = 0;
  emulate(net, new Routes(net.chip.mesh), ({ step, firedNeurons, senders, synapses }) => {
    const groupIndex = (neuron: number): number => first.findLastIndex((start) => start <= neuron);
    for (const neuron of firedNeurons) {
      const g = groupIndex(neuron);
      if (net.groups[g].kind === 'lif') emulated.push(`${net.groups[g].name} ${step - 1} ${neuron - first[g]}`);
    }
    synapses.forEach((count, m) => {
      if (!kept.has(groupIndex(senders[m]))) sops += count;
    });
    return true;
  });
  return { onChip: onChip.sort(), emulated: emulated.sort(), events, sops, cores: mapping.program.cores.length };
}

describe('a program as files of SANA-FE', () => {
  it('fires as the chip does, with as many synaptic events, whatever the layers and however they are cut', () => {
    let spikes = 0;
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 3 }),
        fc.nat(1000),
        fc.boolean(),
        (sizes, seed, cut) => {
          const chip = cut ? withLimits({ compartmentsPerCore: 5 }) : LOIHI2;
          const network = row(sizes, seed);
          const both = runBoth(loihiTarget(chip).map(network, context(network)), chip, binaryClip(6, seed));
          expect(both.emulated).toEqual(both.onChip);
          expect(both.sops).toBe(both.events);
          spikes += both.onChip.length;
        },
      ),
      { numRuns: 15, seed: 11 },
    );
    expect(spikes).toBeGreaterThan(200);
  });

  it.each(['loihi1', 'loihi2'])('fires as %s does on a model of three layers; counts are digits on loihi1', async (name) => {
    const model = readFileSync(new URL('../../../fuzz/corpus/unrolled.onnx', import.meta.url));
    const options = compileOptions('unrolled.onnx', name);
    const { mapping, target, network } = await compileModel(model, options);
    const deployment = deploymentOf(mapping, target.chip);
    if (deployment.kind !== 'loihi') throw new Error('not a Loihi program');
    const clips = Array.from({ length: 20 }, (_, seed) =>
      binaryClip(channelsOf(network), seed, name === 'loihi1' ? 9 : 1, network.timesteps),
    );
    const spikes = clips.map((clip) => {
      const both = runBoth(deployment.mapping, deployment.chip, clip);
      expect(both.emulated).toEqual(both.onChip);
      expect(both.sops).toBe(both.events);
      return both.onChip.length;
    });
    expect(Math.max(...spikes)).toBeGreaterThan(10);
  });

  it('without a clip has inputs that do not fire', () => {
    const network = row([4], 2);
    const mapping = loihiTarget(LOIHI2).map(network, context(network));
    const [, text] = exportSanaFe(deploymentOf(mapping, LOIHI2), null).map(({ content }) => String(content));
    expect(text).toContain('- {"0":{"spikes":[]}}');
  });

  const refused = (network: ReturnType<typeof row>, chip: ChipModel, clip: Clip | null): readonly string[] => {
    const mapping = loihiTarget(chip).map(network, context(network));
    try {
      exportSanaFe(deploymentOf(mapping, chip), clip);
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      expect(error.diagnostics.every(({ code }) => code === 'sana-fe-unsupported')).toBe(true);
      return error.diagnostics.map(({ message }) => message);
    }
    throw new Error('it was written');
  };

  it('refuses what SANA-FE has not, all of it at once', () => {
    const found = refused(miniature({ steps: 4, heads: 1, width: 2, seed: 1 }), LOIHI2, null).join('\n');
    for (const what of ['runs in', 'is made by the embedded processor (rotary)', 'has a gate', 'has fast weights', 'with a delay']) {
      expect(found).toContain(what);
    }
  });

  it('refuses counts, currents, early spikes and costs that nobody knows', () => {
    expect(refused(chain(STEPS), LOIHI2, binaryClip(2, 1, 2))).toEqual([expect.stringContaining('has the value 2 at step')]);
    const current = scheduled(
      [input('in', 2), population('p', 2, { neuron: { ...LIF, currentDecay: 100 } }), readout('out', 2)],
      [projection('in', 'p', oneToOne(2)), projection('p', 'out', oneToOne(2))],
      'out',
      STEPS,
    );
    expect(refused(current, LOIHI2, null)).toEqual([expect.stringContaining('p has a synaptic current')]);
    const subtracts = scheduled(
      [input('in', 2), population('p', 2, { neuron: { ...LIF, resetAmount: 6401 } }), readout('out', 2)],
      [projection('in', 'p', oneToOne(2)), projection('p', 'out', oneToOne(2))],
      'out',
      STEPS,
    );
    expect(refused(subtracts, LOIHI2, null)).toEqual([expect.stringContaining('p subtracts something else than what it fires above')]);
    const eager = scheduled(
      [input('in', 2), population('p', 2), population('q', 2, { bias: Int32Array.from([0, 6464]) }), readout('out', 2)],
      [projection('in', 'p', oneToOne(2)), projection('p', 'q', oneToOne(2)), projection('q', 'out', oneToOne(2))],
      'out',
      STEPS,
    );
    expect(refused(eager, LOIHI2, null)).toEqual([expect.stringContaining('neuron 1 of q fires by its bias alone')]);
    const open = { ...LOIHI2, energy: { ...LOIHI2.energy, hopVertical: { ...LOIHI2.energy.hopVertical, value: null } } };
    expect(refused(chain(STEPS), open, null)).toEqual([expect.stringContaining('energy.hopVertical')]);
  });
});
