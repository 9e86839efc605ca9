import { builtInTargets, openTarget } from '../../index.ts';
import { createContext } from '../command-context.ts';
import { printTarget, printTargetList, sizeOf } from '../print/print-targets.ts';
import type { RawOptions } from '../read-options.ts';
import { readTarget } from '../run-options.ts';
import type { Terminal } from '../terminal.ts';

/** `spikec targets [name]`; with --json the chip itself, as a file to start one's own from. */
export async function targetsCommand(name: string | undefined, raw: RawOptions, terminal: Terminal): Promise<void> {
  const context = createContext(raw, terminal);
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
  context.print(target.chip, () => printTarget(target, context.style));
}
