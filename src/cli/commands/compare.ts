import { join } from 'node:path';
import { compareRuns, DiagnosticError, failure, type RunReport, readReport } from '../../index.ts';
import { checkRuns, readBudgetFile, refuseBroken } from '../budget.ts';
import { createContext } from '../command-context.ts';
import { readInput } from '../input-files.ts';
import { checkOutput, refuseInputAsOutput, writeOutput } from '../output-folder.ts';
import { printBudget } from '../print/print-budget.ts';
import { printComparison } from '../print/print-comparison.ts';
import type { RawOptions } from '../read-options.ts';
import type { Terminal } from '../terminal.ts';

/** A hundred thousand clips take a tenth of it. */
const REPORT_BYTES_MAX = 2 ** 27;

/** `spikec compare <dir> <dir> … [-o <dir>]` */
export async function compareCommand(folders: readonly string[], raw: RawOptions, terminal: Terminal): Promise<void> {
  const context = createContext(raw, terminal);
  const { options } = context;
  const outputPath = options.text('output');
  const budgetFile = options.text('budget');
  options.finish();
  if (outputPath !== null) refuseInputAsOutput(outputPath, folders);
  const output = outputPath === null ? null : await checkOutput(outputPath, options.flag('force'));
  const budget = await readBudgetFile(budgetFile);
  const runs: { folder: string; report: RunReport }[] = [];
  for (const folder of folders) runs.push({ folder, report: await readReport(await readReportFile(folder), join(folder, 'report.json')) });
  const comparison = await compareRuns(runs);
  if (output !== null) await writeOutput(output, comparison.files);
  const written = outputPath === null ? null : { output: outputPath, files: comparison.files };
  const checked = checkRuns(budget, runs);
  context.print(comparison.json, () => `${printComparison(comparison, written, context.style)}${printBudget(checked, context.style)}`);
  refuseBroken(checked);
}

async function readReportFile(folder: string): Promise<Uint8Array> {
  const file = join(folder, 'report.json');
  try {
    return await readInput(file, REPORT_BYTES_MAX);
  } catch (error) {
    if (!(error instanceof DiagnosticError) || error.diagnostics[0].code !== 'file-not-found') throw error;
    throw failure('report-missing', `${folder} holds no report.json`, { places: [{ file }] });
  }
}
