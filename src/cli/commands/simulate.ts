import { failure, LEVELS, simulateCompiled } from '../../index.ts';
import { checkRuns, readBudgetFile, refuseBroken } from '../budget.ts';
import { createContext, withProgress } from '../command-context.ts';
import { readData } from '../data-folder.ts';
import { readFolder } from '../input-files.ts';
import { checkOutput, refuseInputAsOutput, writeOutput } from '../output-folder.ts';
import { printBudget } from '../print/print-budget.ts';
import { printRun } from '../print/print-run.ts';
import type { RawOptions } from '../read-options.ts';
import { readSimulationOptions } from '../run-options.ts';
import type { Terminal } from '../terminal.ts';

/** `spikec simulate <dir> --data <file>` */
export async function simulateCommand(folder: string, raw: RawOptions, terminal: Terminal): Promise<void> {
  const context = createContext(raw, terminal);
  const { options } = context;
  const simulation = readSimulationOptions(options);
  const level = options.choice('level', ['chip', ...LEVELS]);
  const dataFile = options.text('data') ?? '';
  const outputPath = options.text('output');
  if (simulation.record !== null && outputPath === null)
    throw failure('bad-arguments', '--record needs a folder to write spikes.npz to (-o)');
  const budgetFile = options.text('budget');
  options.finish();
  if (outputPath !== null) refuseInputAsOutput(outputPath, [folder]);

  const output = outputPath === null ? null : await checkOutput(outputPath, options.flag('force'));
  const budget = await readBudgetFile(budgetFile);
  const files = await readFolder(folder, isProgramFile);
  // Any other folder; what a level needs of a compiled one is missed by name when it is read.
  if (!files.has('program.json') && !files.has('chip/index.json')) {
    throw failure('program-missing', `${folder} holds no program.json`, { places: [{ file: folder }] });
  }
  const data = await readData(dataFile);
  const result = await withProgress(context, () =>
    simulateCompiled(files, data, { folder, dataFile, level, ...simulation, report: context.report, progress: context.progress }),
  );
  if (output !== null) await writeOutput(output, result.files);
  const written = outputPath === null ? null : { output: outputPath, files: result.files };
  const checked = checkRuns(budget, [{ folder: outputPath ?? folder, report: result.report }]);
  context.print(result.report, () => `${printRun(result.report, written, context.style)}${printBudget(checked, context.style)}`);
  refuseBroken(checked);
}

/** Reports of an earlier run are not part of the program. */
const isProgramFile = (path: string): boolean =>
  !/^(report\.|comparison\.|methods\.tex$|references\.bib$|tables(\/|$)|figures(\/|$)|spikes\.npz$|\.)/.test(path);
