import { runModel } from '../../index.ts';
import { checkRuns, readBudgetFile, refuseBroken } from '../budget.ts';
import { createContext, withProgress } from '../command-context.ts';
import { readData } from '../data-folder.ts';
import { checkOutput, writeOutput } from '../output-folder.ts';
import { printBudget } from '../print/print-budget.ts';
import { printRun } from '../print/print-run.ts';
import { readModel } from '../read-model.ts';
import type { RawOptions } from '../read-options.ts';
import {
  readFeatureOptions,
  readNetRules,
  readOptional,
  readSimulationOptions,
  readTarget,
  readTime,
  readWeightBits,
} from '../run-options.ts';
import type { Terminal } from '../terminal.ts';

/** `spikec run <model> --target <chip> --data <file> -o <dir>` */
export async function runCommand(model: string, raw: RawOptions, terminal: Terminal): Promise<void> {
  const context = createContext(raw, terminal);
  const { options } = context;
  const simulation = readSimulationOptions(options);
  const time = { ...readTime(options), ...readNetRules(options) };
  const weightBits = readWeightBits(options);
  const features = readFeatureOptions(options);
  const targetText = options.text('target') ?? '';
  const dataFile = options.text('data') ?? '';
  const outputPath = options.text('output') ?? '';
  const calibrationFile = options.text('calibration');
  const sanaFe = options.flag('sanaFe');
  const budgetFile = options.text('budget');
  options.finish();

  const output = await checkOutput(outputPath, options.flag('force'));
  const budget = await readBudgetFile(budgetFile);
  const target = await readTarget(targetText);
  const modelBytes = await readModel(model);
  const data = await readData(dataFile);
  const calibration = await readOptional(calibrationFile);
  const result = await withProgress(context, () =>
    runModel(modelBytes, data, {
      file: model,
      dataFile,
      target,
      weightBits,
      ...features,
      sanaFe,
      calibration,
      ...simulation,
      ...time,
      report: context.report,
      progress: context.progress,
    }),
  );
  await writeOutput(output, result.files);
  const checked = checkRuns(budget, [{ folder: outputPath, report: result.report }]);
  const written = { output: outputPath, files: result.files };
  context.print(result.report, () => `${printRun(result.report, written, context.style)}${printBudget(checked, context.style)}`);
  refuseBroken(checked);
}
