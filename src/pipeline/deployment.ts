import { failure } from '../diagnostics/index.ts';
import type { AnyChip, ChipModel } from '../ir/chip-model.ts';
import type { ChipProgram, LoihiProgram, Mapping } from '../ir/mapping.ts';
import type { SpinnakerChip } from '../ir/spinnaker-chip.ts';
import type { SpinnakerProgram } from '../ir/spinnaker-program.ts';
import { checkProgram } from '../simulator/loihi/index.ts';
import { checkSpinnakerProgram } from '../simulator/spinnaker/check-program.ts';

/** A mapping together with the chip that it is for, both of one family. */
export type Deployment =
  | { readonly kind: 'loihi'; readonly mapping: Mapping<LoihiProgram>; readonly chip: ChipModel }
  | { readonly kind: 'spinnaker'; readonly mapping: Mapping<SpinnakerProgram>; readonly chip: SpinnakerChip };

/** Throws `program-malformed` for a program of another family than the chip's. */
export function deploymentOf(mapping: Mapping<ChipProgram>, chip: AnyChip): Deployment {
  const { program } = mapping;
  if (program.kind === 'loihi' && chip.family === 'loihi') return { kind: 'loihi', mapping: { ...mapping, program }, chip };
  if (program.kind === 'spinnaker' && chip.family === 'spinnaker') return { kind: 'spinnaker', mapping: { ...mapping, program }, chip };
  throw failure('program-malformed', `the program is for a ${program.kind} chip, and ${chip.name} is a ${chip.family} chip`, {
    places: [{ item: 'program.kind' }],
  });
}

/** Throws `program-malformed` where the program points outside itself or does not fit the chip. */
export function checkDeployed(deployment: Deployment): void {
  switch (deployment.kind) {
    case 'loihi':
      checkProgram(deployment.mapping.program, deployment.chip);
      return;
    case 'spinnaker':
      checkSpinnakerProgram(deployment.mapping.program, deployment.chip);
  }
}
