import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Clip } from '../../../src/ir/clip.ts';
import { createChipSimulator } from '../../../src/simulator/loihi/index.ts';
import { LOIHI2 } from '../../../src/targets/loihi/chips/loihi2.ts';
import { buildProgram, group, type TestSynapse } from './build-program.ts';

interface GoldenGroup {
  readonly name: string;
  readonly n: number;
  readonly du: number;
  readonly dv: number;
  readonly vth_mant: number;
  readonly bias_mant: number | readonly number[];
  readonly bias_exp: number;
}
interface GoldenProbe {
  readonly neurons: readonly number[];
  readonly values: readonly (readonly number[])[];
}
interface Golden {
  readonly T: number;
  readonly inputs: readonly { readonly name: string; readonly n: number; readonly events: readonly (readonly [number, number])[] }[];
  readonly groups: readonly GoldenGroup[];
  readonly synapses: readonly {
    readonly src: string;
    readonly dst: string;
    readonly weight_exp: number;
    readonly weights: readonly (readonly number[])[];
    readonly weights_used: 'same as weights' | readonly (readonly number[])[];
    readonly delays?: readonly (readonly number[])[];
  }[];
  readonly expected: {
    readonly spikes: Readonly<Record<string, readonly (readonly [number, number])[]>>;
    readonly u: Readonly<Record<string, GoldenProbe>>;
    readonly v: Readonly<Record<string, GoldenProbe>>;
  };
}

/** Each group on a core of its own, so that lock-step across cores is tested too; a read-out that listens to nothing stands beside. */
function simulate(golden: Golden) {
  const coreOf = new Map(golden.groups.map((g, index) => [g.name, index]));
  const synapses: TestSynapse[] = golden.synapses.flatMap((projection) => {
    const weights = projection.weights_used === 'same as weights' ? projection.weights : projection.weights_used;
    const from = coreOf.has(projection.src) ? projection.src : 'features';
    const core = coreOf.get(projection.dst) ?? -1;
    return weights[0].flatMap((_, neuron) =>
      weights.map((row, compartment) => ({
        from,
        neuron,
        core,
        compartment,
        weight: row[neuron],
        exponent: projection.weight_exp,
        delay: projection.delays?.[compartment][neuron] ?? 0,
      })),
    );
  });
  const [input] = golden.inputs;
  const program = buildProgram({
    segments: [{ kind: 'run', steps: golden.T, injections: [{ stream: 'features', start: 0, steps: golden.T, size: input.n }] }],
    cores: [
      ...golden.groups.map((g, index) => ({
        tile: index * 5,
        groups: [
          group({
            population: g.name,
            first: 0,
            count: g.n,
            steps: golden.T,
            currentDecay: g.du,
            voltageDecay: g.dv,
            thresholdMantissa: g.vth_mant,
          }),
        ],
        bias: typeof g.bias_mant === 'number' ? new Array<number>(g.n).fill(g.bias_mant) : g.bias_mant,
        biasExponent: g.bias_exp,
      })),
      { groups: [group({ population: 'readout', first: 0, count: 1, steps: golden.T, role: 'readout' })] },
    ],
    synapses,
    readout: 'readout',
  });
  const features = new Float32Array(golden.T * input.n);
  for (const [t, i] of input.events) features[t * input.n + i] = 1;
  const clip: Clip = { steps: golden.T, channels: input.n, features, valid: new Uint8Array(golden.T).fill(1), label: null };
  const u = golden.groups.map((): number[][] => []);
  const v = golden.groups.map((): number[][] => []);
  const probe = (_segment: number, _step: number, core: number, coreU: Int32Array, coreV: Int32Array): void => {
    if (core >= golden.groups.length) return;
    u[core].push([...coreU]);
    v[core].push([...coreV]);
  };
  return { trace: createChipSimulator(program, LOIHI2).run(clip, { record: true, probe }), u, v };
}

describe.each(['agree3', 'lava_ff', 'lava_recurrent', 'lava_delays', 'lava_extremes', 'lava_boundaries'])('golden %s', (name) => {
  const golden: Golden = JSON.parse(readFileSync(new URL(`../../golden/loihi/${name}.json`, import.meta.url), 'utf8'));
  const { trace, u, v } = simulate(golden);

  it('spikes at all', () => {
    expect(Object.values(golden.expected.spikes).flat().length).toBeGreaterThan(10);
  });

  it.each(golden.groups.map((g, index) => [g.name, index] as const))('%s: every u, v and spike', (groupName, index) => {
    const spikes = golden.expected.spikes[groupName];
    expect([...(trace.rasters.get(groupName) ?? [])]).toEqual(spikes.flat());
    for (const [recorded, expected] of [
      [u[index], golden.expected.u[groupName]],
      [v[index], golden.expected.v[groupName]],
    ] as const) {
      expect(expected.values.length).toBe(golden.T);
      expect(recorded.map((row) => expected.neurons.map((neuron) => row[neuron]))).toEqual(expected.values);
    }
  });
});
