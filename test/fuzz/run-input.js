import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Gives one input to the command line, in this process and in the empty folder `folder`. Returns what is wrong, or null: every command has
 * to end with 0 or with 1 and a diagnostic, and to leave a whole output folder or none.
 */
export async function runInput({ subject, bytes, commands }, material, folder, main) {
  const file = subject.file ?? 'input';
  mkdirSync(folder, { recursive: true });
  const path = join(folder, file);
  if (subject.place === undefined) writeFileSync(path, bytes);
  else subject.place(material, bytes, path);
  try {
    for (const command of commands) {
      const args = command.map((word) => (word === 'input' || word === 'out' || word === `./${file}` ? join(folder, word) : word));
      const { code, out, err } = await capture(() => main(args));
      const problem = judge(code, out, err, folder, args);
      if (problem !== null) return `spikec ${command.join(' ')}: ${problem}`;
      if (code !== 0) return null;
      rmSync(join(folder, 'out'), { recursive: true, force: true });
    }
    return null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function judge(code, out, err, folder, args) {
  if (code !== 0 && code !== 1) return `exit code ${code}\n${err}`;
  const expected = code === 0 && args.includes(join(folder, 'out'));
  const entries = readdirSync(folder);
  if (entries.some((entry) => entry.startsWith('.'))) return `left ${entries.join(', ')} behind`;
  if (entries.includes('out') !== expected) return expected ? 'wrote no output' : 'left half an output behind';
  if (expected && !['program.json', 'report.json', 'comparison.json'].some((name) => existsSync(join(folder, 'out', name)))) {
    return `wrote only ${readdirSync(join(folder, 'out')).join(', ')}`;
  }
  if (code === 0) return null;
  if (out !== '') return `printed ${out.slice(0, 200)} and failed`;
  if (!/^(error|warning)\[[a-z-]+\]: /.test(err) || !/^error\[[a-z-]+\]: /m.test(err)) return `no diagnostic but ${err.slice(0, 500)}`;
  if (/\n\s+at .*:\d+|internal-error/.test(err)) return `a stack trace\n${err}`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none may reach the terminal
  if (/[\u0000-\u0009\u000b-\u001f]/.test(err)) return `control characters in ${JSON.stringify(err.slice(0, 500))}`;
  if (err.length > 200_000) return `${err.length} characters of diagnostics`;
  return null;
}

/** What `work` prints, and its result; nothing of it reaches this process's own output. */
async function capture(work) {
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
