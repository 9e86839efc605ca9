import { inspectModel } from '../../index.ts';
import { createContext } from '../command-context.ts';
import { readInput } from '../input-files.ts';
import { printInspection } from '../print/print-inspection.ts';
import type { RawOptions } from '../read-options.ts';
import type { Terminal } from '../terminal.ts';

/** `spikec inspect <model>` */
export async function inspectCommand(model: string, raw: RawOptions, terminal: Terminal): Promise<void> {
  const context = createContext(raw, terminal);
  const inspection = await inspectModel(await readInput(model), { file: model, report: context.report });
  context.print(inspection, () => printInspection(inspection, context.style));
}
