import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { ROOT, spikec } from './run-cli.ts';

const CORPUS = join(ROOT, 'test/fuzz/corpus');
const DATA = join(CORPUS, 'dense.npz');
/** Its random weights leave a population silent, which is said. */
const COMPLAINT = /error\[|warning\[(?!silent-population)/;
const LEVELS = ['float', 'quantized', 'mapped', 'chip'] as const;

let root = '';
let sound = '';
let files: readonly string[] = [];
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'spikec-damaged-'));
  sound = join(root, 'sound');
  const { code, err } = spikec(['compile', join(CORPUS, 'custom.onnx'), '--target', 'loihi2', '-o', sound]);
  if (code !== 0) throw new Error(err);
  files = readdirSync(sound, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(json|bin)$/.test(path))
    .sort();
});
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

/** The command line in this process: a hundred damages would take a minute as processes of their own. */
async function simulate(folder: string, level: string): Promise<{ code: number; err: string }> {
  let err = '';
  const quiet = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const heard = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += String(text);
    return true;
  });
  try {
    return { code: await main(['simulate', folder, '--data', DATA, '--samples', '1', '--level', level, '--json']), err };
  } finally {
    quiet.mockRestore();
    heard.mockRestore();
    for (const stream of [process.stdout, process.stderr]) stream.removeAllListeners('error');
  }
}

/** A copy of the sound folder with one file changed; null: without it. */
async function withDamage(file: string, damage: (bytes: Uint8Array) => Uint8Array | null, use: (folder: string) => Promise<void>) {
  const folder = join(root, 'damaged');
  cpSync(sound, folder, { recursive: true });
  const bytes = damage(readFileSync(join(folder, file)));
  if (bytes === null) rmSync(join(folder, file));
  else writeFileSync(join(folder, file), bytes);
  await use(folder);
  rmSync(folder, { recursive: true });
}

const flipped =
  (at: number) =>
  (bytes: Uint8Array): Uint8Array => {
    const copy = bytes.slice();
    copy[Math.floor(at * (copy.length - 1))] ^= 4;
    return copy;
  };

const DAMAGES: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array | null>> = {
  deleted: () => null,
  emptied: () => new Uint8Array(0),
  'cut in half': (bytes) => bytes.slice(0, bytes.length / 2),
  'one bit at the start': flipped(0),
  'one bit in the middle': flipped(0.5),
  'one bit at the end': flipped(0.97),
};

describe('a compiled folder', () => {
  it('runs at every level while it is sound', async () => {
    expect(files.length).toBeGreaterThan(6);
    for (const level of LEVELS) expect(await simulate(sound, level)).toEqual({ code: 0, err: expect.not.stringMatching(COMPLAINT) });
  });

  it('runs at the chip level from the files of the chip, without the mapping beside them', async () => {
    await withDamage('program.json', DAMAGES.deleted, async (folder) => {
      expect(await simulate(folder, 'chip')).toEqual({ code: 0, err: expect.not.stringMatching(COMPLAINT) });
      expect((await simulate(folder, 'mapped')).err).toMatch(/^error\[program-missing\]: there is no program.json/);
    });
  });

  it.each(Object.keys(DAMAGES))('with any file %s: a diagnostic, or a result', async (name) => {
    let refused = 0;
    for (const file of files) {
      await withDamage(file, DAMAGES[name], async (folder) => {
        for (const level of LEVELS) {
          const { code, err } = await simulate(folder, level);
          if (code === 0) continue;
          refused++;
          expect(code, `${file} ${name}, ${level}: ${err}`).toBe(1);
          expect(err).toMatch(/^error\[(program-missing|program-malformed|version-unsupported|chip-[a-z-]+|data-[a-z-]+)\]: /);
        }
      });
    }
    expect(refused).toBeGreaterThan(5);
  });

  it('says what is missing', async () => {
    await withDamage('chip/core-000.json', DAMAGES.deleted, async (folder) => {
      const { code, err } = spikec(['simulate', folder, '--data', DATA]);
      expect(code).toBe(1);
      expect(err).toMatch(/^error\[program-missing\]: /);
      expect(err).toContain('core-000.json');
    });
  });
});
