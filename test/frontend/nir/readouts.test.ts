import { describe, expect, it } from 'vitest';
import { type Compiled, compileModel } from '../../../src/compile.ts';
import { DiagnosticError } from '../../../src/diagnostics/index.ts';
import { loadMapping } from '../../../src/ir/mapping-io/index.ts';
import { openRunner } from '../../../src/pipeline/chip-runner.ts';
import { checkDeployed, deploymentOf } from '../../../src/pipeline/deployment.ts';
import { decide } from '../../../src/simulator/decision.ts';
import { simulateNetwork } from '../../../src/simulator/reference/index.ts';
import { seededRandom } from '../../support/random.ts';
import { chain, drawn, graphsOfMeetings, inputOf, outputOf } from './support/graphs.ts';
import { type GraphSource, type NirSource, nirFile, numbers } from './support/nir-file.ts';

const STEPS = 60;
const CLIPS = 10;
const report = (): void => undefined;

async function compile(graph: GraphSource, target: string): Promise<Compiled> {
  const bytes = await nirFile(graph);
  const time = { steps: STEPS, timestepS: 1e-3 };
  return compileModel(bytes, {
    file: 'made.nir',
    target: { name: target },
    weightBits: 8,
    seed: 0,
    calibration: null,
    report,
    progress: report,
    ...time,
  });
}

function classifier(node: NirSource): GraphSource {
  const random = seededRandom(11);
  const lif = { type: 'LIF', tau: 0.01, r: 8, v_leak: 0, v_threshold: 0.5 };
  const nodes = {
    input: inputOf(6),
    a: { type: 'Linear', weight: drawn(random, [10, 6], -0.5, 1) },
    lif,
    b: { type: 'Affine', weight: drawn(random, [4, 10]), bias: drawn(random, [4], -0.1, 0.1) },
    node,
    output: outputOf(4),
  };
  return chain(nodes, 'input', 'a', 'lif', 'b', 'node', 'output');
}

const clipOf = (seed: number) => {
  const random = seededRandom(seed);
  const features = Float32Array.from({ length: STEPS * 6 }, (_, i) => (random() < 0.1 + 0.1 * ((i + seed) % 6) ? 1 : 0));
  return { steps: STEPS, channels: 6, features, valid: new Uint8Array(STEPS).fill(1), label: null };
};

const READOUTS: readonly (readonly [string, NirSource])[] = [
  ['LI', { type: 'LI', tau: 0.02, r: 3, v_leak: 0.2 }],
  ['LI of neurons that differ', { type: 'LI', tau: numbers([4], [0.01, 0.02, 0.03, 0.04]), r: numbers([4], [3, 2.5, 2, 1.5]), v_leak: 0 }],
  ['I', { type: 'I', r: 20 }],
  ['CubaLI', { type: 'CubaLI', tau_mem: 0.02, tau_syn: 0.005, r: 2, v_leak: 0, w_in: 2 }],
];

describe('integrators that are read out', () => {
  describe.each(['loihi2', 'loihi1', 'spinnaker1'])('on %s', (target) => {
    it.each(READOUTS)('%s', async (_, node) => {
      const compiled = await compile(classifier(node), target);
      const files = new Map(
        compiled.files.map(({ path, content }) => [path, typeof content === 'string' ? new TextEncoder().encode(content) : content]),
      );
      // What was emitted holds the host's part too.
      const loaded = await compiled.target.load(files);
      expect(loaded.program.readout).toEqual(compiled.mapping.program.readout);
      expect((await loadMapping(files)).program.readout).toEqual(compiled.mapping.program.readout);
      const chip = openRunner(deploymentOf(loaded, compiled.target.chip), { profile: null, timing: 'simple', without: [] });
      let agreed = 0;
      for (let seed = 1; seed <= CLIPS; seed++) {
        const clip = clipOf(seed);
        const { logits } = chip.run(clip, false);
        expect(Array.from(logits)).toEqual(Array.from(simulateNetwork(compiled.lowered, clip).logits));
        const { network } = compiled;
        const float = simulateNetwork(network, clip).logits;
        const winner = (values: ArrayLike<number>) => decide(values, STEPS, 4, 'max-logit').winner;
        if (winner(logits) === winner(float)) agreed++;
      }
      expect(agreed).toBeGreaterThanOrEqual(CLIPS - 1);
    });

    it('are refused by what they have too little of', async () => {
      const { mapping, target: made } = await compile(classifier({ type: 'I', r: numbers([4], [1, 2, 3, 4]) }), target);
      const { readout } = mapping.program;
      const membrane = { decay: 1, leak: 0, inputGain: [1, 2, 3], currentDecay: null, initial: 0 };
      const damaged = { ...mapping, program: { ...mapping.program, readout: { ...readout, membrane } } };
      expect(() => checkDeployed(deploymentOf(damaged, made.chip))).toThrow(/readout.membrane.inputGain/);
    });

    it('are refused where spikes would have to carry their potential', async () => {
      const graph = graphsOfMeetings(1)['an integrator between neurons'];
      const error = await compile(graph, target).then(
        () => null,
        (thrown: unknown) => thrown,
      );
      if (!(error instanceof DiagnosticError)) throw error;
      expect(error.diagnostics.map(({ code, message }) => [code, message])).toEqual([
        ['operation-unsupported', `li hands on its membrane potential, and ${target} sends spikes only`],
      ]);
    });

    it('are refused where nothing fires', async () => {
      const graph = chain(
        { input: inputOf(2), li: { type: 'LI', tau: 0.02, r: 3, v_leak: 0.2 }, output: outputOf(2) },
        'input',
        'li',
        'output',
      );
      const error = await compile(graph, target).then(
        () => null,
        (thrown: unknown) => thrown,
      );
      if (!(error instanceof DiagnosticError)) throw error;
      expect(error.diagnostics.map(({ code }) => code)).toEqual(['no-spiking-neuron']);
    });
  });
});
