import { failure } from '../diagnostics/index.ts';
import { type AnyChip, CHIP_MODEL_VERSION } from '../ir/chip-model.ts';
import { loadChip } from '../ir/load-chip.ts';
import { readVersionedJson } from '../ir/mapping-io/index.ts';
import { parseJson } from '../ir/parse-json.ts';
import { LOIHI1 } from './loihi/chips/loihi1.ts';
import { LOIHI2 } from './loihi/chips/loihi2.ts';
import { CHIP_MODEL_FILE } from './loihi/emit.ts';
import { loihiTarget } from './loihi/index.ts';
import { SPINNAKER1 } from './spinnaker/chips/spinnaker1.ts';
import { spinnakerTarget } from './spinnaker/index.ts';
import type { Target } from './target.ts';

export type { Calibration, MapContext, Target } from './target.ts';

/** The chips that come with spikec, by name. */
const BUILT_IN: readonly AnyChip[] = [LOIHI1, LOIHI2, SPINNAKER1];

export const builtInTargets = (): readonly Target[] => BUILT_IN.map(targetOf);

/** The target of a chip model, built in or a user's own. */
export function targetOf(chip: AnyChip): Target {
  switch (chip.family) {
    case 'loihi':
      return loihiTarget(chip);
    case 'spinnaker':
      return spinnakerTarget(chip);
  }
}

/** A chip that comes with spikec, or the bytes of a user's chip model. */
export type TargetChoice = { readonly name: string } | { readonly file: string; readonly bytes: Uint8Array };

/** Rejects with `unknown-target`, naming the chips there are; for a file like `loadChipModel`, and with `chip-malformed` where it is no JSON. */
export async function openTarget(choice: TargetChoice): Promise<Target> {
  if ('name' in choice) return findTarget(choice.name);
  return targetOf(await loadChip(parseChip(choice.file, choice.bytes), choice.file));
}

function findTarget(name: string): Target {
  const chip = BUILT_IN.find((candidate) => candidate.name === name);
  if (chip !== undefined) return targetOf(chip);
  throw failure('unknown-target', `there is no chip \`${name}\``, {
    notes: [`built in: ${BUILT_IN.map((candidate) => candidate.name).join(', ')}; a JSON file describes any other`],
  });
}

function parseChip(file: string, bytes: Uint8Array): unknown {
  try {
    return parseJson(bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw failure('chip-malformed', `${file} is not JSON: ${reason}`, { places: [{ file }] });
  }
}

/** The target that emitted these files, from the chip model among them. Rejects like `load`, and like `loadChipModel`. */
export async function targetOfFiles(files: ReadonlyMap<string, Uint8Array>): Promise<Target> {
  return targetOf(await loadChip(readVersionedJson(files, CHIP_MODEL_FILE, CHIP_MODEL_VERSION), CHIP_MODEL_FILE));
}
