import { failure } from '../diagnostics/index.ts';
import { type DataInput, stepsOfClips } from '../frontend/datasets/index.ts';
import { holdsSteps, type ImportOptions, importModel } from '../frontend/index.ts';
import type { Network } from '../ir/network.ts';
import { type Discretization, discretizeNetwork } from '../passes/index.ts';
import type { SimulationOptions } from './run-clips.ts';

/** What a file may leave open about time (NIR does). */
export interface TimeOptions {
  /** Steps of a clip; null: as the file says, or as the data do. */
  readonly steps: number | null;
  /** Seconds of a step; null: as the file says. */
  readonly timestepS: number | null;
  /** How neurons in seconds become ones in steps. */
  readonly discretization: Discretization;
}

/** What a lava-dl network or a NIR file leaves open; null: as `importModel` has it. */
export type NetRules = Pick<ImportOptions, 'thresholdRule' | 'layerLatency' | 'reset'>;

/** Where the model does not say how long a clip is, dense data do. */
export const stepsInData = async (model: Uint8Array, data: DataInput, file: string): Promise<number | null> =>
  holdsSteps(model) ? null : stepsOfClips(data, file);

/** The network in a model file, in timesteps. */
export async function readNetwork(
  bytes: Uint8Array,
  options: ImportOptions & Partial<TimeOptions> & { readonly pace?: SimulationOptions['pace'] },
): Promise<Network> {
  if (holdsSteps(bytes)) {
    const ignored = [options.steps != null && '--steps', options.timestepS != null && options.pace !== 'real-time' && '--timestep'];
    for (const name of ignored) {
      if (!name) continue;
      throw failure('bad-arguments', `${name} is given, and the model is in timesteps of its own`, {
        notes: ['not supported: ONNX models hold their number of steps, and no seconds; only --pace real-time asks for those'],
      });
    }
  }
  return discretizeNetwork(await importModel(bytes, options), options);
}
