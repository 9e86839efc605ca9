import { type AnyChip, builtInTargets, failure, openTarget, priceChip } from '../../index.ts';
import { createContext } from '../command-context.ts';
import { printTarget, printTargetList, sizeOf } from '../print/print-targets.ts';
import type { RawOptions } from '../read-options.ts';
import { readProfile, readTarget } from '../run-options.ts';
import type { Terminal } from '../terminal.ts';

/** `spikec targets [name]`; with --json the chip itself, at the prices of --costs, as a file to start one's own from. */
export async function targetsCommand(name: string | undefined, raw: RawOptions, terminal: Terminal): Promise<void> {
  const context = createContext(raw, terminal);
  const profile = readProfile(context.options);
  context.options.finish();
  if (name === undefined) {
    const targets = builtInTargets();
    const json = targets.map(({ name, description, chip }) => ({
      name,
      description,
      ...sizeOf(chip),
    }));
    context.print(json, () => printTargetList(targets, context.style));
    return;
  }
  const target = await openTarget(await readTarget(name));
  const chip = profile === null ? target.chip : priceAny(target.chip, profile);
  context.print(chip, () => printTarget({ ...target, chip }, context.style));
}

function priceAny(chip: AnyChip, profile: string): AnyChip {
  if (chip.family === 'loihi') return priceChip(chip, profile);
  throw failure('bad-arguments', `--costs is given, and ${chip.name} is a chip of the SpiNNaker family`, {
    notes: ['its prices are all in its chip model: power, and others’ figures an event under `alternatives`'],
  });
}
