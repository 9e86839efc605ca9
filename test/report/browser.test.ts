import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildReport, compareRuns, renderReport } from '../../src/report/index.ts';
import { Chromium, findChromium } from '../support/chromium.ts';
import { exampleParts, exampleRaster } from './example-parts.ts';
import { hostileParts, hostileRaster, NASTY } from './hostile.ts';

const program = findChromium();
if (program === null) console.warn('skipped: no Chromium on the path (or in CHROMIUM) to open the reports in');

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string }[];
}

const plain = renderReport(buildReport(exampleParts), exampleRaster);
const hostile = renderReport(buildReport(hostileParts), hostileRaster);
const runs = [
  { folder: 'plain', report: buildReport(exampleParts) },
  { folder: NASTY, report: buildReport(hostileParts) },
];
const compared = (await compareRuns(runs)).files;
const contentOf = (files: typeof plain, path: string): string => String(files.find((file) => file.path === path)?.content);
const PAGES = {
  report: contentOf(plain, 'report.html'),
  hostile: contentOf(hostile, 'report.html'),
  comparison: contentOf([...compared], 'comparison.html'),
};

describe.skipIf(program === null)('in a browser', () => {
  let folder = '';
  let browser: Chromium;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'spikec-pages-'));
    for (const [name, page] of Object.entries(PAGES)) writeFileSync(join(folder, `${name}.html`), page);
    browser = await Chromium.open(program ?? '');
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ['report', 1280],
    ['report', 400],
    ['hostile', 400],
    ['comparison', 1280],
    ['comparison', 400],
  ])('%s.html at %i px asks for nothing, complains of nothing, and is accessible', async (name, width) => {
    const url = pathToFileURL(join(folder, `${name}.html`)).href;
    const { requests, complaints } = await browser.visit(url, width);
    // Everything that can be opened is looked at too.
    await browser.evaluate('document.querySelectorAll("details").forEach((details) => { details.open = true; })');
    expect(await browser.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    await browser.evaluate(AXE);
    const { violations } = (await browser.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as { violations: Violation[] };
    const told = violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes[0].html.slice(0, 200)}`);
    expect(told.filter((text) => /^(serious|critical)/.test(text))).toEqual([]);
    expect(await browser.evaluate('document.scripts.length')).toBe(0);
    expect(requests).toEqual([url]);
    expect(complaints).toEqual([]);
  });

  it('parses every figure as XML, whatever the names', async () => {
    const figures = [...plain, ...hostile, ...compared].filter(({ path }) => path.endsWith('.svg'));
    expect(figures.length).toBeGreaterThan(12);
    for (const { path, content } of figures) {
      const parsed = `new DOMParser().parseFromString(${JSON.stringify(content)}, 'image/svg+xml')`;
      expect(
        await browser.evaluate(
          `(() => { const d = ${parsed}; return d.querySelector('parsererror')?.textContent ?? d.documentElement.localName; })()`,
        ),
        path,
      ).toBe('svg');
    }
  });

  it('sees what is wrong: a broken figure, a request, a page without accessible names', async () => {
    expect(
      await browser.evaluate(`new DOMParser().parseFromString('<svg><a></svg>', 'image/svg+xml').querySelector('parsererror') !== null`),
    ).toBe(true);
    writeFileSync(join(folder, 'bad.html'), '<html><body><img src="missing.png"><script>console.error("no")</script></body></html>');
    const { requests, complaints } = await browser.visit(pathToFileURL(join(folder, 'bad.html')).href, 400);
    await browser.evaluate(AXE);
    const { violations } = (await browser.evaluate('axe.run(document)')) as { violations: Violation[] };
    expect(violations.map(({ id }) => id)).toEqual(expect.arrayContaining(['image-alt', 'html-has-lang']));
    expect(requests).toHaveLength(2);
    expect(complaints.length).toBeGreaterThan(0);
  });
});
