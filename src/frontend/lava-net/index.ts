import { type DiagnosticError, failure } from '../../diagnostics/index.ts';
import type { LavaNet } from '../../ir/lava-net.ts';
import type { Network } from '../../ir/network.ts';
import type { TieRule } from '../../ir/neuron.ts';
import { LayerFields } from './fields.ts';
import { networkOf } from './network-of.ts';
import { parseLayer } from './parse-layer.ts';
import { readRawLayers } from './read-layers.ts';

export interface LavaNetOptions {
  readonly file: string;
  /** Steps of a clip; null: not known. */
  readonly steps: number | null;
  /** Does a potential at the threshold fire? The file does not say; Loihi and Lava fire above it (`gt`). */
  readonly thresholdRule: TieRule;
  /** Steps from each layer to the next, which the file does not say; Lava has 1. */
  readonly layerLatency: number;
}

/** The layers in a lava-dl network file. Throws `lava-net-malformed`, `lava-net-unsupported` and `lava-net-too-large`. */
export async function readLavaNet(bytes: Uint8Array, file: string): Promise<LavaNet> {
  const raw = await readRawLayers(bytes, file);
  return { layers: raw.map((layer, index) => parseLayer(new LayerFields(layer, index, file))) };
}

/**
 * The network in a lava-dl file, in Loihi's integers. Throws what `readLavaNet` throws, and `steps-missing`.
 */
export async function importLavaNet(bytes: Uint8Array, options: LavaNetOptions): Promise<Network> {
  const net = await readLavaNet(bytes, options.file);
  const { steps } = options;
  if (steps === null) throw stepsMissing(options.file);
  return networkOf(net, { ...options, steps });
}

const stepsMissing = (file: string): DiagnosticError =>
  failure('steps-missing', 'lava-dl networks do not say how many timesteps a clip has', { places: [{ file }] });
