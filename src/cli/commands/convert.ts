import { resolve } from 'node:path';
import { convertModel, EXCHANGE_FORMATS, failure, formatBytes } from '../../index.ts';
import { createContext } from '../command-context.ts';
import { checkOutputFile, writeOutputFile } from '../output-file.ts';
import { readModel } from '../read-model.ts';
import type { RawOptions } from '../read-options.ts';
import { readTime } from '../run-options.ts';
import type { Terminal } from '../terminal.ts';

/** `spikec convert <model> -o <file>` */
export async function convertCommand(model: string, raw: RawOptions, terminal: Terminal): Promise<void> {
  const context = createContext(raw, terminal);
  const { options } = context;
  const { timestepS, discretization } = readTime(options);
  const output = options.text('output') ?? '';
  options.finish();

  const format = EXCHANGE_FORMATS.find((ending) => output.toLowerCase().endsWith(`.${ending}`));
  if (format === undefined)
    throw failure('bad-arguments', `--output is ${JSON.stringify(output)}, whose ending says no format`, {
      notes: [`allowed: ${EXCHANGE_FORMATS.map((ending) => `.${ending}`).join(', ')}`],
    });
  if (resolve(output) === resolve(model))
    throw failure('bad-arguments', `${model} is read, and cannot be written at the same time`, { help: 'choose another file with -o' });
  await checkOutputFile(output, options.flag('force'));
  const bytes = await convertModel(await readModel(model), { file: model, format, timestepS, discretization, report: context.report });
  await writeOutputFile(output, bytes);
  context.print({ version: 1, file: output, format, bytes: bytes.length }, () => `${output}: ${formatBytes(bytes.length)}`);
}
