import type { SpinnakerChip } from '../../ir/spinnaker-chip.ts';
import type { SpinnakerProgram } from '../../ir/spinnaker-program.ts';
import type { Target } from '../target.ts';
import { emitFiles } from './emit/emit.ts';
import { loadFiles } from './emit/load.ts';
import { lowerForSpinnaker } from './lowering/lower.ts';
import { checkNetwork, mapNetwork } from './map/map-network.ts';

/** A chip of the SpiNNaker family as a target. */
export function spinnakerTarget(chip: SpinnakerChip): Target<SpinnakerProgram> {
  return {
    name: chip.name,
    description: chip.description,
    chip,
    measures: () => true,
    lower: (exact, context) => lowerForSpinnaker(exact, context, chip),
    check: (network) => checkNetwork(network, chip),
    map: (network, context) => mapNetwork(network, chip, context),
    emit: (mapping) => emitFiles(mapping, chip),
    load: (files) => loadFiles(files, chip),
  };
}
