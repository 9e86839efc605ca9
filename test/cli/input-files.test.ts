import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFolder, readInput } from '../../src/cli/input-files.ts';
import { DiagnosticError } from '../../src/diagnostics/index.ts';

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'spikec-input-'));
  mkdirSync(join(root, 'chip'));
  writeFileSync(join(root, 'program.json'), '{}');
  writeFileSync(join(root, 'chip', 'core.bin'), new Uint8Array([1, 2]));
  writeFileSync(join(root, 'report.html'), '');
  symlinkSync(root, join(root, 'loop'));
});
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => 'no error',
    (e: unknown) => e,
  );
  return error instanceof DiagnosticError ? error.diagnostics[0].code : String(error);
}

describe('readInput', () => {
  it('says what is wrong with a path', async () => {
    expect(await codeOf(readInput(join(root, 'nothing')))).toBe('file-not-found');
    expect(await codeOf(readInput(join(root, 'program.json', 'below')))).toBe('file-not-found');
    expect(await codeOf(readInput(root))).toBe('file-not-readable');
    expect(await codeOf(readInput('bad\0path'))).toBe('file-not-readable');
  });

  it.runIf(process.platform === 'linux')('does not wait for a device', async () => {
    expect(await codeOf(readInput('/dev/zero'))).toBe('file-not-readable');
  });

  it.runIf(process.platform === 'linux')('does not wait for a pipe, nor follow a link to itself', async () => {
    const pipe = join(root, 'pipe');
    spawnSync('mkfifo', [pipe]);
    expect(await codeOf(readInput(pipe))).toBe('file-not-readable');
    rmSync(pipe);
    symlinkSync('circle', join(root, 'circle'));
    expect(await codeOf(readInput(join(root, 'circle')))).toBe('file-not-readable');
    rmSync(join(root, 'circle'));
  });

  // Root may read everything.
  it.runIf(process.getuid?.() !== 0)('says that it may not', async () => {
    const path = join(root, 'mine');
    writeFileSync(path, 'x', { mode: 0o000 });
    expect(await codeOf(readInput(path))).toBe('file-not-readable');
    rmSync(path);
  });

  it('refuses 3 GiB without reading them', async () => {
    const huge = join(root, 'huge.onnx');
    writeFileSync(huge, '');
    truncateSync(huge, 3 * 2 ** 30);
    expect(await codeOf(readInput(huge))).toBe('file-not-readable');
    rmSync(huge);
  });
});

describe('readFolder', () => {
  it('reads what is wanted, by sorted path, and follows no link', async () => {
    const files = await readFolder(root, (path) => !path.startsWith('report.'));
    expect([...files.keys()]).toEqual(['chip/core.bin', 'program.json']);
    expect(files.get('chip/core.bin')).toEqual(new Uint8Array([1, 2]));
  });

  it('refuses a gigabyte without reading it', async () => {
    const huge = join(root, 'chip', 'huge.bin');
    writeFileSync(huge, '');
    truncateSync(huge, 2 ** 30);
    expect(await codeOf(readFolder(root, () => true))).toBe('file-not-readable');
    rmSync(huge);
  });

  it('says that there is none', async () => {
    expect(await codeOf(readFolder(join(root, 'nothing'), () => true))).toBe('file-not-found');
  });
});
