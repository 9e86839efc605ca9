import type { Clip } from '../ir/clip.ts';
import { channelsOf } from '../ir/model-facts.ts';
import type { Network } from '../ir/network.ts';
import { seededRandom } from '../targets/mapping/random.ts';

export interface NamedClip {
  readonly name: string;
  readonly clip: Clip;
}

/** Inputs that show what a network does: nothing, single events and equal values (which tie), many events, and seeded random ones. */
export function trialClips(network: Network, seed: number): readonly NamedClip[] {
  const steps = network.timesteps;
  const channels = channelsOf(network);
  const features = network.nodes.find((node) => node.kind === 'input' && node.role === 'features');
  const random = seededRandom(seed);
  const clip = (name: string, valid: (step: number) => boolean, value: (step: number, channel: number) => number): NamedClip => ({
    name,
    clip: {
      steps,
      channels,
      features: Float32Array.from({ length: steps * channels }, (_, i) => value(Math.floor(i / channels), i % channels)),
      valid: Uint8Array.from({ length: steps }, (_, t) => (valid(t) ? 1 : 0)),
      label: null,
    },
  });
  const all = (): boolean => true;
  const sparse = (): number => (random() < 0.15 ? 1 + Math.floor(3 * random()) : 0);
  const real = features?.payload.kind === 'real';
  return [
    clip('nothing', all, () => 0),
    clip('one event in every channel and step', all, () => 1),
    clip('one event, all else empty', all, (step, channel) => (step === 0 && channel === 0 ? 1 : 0)),
    clip('no valid step', () => false, sparse),
    clip('half of the steps valid', (step) => 2 * step < steps, sparse),
    clip('few events', all, sparse),
    clip('many events', all, () => Math.floor(70 * random() ** 3)),
    ...(real ? [clip('real numbers', all, () => 140 * random() - 100)] : []),
  ];
}
