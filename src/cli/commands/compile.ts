import { compileModel } from '../../index.ts';
import { createContext, withProgress } from '../command-context.ts';
import { checkOutput, writeOutput } from '../output-folder.ts';
import { printCompiled } from '../print/print-compiled.ts';
import { readModel } from '../read-model.ts';
import type { RawOptions } from '../read-options.ts';
import { readFeatureOptions, readNetRules, readOptional, readSharedOptions, readTarget, readTime, readWeightBits } from '../run-options.ts';
import type { Terminal } from '../terminal.ts';

/** `spikec compile <model> --target <chip> -o <dir>` */
export async function compileCommand(model: string, raw: RawOptions, terminal: Terminal): Promise<void> {
  const context = createContext(raw, terminal);
  const { options } = context;
  const { seed } = readSharedOptions(options);
  const time = { ...readTime(options), ...readNetRules(options) };
  const weightBits = readWeightBits(options);
  const features = readFeatureOptions(options);
  const targetText = options.text('target') ?? '';
  const outputPath = options.text('output') ?? '';
  const calibrationFile = options.text('calibration');
  const net = options.flag('net');
  const sanaFe = options.flag('sanaFe');
  options.finish();

  const output = await checkOutput(outputPath, options.flag('force'));
  const target = await readTarget(targetText);
  const bytes = await readModel(model);
  const calibration = await readOptional(calibrationFile);
  const compiled = await withProgress(context, () =>
    compileModel(bytes, {
      file: model,
      ...time,
      target,
      weightBits,
      ...features,
      sanaFe,
      seed,
      calibration,
      net,
      report: context.report,
      progress: context.progress,
    }),
  );
  await writeOutput(output, compiled.files);
  const { mapping, files } = compiled;
  const summary = {
    version: 1,
    model: mapping.model,
    target: mapping.target,
    cores: mapping.program.cores.length,
    segments: mapping.program.segments.map(({ index, kind, steps }) => ({ index, kind, steps })),
    mapping: mapping.placement,
    scaleRule: mapping.scaleRule,
    files: files.map((file) => file.path),
  };
  context.print(summary, () => printCompiled(mapping, { output: outputPath, files }, context.style));
}
