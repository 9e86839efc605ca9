import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkOutput, writeOutput } from '../../src/cli/output-folder.ts';
import { DiagnosticError } from '../../src/diagnostics/index.ts';

const FILES = [
  { path: 'report.json', content: '{}\n' },
  { path: 'tables/energy.csv', content: new Uint8Array([65, 10]) },
];

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'spikec-output-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => 'no error',
    (e: unknown) => e,
  );
  return error instanceof DiagnosticError ? error.diagnostics[0].code : String(error);
}

const write = async (path: string, force = false, files = FILES): Promise<void> => writeOutput(await checkOutput(path, force), files);

describe('the output folder', () => {
  it('is made, parents included, and holds the files alone', async () => {
    const path = join(root, 'a', 'b');
    await write(path);
    expect(readdirSync(path).sort()).toEqual(['report.json', 'tables']);
    expect(readFileSync(join(path, 'tables', 'energy.csv'), 'utf8')).toBe('A\n');
    expect(readdirSync(join(root, 'a'))).toEqual(['b']);
  });

  it('may be there already if it is empty', async () => {
    await write(root);
    expect(readdirSync(root).sort()).toEqual(['report.json', 'tables']);
  });

  it('is not mixed with what it holds', async () => {
    writeFileSync(join(root, 'report.json'), 'old');
    expect(await codeOf(checkOutput(root, false))).toBe('output-exists');
    expect(readFileSync(join(root, 'report.json'), 'utf8')).toBe('old');
  });

  it('is replaced whole with --force where spikec wrote it', async () => {
    mkdirSync(join(root, 'figures'));
    writeFileSync(join(root, 'figures', 'old.svg'), 'old');
    writeFileSync(join(root, 'report.json'), 'old');
    await write(root, true);
    expect(readdirSync(root).sort()).toEqual(['report.json', 'tables']);
    expect(readFileSync(join(root, 'report.json'), 'utf8')).toBe('{}\n');
  });

  it.each([
    ['notes.txt beside a report', ['report.json', 'notes.txt']],
    ['nothing of ours', ['thesis.tex']],
    ['folders of our names but no report', ['tables']],
  ])('is not replaced, even with --force, where it holds %s', async (_, names) => {
    for (const name of names) writeFileSync(join(root, name), 'mine');
    expect(await codeOf(checkOutput(root, true))).toBe('output-exists');
    expect(readdirSync(root).sort()).toEqual([...names].sort());
  });

  it('cannot be a file, nor below one', async () => {
    const file = join(root, 'file');
    writeFileSync(file, '');
    expect(await codeOf(checkOutput(file, true))).toBe('output-not-a-folder');
    expect(await codeOf(checkOutput(join(file, 'below'), false))).toBe('output-not-a-folder');
  });

  it.runIf(process.platform === 'linux')('has to be writable', async () => {
    expect(await codeOf(checkOutput('/proc/spikec-output', false))).toBe('output-not-writable');
  });

  it.runIf(process.getuid !== undefined && process.getuid() !== 0)('needs the permission of its owner', async () => {
    chmodSync(root, 0o500);
    expect(await codeOf(checkOutput(join(root, 'new'), false))).toBe('output-not-writable');
    chmodSync(root, 0o700);
  });

  it('is left as it was where writing fails', async () => {
    writeFileSync(join(root, 'report.json'), 'old');
    const clash = [
      { path: 'tables', content: 'a file' },
      { path: 'tables/energy.csv', content: 'below it' },
    ];
    expect(await codeOf(write(root, true, clash))).toBe('output-not-writable');
    expect(readdirSync(root)).toEqual(['report.json']);
    expect(await codeOf(write(join(root, 'new'), false, clash))).toBe('output-not-writable');
    expect(existsSync(join(root, 'new'))).toBe(false);
    expect(readdirSync(root)).toEqual(['report.json']);
  });

  it.each(['../outside', '/absolute', 'a/../../b', 'a\\b', ''])('takes no file named %j', async (path) => {
    await expect(write(join(root, 'new'), false, [{ path, content: '' }])).rejects.toThrow('not a relative path');
    expect(readdirSync(root)).toEqual([]);
  });

  it('was only looked at by the check', async () => {
    await checkOutput(join(root, 'x', 'y'), false);
    expect(readdirSync(root)).toEqual([]);
  });
});
