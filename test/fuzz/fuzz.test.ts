import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

function fuzz(...args: string[]): string {
  const { stdout, stderr } = spawnSync(process.execPath, [path('fuzz.js'), ...args], { encoding: 'utf8' });
  return stderr + stdout;
}

it('survives 2,000 mutated inputs', () => {
  expect(fuzz('2000', '1')).toMatch(/^2000 inputs, 0 failures /);
}, 300_000);

it('survives what it once did not', () => {
  const saved = readdirSync(path('regressions')).length;
  expect(saved).toBeGreaterThan(0);
  expect(fuzz('--saved', path('regressions'))).toMatch(new RegExp(`^${saved} inputs, 0 failures `));
}, 300_000);
