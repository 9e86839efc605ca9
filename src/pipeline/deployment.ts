import { failure } from '../diagnostics/index.ts';
import type { AnyChip, ChipModel } from '../ir/chip-model.ts';
import type { ChipProgram, LoihiProgram, Mapping } from '../ir/mapping.ts';
import type { SpinnakerChip } from '../ir/spinnaker-chip.ts';
import type { SpinnakerProgram } from '../ir/spinnaker-program.ts';
import type { CostLine } from '../simulator/cost-lines.ts';
import { checkProgram } from '../simulator/loihi/index.ts';
import { checkSpinnakerProgram } from '../simulator/spinnaker/check-program.ts';
import { machineProfile, priceChip } from '../targets/costs/index.ts';
import type { CostOptions } from './costs.ts';

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

/** What a SpiNNaker machine's bill has no line for: its timer is the barrier, its software is cores at work. */
const NO_LINES: readonly CostLine[] = ['barrier', 'embeddedProcessor', 'hostInput'];

/** The deployment at the prices of a run. Throws `bad-arguments` for prices, lines and models of time that its family does not have. */
export function priced(deployment: Deployment, { profile, timing, without }: CostOptions): Deployment {
  switch (deployment.kind) {
    case 'loihi':
      return { ...deployment, chip: priceChip(deployment.chip, profile) };
    case 'spinnaker': {
      const { chip } = deployment;
      machineProfile(chip, profile);
      const refuse = (option: string, note: string) =>
        failure('bad-arguments', `${option} is given, and ${chip.name} is a chip of the SpiNNaker family`, { notes: [note] });
      if (timing !== 'simple')
        throw refuse(`--timing ${timing}`, 'not supported: a timer sets its steps, and no model of contention is here');
      const missing = without.find((line) => NO_LINES.includes(line));
      if (missing !== undefined) throw refuse(`--without ${missing}`, 'its bill has no such line; --without static leaves out idle boards');
      return deployment;
    }
  }
}
