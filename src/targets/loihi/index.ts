import type { ChipModel } from '../../ir/chip-model.ts';
import type { LoihiProgram } from '../../ir/mapping.ts';
import type { Target } from '../target.ts';
import { checkNetwork } from './check.ts';
import { emitFiles } from './emit.ts';
import { loadFiles } from './load.ts';
import { hasSoftResets, lowerForLoihi } from './lower.ts';
import { mapNetwork } from './map.ts';

/** A chip of the Loihi family as a target. Everything particular to the chip comes from its model. */
export function loihiTarget(chip: ChipModel): Target<LoihiProgram> {
  return {
    name: chip.name,
    description: chip.description,
    chip,
    measures: hasSoftResets,
    lower: (exact, context) => lowerForLoihi(exact, chip, context),
    check: (network) => {
      const legality = checkNetwork(network, chip, null);
      return legality.legal ? [] : legality.problems;
    },
    map: (network, context) => mapNetwork(network, chip, context),
    emit: (mapping) => emitFiles(mapping, chip),
    load: (files) => loadFiles(files, chip),
  };
}
