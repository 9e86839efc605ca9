import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../../src/diagnostics/index.ts';
import type { Network, NetworkNode, PopulationNode } from '../../../src/ir/network.ts';
import type { DiscreteNeuron } from '../../../src/ir/neuron.ts';
import type { SpinnakerChip } from '../../../src/ir/spinnaker-chip.ts';
import { NEURON_FIELDS, NeuronField } from '../../../src/ir/spinnaker-neuron.ts';
import { simulateNetwork } from '../../../src/simulator/reference/index.ts';
import { ROUNDED } from '../../../src/simulator/spinnaker/dialect.ts';
import { deriveConstants } from '../../../src/simulator/spinnaker/lif-constants.ts';
import { SPINNAKER1 } from '../../../src/targets/spinnaker/chips/spinnaker1.ts';
import { listSynapses } from '../../../src/targets/spinnaker/lowering/list-synapses.ts';
import { membraneConstants } from '../../../src/targets/spinnaker/lowering/neuron-constants.ts';
import { randomClip, tinyDense, tinyEverySynapse, tinyInteger, tinySpikeScr } from '../../support/networks.ts';
import { deployOn } from './deployments.ts';

const codesOf = (work: () => unknown): readonly string[] => {
  try {
    work();
  } catch (error) {
    if (error instanceof DiagnosticError) return [...new Set(error.diagnostics.map(({ code }) => code))];
    throw error;
  }
  return [];
};

describe('constants of a membrane', () => {
  it.each([0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99])('keep %d of v and bring a current in whole', (decay) => {
    const { timeConstant, capacitance } = membraneConstants(decay);
    const parameters = new Int32Array(NEURON_FIELDS);
    parameters[NeuronField.tauMembrane] = timeConstant;
    parameters[NeuronField.capacitance] = capacitance;
    const { keep, resistance } = deriveConstants(parameters, 32768, 'curr-delta', ROUNDED);
    expect(Math.abs(keep[0] - decay * 32768)).toBeLessThanOrEqual(1.5);
    // What a current adds to v: R (1 - keep).
    expect((resistance[0] / 32768) * (1 - keep[0] / 32768)).toBeCloseTo(1, decay > 0.9 ? 2 : 3);
  });

  it('are exact for the neuron of SpikeSCR: half of v, and twice the current', () => {
    const { timeConstant, capacitance } = membraneConstants(0.5);
    const parameters = new Int32Array(NEURON_FIELDS);
    parameters[NeuronField.tauMembrane] = timeConstant;
    parameters[NeuronField.capacitance] = capacitance;
    const { keep, resistance } = deriveConstants(parameters, 32768, 'curr-delta', ROUNDED);
    expect([keep[0], resistance[0]]).toEqual([16384, 65536]);
  });
});

/** The network with its first population changed. */
function withNeuron(network: Network, change: Partial<DiscreteNeuron>): Network {
  const first = network.nodes.find((node): node is PopulationNode => node.kind === 'population');
  return {
    ...network,
    nodes: network.nodes.map((node) =>
      node === first && first.neuron.parameters === 'discrete' ? { ...first, neuron: { ...first.neuron, ...change } } : node,
    ),
  };
}

describe('what the chip cannot hold', () => {
  const limited = (group: 'chip' | 'core', name: string, value: number): SpinnakerChip => {
    const figures: Readonly<Record<string, SpinnakerChip['core']['clock']>> = { ...SPINNAKER1[group] };
    return { ...SPINNAKER1, [group]: { ...figures, [name]: { ...figures[name], value } } };
  };

  it.each([
    ['a soft reset', { reset: { kind: 'by-subtraction' } }],
    ['a synaptic current that never decays', { currentDecay: 1 }],
    ['a membrane that grows', { decay: 1.1 }],
    ['a start elsewhere', { initial: 0.5 }],
  ] as const)('is refused by name: %s', (_, change) => {
    expect(codesOf(() => deployOn(withNeuron(tinyDense(), change as Partial<DiscreteNeuron>), null))).toEqual(['operation-unsupported']);
  });

  it('is refused by name in the integers of another chip, too: a soft reset', () => {
    const network = tinyInteger();
    const nodes = network.nodes.map((node): NetworkNode => {
      if (node.kind !== 'population' || node.neuron.parameters !== 'integer') return node;
      return { ...node, neuron: { ...node.neuron, resetAmount: 6400 } };
    });
    expect(codesOf(() => deployOn({ ...network, nodes, schedule: null }, null))).toEqual(['operation-unsupported']);
    expect(codesOf(() => deployOn({ ...network, schedule: null }, null))).toEqual([]);
  });

  it('is refused before anything is placed: memory, cycles, routing tables', () => {
    const network = tinySpikeScr();
    expect(codesOf(() => deployOn(network, null, limited('core', 'dtcmBytes', 9000)))).toEqual(['does-not-fit']);
    expect(codesOf(() => deployOn(network, null, limited('core', 'clock', 1000)))).toEqual(['does-not-fit']);
    expect(codesOf(() => deployOn(network, null, limited('chip', 'routerEntries', 1)))).toEqual(['does-not-fit']);
    expect(codesOf(() => deployOn(network, null, limited('chip', 'sdramBytes', 1000)))).toEqual(['does-not-fit']);
  });

  it('waits no longer than a ring buffer: relays repeat spikes', () => {
    const network = tinySpikeScr();
    const clip = randomClip(network, 3);
    const { lowered, mapping } = deployOn(network, [clip], limited('chip', 'delaySteps', 3));
    expect(lowered.nodes.some(({ id }) => id.includes('~'))).toBe(true);
    for (const core of mapping.program.cores) if (core.kind === 'neurons') expect(core.image.layout.delayBits).toBeLessThanOrEqual(2);
    // The function is that of the network without relays.
    const plain = deployOn(network, [clip]).lowered;
    expect(simulateNetwork(lowered, clip).logits).toEqual(simulateNetwork(plain, clip).logits);
  });
});

describe('synapses one by one', () => {
  it('bring what the projections bring, whatever their kind', () => {
    const network = tinyEverySynapse();
    for (const { synapses, id } of network.projections) {
      const { first, target, weight, extra } = listSynapses(synapses);
      expect(first.length, id).toBe(synapses.sources + 1);
      expect([target.length, extra.length], id).toEqual([weight.length, weight.length]);
      expect(first[first.length - 1], id).toBe(weight.length);
      for (const index of target) expect(index).toBeLessThan(synapses.targets);
      expect(
        weight.every((value) => value !== 0),
        id,
      ).toBe(true);
    }
  });
});
