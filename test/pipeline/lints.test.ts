import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../src/diagnostics/index.ts';
import type { Clip } from '../../src/ir/clip.ts';
import type { Network } from '../../src/ir/network.ts';
import { evaluateClip } from '../../src/pipeline/evaluate.ts';
import { lintCausality, lintPadding } from '../../src/pipeline/lint-network.ts';
import { lintRun } from '../../src/pipeline/lint-run.ts';
import { createTally } from '../../src/simulator/accounting/tally-clip.ts';
import { clipOf, linear, padded } from '../simulator/accounting/hand-counted.ts';
import { dense, input, networkOf, population, projection, readout, tinySpikeScr } from '../support/networks.ts';

const given = (lint: (report: (diagnostic: Diagnostic) => void) => void): readonly Diagnostic[] => {
  const found: Diagnostic[] = [];
  lint((diagnostic) => found.push(diagnostic));
  return found;
};

describe('lints of a network', () => {
  it('non-causal: kernels that look ahead, and operations on the whole clip', () => {
    const [lint] = given((report) => lintCausality(tinySpikeScr(), report));
    expect(lint).toMatchObject({ severity: 'note', code: 'non-causal' });
    // The embedding looks 1 step ahead; the depthwise kernel of 5 two. Four reorders of the relays, and attention.
    expect(lint.message).toBe('the network is not causal: 2 populations look up to 2 steps ahead, 5 operations need the whole clip');
    expect(lint.notes[0]).toMatch(/^no decision before the last frame/);
    // A kernel of three, centred: a step decides when the next frame has arrived.
    expect(given((report) => lintCausality(padded, report))[0]).toMatchObject({
      message: 'the network is not causal: 1 population looks up to 1 step ahead',
      notes: ['what a step decides is known 1 step after its frame'],
    });
    expect(given((report) => lintCausality(linear, report))).toEqual([]);
  });

  it('padding-dependent: a bias in every step', () => {
    expect(given((report) => lintPadding(linear, report))[0]).toMatchObject({ severity: 'note', code: 'padding-dependent' });
    expect(given((report) => lintPadding(chain(1), report))).toEqual([]);
  });
});

/** One neuron that fires where its input is 1, and one behind it whose weight decides whether it ever does. */
const chain = (weight: number): Network =>
  networkOf({
    name: 'chain',
    timesteps: 4,
    nodes: [input('features', 1), population('front', 1), population('back', 1), readout('logits', 2)],
    projections: [
      projection('features', 'front', dense(1, 1, Float32Array.of(1))),
      projection('front', 'back', dense(1, 1, Float32Array.of(weight))),
      projection('back', 'logits', dense(1, 2, Float32Array.of(1, -1))),
    ],
    output: 'logits',
  });

async function linted(network: Network, clips: readonly Clip[]): Promise<readonly Diagnostic[]> {
  const float = { network, tally: createTally(network) };
  const results = await Promise.all(
    clips.map((clip) => evaluateClip(clip, { reference: null, float, quantized: null, chip: null, rounded: [] }, 2, 'sum-softmax', false)),
  );
  return given((report) => lintRun(network, results, report));
}

describe('lints of a run', () => {
  const all = clipOf(1, [1, 1, 1, 1]);
  const some = clipOf(1, [0, 1, 0, 1]);

  it('silent-population: one that never fires, however often the others do', async () => {
    expect((await linted(chain(0.25), [some, some])).map(({ code, message }) => [code, message])).toEqual([
      ['silent-population', 'back did not fire in any of 2 clips'],
    ]);
    // In one clip of two it does.
    expect(await linted(chain(0.6), [some, all])).toEqual([]);
  });

  it('saturated-population: one that hardly ever rests', async () => {
    expect((await linted(chain(1), [all, all])).map(({ code, message }) => [code, message])).toEqual([
      ['saturated-population', 'front, back fired in more than 95 % of all steps'],
    ]);
    // 6 of 8 steps.
    expect(await linted(chain(1), [all, some])).toEqual([]);
  });

  it('padding-dependent: empty frames that change a decision', async () => {
    // Logits speak for class 0 where the neuron fires; the bias of class 1 speaks in every step.
    const network = chain(1);
    const biased: Network = {
      ...network,
      nodes: network.nodes.map((node) => (node.kind === 'readout' ? { ...node, bias: Float32Array.of(0, 0.5) } : node)),
    };
    const [lint, ...others] = await linted(biased, [clipOf(1, [1, 0, 0, 0]), some]);
    expect(others).toEqual([]);
    expect(lint).toMatchObject({
      severity: 'note',
      code: 'padding-dependent',
      message: '1 of 2 clips end in empty frames, 37.5 % of all frames, and they take part in the decision',
      notes: [
        '1 layer of neurons get a current in every step, empty ones too',
        '1 decision of the float network would be another if the logits of those frames were left out',
      ],
    });
    // Nothing fires on empty frames, and no decision changes.
    expect(await linted(network, [clipOf(1, [1, 0, 0, 0]), some])).toEqual([]);
  });
});
