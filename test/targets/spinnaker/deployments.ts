import type { Clip } from '../../../src/ir/clip.ts';
import type { Mapping } from '../../../src/ir/mapping.ts';
import type { Network } from '../../../src/ir/network.ts';
import type { SpinnakerChip } from '../../../src/ir/spinnaker-chip.ts';
import type { SpinnakerProgram } from '../../../src/ir/spinnaker-program.ts';
import { EXACT_PASSES, runPasses } from '../../../src/passes/index.ts';
import { simulateNetwork } from '../../../src/simulator/reference/index.ts';
import { SPINNAKER1 } from '../../../src/targets/spinnaker/chips/spinnaker1.ts';
import { spinnakerTarget } from '../../../src/targets/spinnaker/index.ts';
import { FACTS } from '../../support/networks.ts';

export interface DeployedNetwork {
  readonly lowered: Network;
  readonly mapping: Mapping<SpinnakerProgram>;
}

/** From a real-valued network to a program, scaled by clips or by the weights alone. */
export function deployOn(network: Network, calibration: readonly Clip[] | null, chip: SpinnakerChip = SPINNAKER1): DeployedNetwork {
  const report = (): void => {};
  const target = spinnakerTarget(chip);
  const lowered = target.lower(runPasses(network, EXACT_PASSES, { report }), {
    weightBits: 8,
    report,
    calibration:
      calibration === null
        ? null
        : { file: 'calibration', clips: calibration.length, run: (subject, clip) => simulateNetwork(subject, calibration[clip]) },
  });
  const context = { traffic: null, facts: FACTS, scaleRule: lowered.scaleRule, resolution: lowered.resolution, seed: 1 };
  return { lowered: lowered.network, mapping: target.map(lowered.network, context) };
}
