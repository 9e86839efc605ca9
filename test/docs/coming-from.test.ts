import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inProcess } from '../cli/in-process.ts';
import { nirFile, numbers } from '../frontend/nir/support/nir-file.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const PAGES = join(root, 'docs/coming-from');
const corpus = (name: string): string => join(root, 'test/fuzz/corpus', name);
const folder = mkdtempSync(join(tmpdir(), 'spikec-pages-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Counts [3, 6, 4] of a network with 4 channels, as numpy.savez writes them. */
function writeClips(): string {
  const path = join(folder, 'clips.npz');
  const header = "{'descr': '|u1', 'fortran_order': False, 'shape': (3, 6, 4), }".padEnd(117).concat('\n');
  const values = Uint8Array.from({ length: 72 }, (_, i) => (i % 3 === 0 ? 1 : 0));
  const npy = Uint8Array.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0, ...new TextEncoder().encode(header), ...values]);
  writeFileSync(path, zipSync({ 'features.npy': npy }));
  return path;
}

/** Small files of the kinds that the pages speak of. */
const FILES: Readonly<Record<string, string>> = {
  'model.onnx': corpus('unrolled.onnx'),
  'net.nir': corpus('recurrent.nir'),
  'network.net': corpus('recurrent.net'),
  'clips.npz': writeClips(),
  'clips.h5': corpus('events.h5'),
};

/** The model of the events has as many classes as they; SpiNNaker's neurons here have no synaptic current. */
const fileOf = (page: string, command: string): Readonly<Record<string, string>> => ({
  ...FILES,
  ...(command.includes('clips.h5') ? { 'model.onnx': corpus('custom.onnx') } : {}),
  ...(page === 'spynnaker.md' ? { 'net.nir': join(folder, 'net.nir') } : {}),
});

const commands = readdirSync(PAGES)
  .filter((page) => page !== 'README.md')
  .flatMap((page) =>
    [...readFileSync(join(PAGES, page), 'utf8').matchAll(/^npx spikec (.+)$/gm)].map(([, command]) => [page, command] as const),
  );

/** The same command on two pages is run once. */
const different = [...new Map(commands.map((entry) => [entry[1], entry])).values()];

beforeAll(async () => {
  const lif = { tau: [0.02, 0.02, 0.02], r: [1, 1, 1], v_leak: [0, 0, 0], v_threshold: [0.1, 0.1, 0.1] };
  const nodes = {
    input: { type: 'Input', shape: numbers([1], [4]) },
    fc: { type: 'Linear', weight: numbers([3, 4], (i) => (i % 5) - 1) },
    lif: { type: 'LIF', ...Object.fromEntries(Object.entries(lif).map(([name, values]) => [name, numbers([3], values)])) },
    output: { type: 'Output', shape: numbers([1], [3]) },
  };
  const edges: [string, string][] = [
    ['input', 'fc'],
    ['fc', 'lif'],
    ['lif', 'output'],
  ];
  writeFileSync(join(folder, 'net.nir'), await nirFile({ nodes, edges }));
});

describe('the pages for users of other tools', () => {
  it('are linked, and show commands', () => {
    const links = readFileSync(join(PAGES, 'README.md'), 'utf8');
    for (const page of new Set(commands.map(([name]) => name))) expect(links).toContain(`](${page})`);
    expect(commands.length).toBeGreaterThan(10);
  });

  it.each(different)('%s: spikec %s', async (page, command) => {
    const files = fileOf(page, command);
    const args = command.split(' ').map((word) => files[word] ?? (word === 'out' ? join(folder, 'out') : word));
    const { code, err } = await inProcess([...args, ...(args.includes('-o') ? ['--force'] : []), '--quiet']);
    expect(err).not.toContain('error[');
    expect(code).toBe(0);
  });
});
