import { describe, expect, it } from 'vitest';
import { loadNetwork, saveNetwork } from '../../src/ir/network-io.ts';
import { printNetwork } from '../../src/ir/network-print.ts';
import { tinyEverySynapse, tinyInteger, tinySpikeScr } from '../support/networks.ts';
import { replaceAt } from '../support/replace-at.ts';

describe('printNetwork', () => {
  it('prints a line a node, with its projections below', () => {
    expect(printNetwork(tinyInteger())).toBe(
      `network "tiny integer" version=1 format=onnx timesteps=4 parameters=0
timeline time steps=4 order=time
features: input [2] on time, integer 0.. role=features
hidden: population [3] on time, binary bias=int32[3]#bf2b254d neuron={currentDecay=4095 parameters=integer thresholdMantissa=100 unit=6400 voltageDecay=2048}
  from features: dense 2 to 3 weightExponent=1 weights=int16[6]#4a9eb554
logits: readout [2] on time, real bias=int32[2]#bace3be6 scale=0.00015625
  from hidden: dense 3 to 2 weights=int16[6]#a3409e66
output logits
segment 0: run on time, 6 steps: hidden@1, logits@2, injected features@0
`,
    );
  });

  it('prints synapses, neurons and operations of every kind', () => {
    const text = printNetwork(tinyEverySynapse());
    expect(text).toContain('\n  from space: pooling 8 to 2 dilation=[1, 1] factor=0.25 kernel=[2, 2] padding=[0, 0] sourceShape=[2, 2, 2]');
    expect(text).toContain('\n  from ring: dense 4 to 4 delaySteps=1 weights=float32[16]#f4295b65\n');
    expect(text).toContain('reset={kind=to-value value=-0.5}');
    const spikescr = printNetwork(tinySpikeScr());
    expect(spikescr).toContain(
      '\nblock0.attention: attention [8] on time, real heads=2 key=block0.k.back mask=valid query=block0.q.back scale=0.5 value=block0.v\n',
    );
    expect(spikescr).toContain('\nblock0.x1: sum [8] on time, integer 0..2 terms=[embed, block0.out]\n');
  });

  it('prints what was loaded as what was saved', async () => {
    const network = tinySpikeScr();
    expect(printNetwork(await loadNetwork(saveNetwork(network), 'network.json'))).toBe(printNetwork(network));
  });

  it.each([
    ['nodes.1.bias.2', 2],
    ['nodes.1.neuron.unit', 6401],
    ['projections.0.synapses.weights.0', 100],
    ['projections.1.delaySteps', 1],
    ['projections.1.id', 'another'],
    ['nodes.1.name', 'another'],
    ['schedule.segments.0.starts.logits', 3],
    ['parameterCount', 1],
  ])('shows a change of %s', (path, value) => {
    expect(printNetwork(replaceAt(tinyInteger(), path, value))).not.toBe(printNetwork(tinyInteger()));
  });

  it('quotes what could be misread', () => {
    const text = printNetwork(replaceAt(tinyInteger(), 'nodes.1.name', 'a b\n]'));
    expect(text).toContain(' name="a b\\n]" ');
  });
});
