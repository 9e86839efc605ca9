import { readFileSync } from 'node:fs';
import { type Shape, SpikeScrMaker } from './spike-scr.ts';

const base: Shape = { steps: 12, inputs: 6, width: 8, heads: 2, depth: 1, classes: 3, form: 'loop', published: true };

/** Networks that the maker of this folder builds: one for each form and variant. */
export const MADE: Readonly<Record<string, Shape>> = {
  'made-loop': base,
  'made-loop-sequence': { ...base, form: 'sequence' },
  'made-loop-scan-output': { ...base, form: 'scan' },
  'made-scan': { ...base, form: 'scan-operator' },
  'made-unrolled': { ...base, form: 'unrolled' },
  'made-custom': { ...base, form: 'custom' },
  'made-published-graph': { ...base, verbose: true },
  'made-corrected-relay': { ...base, published: false },
  'made-steps-shift-slots': { ...base, steps: 13, heads: 4, width: 16 },
  'made-two-blocks': { ...base, depth: 2 },
  'made-two-blocks-custom': { ...base, depth: 2, form: 'custom' },
  'made-wide-mlp': { ...base, expansion: 3 },
  'made-neurons-before-head': { ...base, normed: true },
};

const FIXTURES = new URL('../../../fixtures/onnx/', import.meta.url);

/** Files that torch.onnx.export wrote (torch 1.13, opset 13), of networks with random weights; `spikescr-t40` is a trained one. */
export const EXPORTED = [
  'small-corrected.loop',
  'small-corrected.loop-seq',
  'small-corrected.unrolled',
  'small-corrected.custom',
  'two-blocks.loop-seq',
  'published-code.loop',
  'decayed-input.loop',
  'soft-reset.loop',
  'parametric.loop',
  'spikescr-t40.unrolled',
  'once-a-clip.loop',
  'once-a-clip.custom',
  'once-a-clip.unrolled',
  'learned-position.loop-seq',
  'sinusoidal-position.custom',
  'position-on-input.custom',
  'position-on-current.custom',
  'norse-late-input.unrolled',
  'norse-current.unrolled',
  'layers-in-each-step.unrolled',
  'spikes-out.unrolled',
  'open-axes.unrolled',
  'recurrent.unrolled',
  'recurrent.loop',
  'recurrent.loop-seq',
  'recurrent-neuron.unrolled',
  'recurrent-open-axes.unrolled',
  'feedback-between-layers.unrolled',
  'late-layers.unrolled',
  'leaky-read-out.unrolled',
  'leaky-read-out.loop-seq',
  'current-based-read-out.unrolled',
  'two-inputs-joined',
  'two-inputs-apart',
] as const;

export const readExported = (name: (typeof EXPORTED)[number]): Uint8Array => readFileSync(new URL(`${name}.onnx`, FIXTURES));

export const VARIANTS: readonly (readonly [name: string, bytes: () => Uint8Array])[] = [
  ...Object.entries(MADE).map(([name, shape]) => [name, () => new SpikeScrMaker(shape).make()] as const),
  ...EXPORTED.map((name) => [name, () => readExported(name)] as const),
];
