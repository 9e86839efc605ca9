import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { EmittedFile } from '../../src/ir/files.ts';
import { buildReport, compareRuns, renderReport } from '../../src/report/index.ts';
import { findProgram } from '../support/chromium.ts';
import { exampleParts, exampleRaster } from './example-parts.ts';
import { hostileParts, hostileRaster, NASTY } from './hostile.ts';

const latex = findProgram(['pdflatex']);
const bibtex = findProgram(['bibtex']);
const hasPackages = latex !== null && spawnSync('kpsewhich', ['booktabs.sty', 'longtable.sty', 'graphicx.sty']).status === 0;
const ready = hasPackages && bibtex !== null;
if (!ready) console.warn('skipped: no pdflatex with booktabs, longtable and graphicx, and bibtex, to compile the tables with');

const folder = mkdtempSync(join(tmpdir(), 'spikec-latex-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Log of `name`.tex and of its bibliography after as many runs as references take. Throws where one stops. */
function compile(files: readonly EmittedFile[], name: string, to: string): string {
  const place = join(folder, to);
  for (const { path, content } of files) {
    mkdirSync(dirname(join(place, path)), { recursive: true });
    writeFileSync(join(place, path), content);
  }
  const run = (program: string, args: readonly string[]): void => {
    const { status, stdout } = spawnSync(program, args, { cwd: place, encoding: 'latin1', timeout: 60_000 });
    if (status !== 0) throw new Error(`${program} ${args.join(' ')}\n${stdout.slice(-3000)}`);
  };
  const tex = ['-interaction=nonstopmode', '-halt-on-error', '-no-shell-escape', name];
  run('pdflatex', tex);
  run('bibtex', [name]);
  run('pdflatex', tex);
  run('pdflatex', tex);
  return readFileSync(join(place, `${name}.log`), 'latin1') + readFileSync(join(place, `${name}.blg`), 'latin1');
}

describe.skipIf(!ready)('LaTeX', () => {
  it.each([
    ['a report', renderReport(buildReport(exampleParts), exampleRaster)],
    ['hostile names', renderReport(buildReport(hostileParts), hostileRaster)],
  ])('compiles report.tex of %s, every citation found', (name, files) => {
    const log = compile(files, 'report', name.replace(' ', '-'));
    expect(log).not.toMatch(/undefined (references|citations)|Citation .* undefined|multiply defined/i);
    expect(log).not.toMatch(/^Warning--/m);
    expect(log).toContain('Output written on report.pdf');
  });

  it('compiles comparison.tex', async () => {
    const { files } = await compareRuns([
      { folder: 'plain', report: buildReport(exampleParts) },
      { folder: NASTY, report: buildReport(hostileParts) },
    ]);
    expect(compile(files, 'comparison', 'comparison')).not.toMatch(/undefined (references|citations)|multiply defined/i);
  });

  it('sees a name that was not escaped', () => {
    const broken = renderReport(buildReport(exampleParts), null).map((file) =>
      file.path === 'methods.tex' ? { ...file, content: `${String(file.content)} a_b` } : file,
    );
    expect(() => compile(broken, 'report', 'broken')).toThrow();
  });
});
