import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DiagnosticError, formatDiagnostic } from '../../dist/index.js';

/** What a command may be told to write: a folder, or a file. */
const OUTPUTS = ['out', 'out.nir', 'out.net'];

/**
 * Gives one input to the command line (or directly to the library) in this process and in the empty folder `folder`. Returns its outcome,
 * `done` or the code of the diagnostic that stopped it, and what is wrong with that, or null: every command has to end with 0 or with 1 and
 * a diagnostic, and to leave a whole output folder or none.
 */
export async function runInput(input, material, folder, main) {
  return input.commands === null ? runDirectly(input, material) : runCommands(input, material, folder, main);
}

async function runDirectly({ subject, bytes }, material) {
  try {
    await subject.direct(material, bytes);
    return { outcome: 'done', problem: null };
  } catch (error) {
    if (!(error instanceof DiagnosticError)) return { outcome: 'threw', problem: `${error?.stack ?? error}` };
    const text = error.diagnostics.map(formatDiagnostic).join('\n');
    return { outcome: error.diagnostics[0].code, problem: judgeText(text) };
  }
}

async function runCommands({ subject, bytes, commands }, material, folder, main) {
  const file = subject.file ?? 'input';
  mkdirSync(folder, { recursive: true });
  const path = join(folder, file);
  if (subject.place === undefined) writeFileSync(path, bytes);
  else subject.place(material, bytes, path);
  try {
    for (const command of commands) {
      const args = command.map((word) => (/^(\.\/)?(input|out)(\/|\.json|\.nir|\.net|$)/.test(word) ? join(folder, word) : word));
      const { code, out, err } = await capture(() => main(args));
      const problem = judge(code, out, err, folder, args);
      const outcome = code === 0 ? 'done' : (/^error\[([a-z-]+)\]/m.exec(err)?.[1] ?? `exit ${code}`);
      if (problem !== null) return { outcome, problem: `spikec ${command.join(' ')}: ${problem}` };
      if (code !== 0) return { outcome, problem };
      for (const made of OUTPUTS) rmSync(join(folder, made), { recursive: true, force: true });
    }
    return { outcome: 'done', problem: null };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function judge(code, out, err, folder, args) {
  if (code !== 0 && code !== 1) return `exit code ${code}\n${err}`;
  const entries = readdirSync(folder);
  const [wanted] = OUTPUTS.filter((name) => code === 0 && args.includes(join(folder, name)));
  const expected = wanted === 'out';
  if (entries.some((entry) => entry.startsWith('.'))) return `left ${entries.join(', ')} behind`;
  const [written] = OUTPUTS.filter((name) => entries.includes(name));
  if (written !== wanted) return wanted === undefined ? 'left half an output behind' : 'wrote no output';
  if (expected && !['program.json', 'report.json', 'comparison.json'].some((name) => existsSync(join(folder, 'out', name)))) {
    return `wrote only ${readdirSync(join(folder, 'out')).join(', ')}`;
  }
  if (code === 0) return null;
  if (out !== '') return `printed ${out.slice(0, 200)} and failed`;
  return judgeText(err);
}

/** What is wrong with these diagnostics. */
function judgeText(text) {
  if (!/^(error|warning)\[[a-z-]+\]: /.test(text) || !/^error\[[a-z-]+\]: /m.test(text)) return `no diagnostic but ${text.slice(0, 500)}`;
  if (/\n\s+at .*:\d+|internal-error/.test(text)) return `a stack trace\n${text}`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none may reach the terminal
  if (/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/.test(text)) return `control characters in ${JSON.stringify(text.slice(0, 500))}`;
  if (text.length > 200_000) return `${text.length} characters of diagnostics`;
  return null;
}

/** What `work` prints, and its result; nothing of it reaches this process's own output. */
export async function capture(work) {
  const written = { out: '', err: '' };
  const { stdout, stderr } = process;
  const saved = [stdout.write, stderr.write];
  for (const stream of [stdout, stderr]) stream.removeAllListeners('error');
  stdout.write = (text) => {
    written.out += text;
    return true;
  };
  stderr.write = (text) => {
    written.err += text;
    return true;
  };
  try {
    const code = await work();
    return { code, ...written };
  } finally {
    [stdout.write, stderr.write] = saved;
  }
}
