import { inspectModel, verifyModel } from '../../index.ts';
import { createContext } from '../command-context.ts';
import { printInspection } from '../print/print-inspection.ts';
import { printLints } from '../print/print-lints.ts';
import { printVerification } from '../print/print-verification.ts';
import { readModel } from '../read-model.ts';
import type { RawOptions } from '../read-options.ts';
import { readNetRules, readTime } from '../run-options.ts';
import type { Terminal } from '../terminal.ts';

/** `spikec inspect <model>` */
export async function inspectCommand(model: string, raw: RawOptions, terminal: Terminal): Promise<void> {
  const context = createContext(raw, terminal);
  const seed = context.options.integer('seed', 0, 2 ** 32 - 1) ?? 0;
  const time = { ...readTime(context.options), ...readNetRules(context.options) };
  context.options.finish();
  const bytes = await readModel(model);
  const inspection = await inspectModel(bytes, { file: model, ...time, report: context.report });
  if (!context.options.flag('verify')) {
    context.print(inspection, () => printInspection(inspection, context.style) + printLints(inspection.lints, context.style));
    return;
  }
  // What there is to warn of has been said.
  const verification = await verifyModel(bytes, { file: model, report: () => {}, seed });
  context.print(
    { ...inspection, verification },
    () =>
      `${printInspection(inspection, context.style)}${printLints(inspection.lints, context.style)}\n${printVerification(verification, context.style)}`,
  );
}
