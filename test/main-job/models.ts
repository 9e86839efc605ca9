import { readFileSync } from 'node:fs';
import type { Compiled } from '../../src/compile.ts';
import { openDataset } from '../../src/frontend/datasets/index.ts';
import { importOnnx } from '../../src/frontend/onnx/index.ts';
import type { ClipSource } from '../../src/ir/clip.ts';
import type { Network } from '../../src/ir/network.ts';
import { type Deployment, deploymentOf } from '../../src/pipeline/deployment.ts';

export const MODELS = ['spikescr-t100', 'spikescr-t40', 'spikescr-n128-t100', 'spikescr-n128-t40'] as const;
export type ModelName = (typeof MODELS)[number];
export const FORMS = ['loop', 'custom'] as const;

/** Reference outputs of PyTorch 1.13, see models/README.md. */
export interface Expected {
  readonly layers: readonly { readonly name: string; readonly neurons: number }[];
  readonly clips: readonly { readonly label: number; readonly prediction: number; readonly m: readonly number[] }[];
  readonly spike_counts: readonly (readonly number[])[];
  readonly logits: readonly (readonly (readonly number[])[])[];
  readonly raster: { readonly clip: number; readonly layers: Readonly<Record<string, readonly (readonly [number, number])[]>> };
}

export const readModel = (model: ModelName, form: (typeof FORMS)[number]): Uint8Array => readFileSync(`models/${model}/${form}.onnx`);
export const readTestSet = (): Uint8Array => readFileSync('models/digits-test.h5');
export const readExpected = (model: ModelName): Expected => JSON.parse(readFileSync(`models/${model}/expected.json`, 'utf8')) as Expected;

export const importForm = (model: ModelName, form: (typeof FORMS)[number]): Network =>
  importOnnx(readModel(model, form), { file: `${model}/${form}.onnx`, report: () => {} });

export const openTestSet = (network: Network): Promise<ClipSource> =>
  openDataset(readTestSet(), { file: 'digits-test.h5', timesteps: network.timesteps, channels: 140, classes: 20, report: () => {} });

/** What was compiled for a Loihi chip, as such. */
export function onLoihi({ mapping, target }: Pick<Compiled, 'mapping' | 'target'>): Extract<Deployment, { kind: 'loihi' }> {
  const deployment = deploymentOf(mapping, target.chip);
  if (deployment.kind !== 'loihi') throw new Error(`compiled for ${deployment.kind}`);
  return deployment;
}
