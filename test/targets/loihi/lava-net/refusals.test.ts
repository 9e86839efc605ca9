import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../../../src/diagnostics/index.ts';
import type { Network } from '../../../../src/ir/network.ts';
import type { Synapses } from '../../../../src/ir/synapses.ts';
import { netOf } from '../../../../src/targets/loihi/lava-net/index.ts';
import { input, projection, sum } from '../../../support/network-parts.ts';
import { seededRandom } from '../../../support/random.ts';
import { tinySpikeScr } from '../../../support/spikescr.ts';
import { conv, integerDense, lif, logits, mantissas, row, STEPS, withProjection } from './nets.ts';

describe('what the format cannot hold', () => {
  const random = seededRandom(12);
  const plain = row(STEPS, input('in', 4), [lif('a', 5), integerDense(random, 4, 5)], [logits(2), integerDense(random, 5, 2)]);
  const wide = row(
    STEPS,
    input('in', 4),
    [lif('a', 5), integerDense(random, 4, 5)],
    [lif('b', 5), integerDense(random, 5, 5)],
    [logits(2), integerDense(random, 5, 2)],
  );
  const edit = (network: Network, change: Partial<Network['projections'][number]>, index = 0): Network => ({
    ...network,
    projections: network.projections.map((p, i) => (i === index ? { ...p, ...change } : p)),
  });
  const refused = (network: Network): string[] => {
    try {
      netOf(network);
    } catch (error) {
      if (error instanceof DiagnosticError && error.diagnostics.every(({ code }) => code === 'net-unsupported'))
        return error.diagnostics.map(({ message, notes }) => `${message}: ${notes[0]}`);
      throw error;
    }
    return [];
  };
  const taps: Synapses = {
    kind: 'time-convolution',
    sources: 4,
    targets: 5,
    taps: 3,
    groups: 1,
    firstOffset: -2,
    dilation: 1,
    weights: mantissas(random, 60),
  };
  const twice: Synapses = {
    kind: 'sparse',
    sources: 4,
    targets: 5,
    sourceIndex: Int32Array.of(0, 0),
    targetIndex: Int32Array.of(1, 1),
    weights: Int16Array.of(2, 4),
    delays: Int32Array.of(0, 1),
  };
  const askew: Synapses = {
    kind: 'sparse',
    sources: 4,
    targets: 5,
    sourceIndex: Int32Array.of(0, 0, 1),
    targetIndex: Int32Array.of(0, 1, 0),
    weights: Int16Array.of(2, 4, 6),
    delays: Int32Array.of(0, 1, 2),
  };
  const window = conv(random, [1, 2, 2], 5, { kernel: [2, 2] });

  it.each<[string, Network, string]>([
    [
      'a skip',
      withProjection(wide, projection('in', 'b', integerDense(random, 4, 5))),
      'b reads a and in: each layer of the format reads the one before it, and no other',
    ],
    [
      'two readers',
      withProjection(wide, projection('a', 'logits', integerDense(random, 5, 2))),
      'a is read by b and logits: layers of the format stand in a row: each is read by the next one',
    ],
    [
      'taps',
      edit(plain, { synapses: taps }),
      'a is no layer of the format: a synapse of the format acts once, and a convolution over 3 steps acts 3 times',
    ],
    [
      'two synapses of a pair',
      edit(plain, { synapses: twice }),
      'a is no layer of the format: a dense layer has one weight for a pair of neurons, and here are several',
    ],
    [
      'delays of pairs',
      edit(plain, { synapses: askew }),
      'a is no layer of the format: the format has one delay an output or one an input, and here they differ within both',
    ],
    [
      'a long delay',
      edit(plain, { delaySteps: 63 }),
      'a is no layer of the format: delays of the format are at most 62 steps, and here is one of 63',
    ],
    [
      'a slow loop',
      withProjection(plain, projection('a', 'a', integerDense(random, 5, 5), { delaySteps: 2 })),
      'a is no layer of the format: a recurrent layer of the format acts on itself after one step',
    ],
    [
      'a loop with delays in front',
      withProjection(edit(plain, { delaySteps: 1 }), projection('a', 'a', integerDense(random, 5, 5), { delaySteps: 1 })),
      'a is no layer of the format: lava-dl loses the scale of the weights of a recurrent layer with delays',
    ],
    [
      'a window over a row of neurons',
      row(STEPS, input('in', 4), [lif('a', 4), integerDense(random, 4, 4)], [lif('b', 5), window], [logits(2), integerDense(random, 5, 2)]),
      'b is no layer of the format: it reads 1 x 2 x 2 values of a layer of 4',
    ],
    [
      'a window with a delay',
      row(STEPS, input('in', 4), [lif('b', 5), window, { delaySteps: 1 }], [logits(2), integerDense(random, 5, 2)]),
      'b is no layer of the format: delays are read for dense layers only, and here is one of 1',
    ],
    [
      'biases within a channel',
      row(
        STEPS,
        input('in', 9),
        [{ ...lif('b', 8), bias: Int32Array.of(64, 64, 64, 0, 0, 0, 0, 0) }, conv(random, [1, 3, 3], 2, { kernel: [2, 2] })],
        [logits(2), integerDense(random, 8, 2)],
      ),
      'b is no layer of the format: biases of the format are one a channel, and here they differ within one',
    ],
    [
      'a weight that lava-dl cuts',
      edit(plain, { synapses: { kind: 'dense', sources: 4, targets: 5, weights: new Int16Array(20).fill(-2).fill(-256, 3, 4) } }),
      'a is no layer of the format: all weights are negative, and lava-dl cuts -256 to -255',
    ],
    [
      'a soft reset',
      row(STEPS, input('in', 4), [lif('a', 5, { resetAmount: 64 }), integerDense(random, 4, 5)], [logits(2), integerDense(random, 5, 2)]),
      'a is no layer of the format: a spike takes something away from its potential, and neurons of the format are set to 0',
    ],
    [
      'a coarse threshold',
      row(
        STEPS,
        input('in', 4),
        [lif('a', 5, { unit: 512, thresholdMantissa: 8 }), integerDense(random, 4, 5)],
        [logits(2), integerDense(random, 5, 2)],
      ),
      'a is no layer of the format: weights have no exponent: beside its largest one a threshold has 512 units, and 1024 are the least',
    ],
  ])('%s', (_, network, expected) => {
    expect(refused(network)).toContain(expected);
  });

  it('names every operation of SpikeSCR that has no layer', () => {
    const network = tinySpikeScr({ steps: 6, heads: 2, width: 4, seed: 1 });
    const kinds = refused(network).join('\n');
    for (const what of [
      'is a mask of steps',
      'is an attention over the steps of a clip',
      'rotates a position code',
      'reorders the steps of a clip',
      'by a gate',
    ])
      expect(kinds).toContain(what);
    expect(kinds).not.toContain('is read by');
    const terms = [lif('a', 5), lif('b', 5)];
    expect(refused({ ...wide, nodes: [...wide.nodes, sum('s', terms)] })[0]).toContain('s adds streams of several layers');
  });
});
