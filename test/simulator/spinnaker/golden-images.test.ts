import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { JsonValue } from '../../../src/conformance/json.ts';
import { readDialect, readLifNet } from '../../../src/conformance/spinnaker/lif-vector.ts';
import { createCoreSimulator } from '../../../src/simulator/spinnaker/core-simulator.ts';
import { ProblemLog } from '../../../src/simulator/spinnaker/problem-log.ts';
import { stepCores } from '../../../src/simulator/spinnaker/step-cores.ts';
import { assembleCore } from '../../../src/targets/spinnaker/images/assemble.ts';
import { decodeCore } from '../../../src/targets/spinnaker/images/decode.ts';
import { encodeCore } from '../../../src/targets/spinnaker/images/encode.ts';
import { fixtureFiles, goldenFiles } from '../../conformance/spinnaker-files.ts';
import { contentOf, SOURCE_KEY } from '../../support/spinnaker-cores.ts';

const BASE = 0x60100000;
const files = [...goldenFiles('lif_'), ...fixtureFiles('lif_')];

describe('the golden traces, run from the image of a core', () => {
  it.each(files.map((path) => [basename(path), path]))('%s: every spike, potential, input and saturation', (_, path) => {
    const file = JsonValue.parse(readFileSync(path));
    const { expected } = file.json as { expected: Record<string, never> };
    const net = readLifNet(file);
    const image = encodeCore(assembleCore(contentOf(net), 'core 0'), BASE, 'core 0');
    const log = new ProblemLog();
    const simulator = createCoreSimulator(decodeCore(image, BASE, net.model, 'core.bin'), 'core 0', readDialect(file), log);
    // Twice: a reset leaves nothing behind.
    for (const run of [1, 2]) {
      const spikes: number[][] = [];
      const potentials: number[][] = [];
      const inputs: number[][] = [];
      for (let step = 0; step < net.steps; step++) {
        const fired: number[] = [];
        const injected = net.sourceSpikes[step].map((source) => SOURCE_KEY + source);
        stepCores(
          [simulator],
          step,
          injected,
          () => [0],
          (_core, neuron) => fired.push(neuron),
        );
        spikes.push(fired);
        const { neurons } = expected.V_first_neurons as { neurons: number[] };
        potentials.push(neurons.map((n) => simulator.v[n]));
        inputs.push(simulator.synapses.map((values) => values[0]));
      }
      expect(spikes).toEqual(expected.spikes);
      expect(potentials).toEqual((expected.V_first_neurons as { V_after_step: number[][] }).V_after_step);
      expect(inputs).toEqual(expected.syn_after_step_neuron0);
      expect([simulator.v, ...simulator.synapses].map((values) => [...values])).toEqual([
        expected.V_final_all,
        expected.exc_final_all,
        expected.inh_final_all,
      ]);
      expect(log.counts['slot-saturated']).toBe(run * expected.ring_buffer_saturations);
      expect(simulator.counts.spikes).toBe(expected.n_spikes);
      simulator.reset();
    }
  });
});
