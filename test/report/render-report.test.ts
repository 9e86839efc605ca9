import { describe, expect, it } from 'vitest';
import { buildReport, renderReport } from '../../src/report/index.ts';
import { exampleParts } from './example-parts.ts';

const NASTY = `<script>alert(1)</script> 100%_\\"'&{}$#\u0007`;
const FORMULA = '=cmd|"/C calc"!A0';

const textsOf = (parts: typeof exampleParts): Map<string, string> =>
  new Map(renderReport(buildReport(parts)).map(({ path, content }) => [path, String(content)]));

const plain = textsOf(exampleParts);
const nasty = textsOf({
  ...exampleParts,
  model: { ...exampleParts.model, name: NASTY, file: NASTY },
  target: { ...exampleParts.target, name: NASTY, description: NASTY },
  perPopulation: exampleParts.perPopulation.map((p) => ({
    ...p,
    name: FORMULA,
    origin: { file: NASTY, recogniser: NASTY, nodes: [NASTY] },
  })),
  operations: exampleParts.operations.map((o) => ({ ...o, name: NASTY, note: NASTY })),
  diagnostics: exampleParts.diagnostics.map((d) => ({ ...d, message: NASTY, places: [{ file: NASTY }] })),
  settings: { ...exampleParts.settings, options: { [NASTY]: NASTY } },
});

/** Every tag is closed in order; attributes are quoted. Throws otherwise. */
function checkMarkup(markup: string): void {
  const open: string[] = [];
  for (const [tag, close, name, attributes, selfClosing] of markup.matchAll(
    /<(\/?)([a-z0-9]+)((?:\s+[a-zA-Z:-]+="[^"<>]*")*)\s*(\/?)>|<(?!!doctype)/gi,
  )) {
    if (name === undefined) throw new Error(`stray < near ${markup.slice(markup.indexOf(tag), 80)}`);
    if (close === '/') {
      if (open.pop() !== name) throw new Error(`</${name}> closes nothing`);
    } else if (selfClosing !== '/' && name !== 'meta') {
      open.push(name);
    }
    if (/\son[a-z]+=/i.test(attributes)) throw new Error(`event handler in <${name}>`);
  }
  if (open.length > 0) throw new Error(`never closed: ${open.join(' ')}`);
}

describe('renderReport', () => {
  it('writes the files of the contract', () => {
    const paths = [...plain.keys()];
    expect(paths).toContain('report.json');
    expect(paths).toContain('report.html');
    for (const table of ['accuracy', 'energy', 'latency', 'events', 'populations', 'operations', 'cores', 'predictions']) {
      expect(paths).toContain(`tables/${table}.tex`);
      expect(paths).toContain(`tables/${table}.csv`);
    }
    for (const figure of ['energy', 'latency', 'floorplan', 'populations']) expect(paths).toContain(`figures/${figure}.svg`);
  });

  it('is the same to the byte for the same report', () => {
    expect(textsOf(exampleParts)).toEqual(plain);
  });

  it('says in every figure and table of energy and latency that it is modelled, and on what basis', () => {
    for (const id of ['energy', 'latency']) {
      for (const path of [`tables/${id}.tex`, `figures/${id}.svg`]) {
        expect(plain.get(path)).toContain('modelled, not measured');
        expect(plain.get(path)).toContain('proxy');
      }
      expect(plain.get(`tables/${id}.csv`)).toContain('proxy');
    }
    expect(plain.get('report.html')).toContain('modelled, not measured');
  });

  it('makes one page that asks for nothing from outside and runs nothing', () => {
    const page = plain.get('report.html') ?? '';
    expect(page).not.toMatch(/<(script|link|img|iframe|object|embed|form|base)\b/i);
    expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/(https?:)?\/\/[a-z]|url\(|@import/i);
    expect(page).toContain("default-src 'none'");
    expect(page.match(/<h1>/g)).toHaveLength(1);
    expect((page.match(/<table>/g) ?? []).length).toBe((page.match(/<caption>/g) ?? []).length);
    expect(page).toMatch(/<html lang="en">/);
  });

  it.each([...plain.keys()].filter((path) => /\.(html|svg)$/.test(path)))('%s is well-formed, nasty names included', (path) => {
    for (const texts of [plain, nasty]) {
      const markup = texts.get(path) ?? '';
      expect(() => checkMarkup(markup.replace(/<style>[^<]*<\/style>/, ''))).not.toThrow();
      expect(markup).not.toContain('<script');
    }
  });

  it('keeps rows of LaTeX tables whole, whatever the names', () => {
    for (const [path, text] of nasty) {
      if (!path.endsWith('.tex')) continue;
      const columns = /\\begin\{tabular\}\{([lr]+)\}/.exec(text)?.[1].length;
      const rows = text.split('\n').filter((line) => line.endsWith(' \\\\'));
      expect(rows.length).toBeGreaterThan(1);
      for (const row of rows) expect(row.split(' & ')).toHaveLength(columns ?? 0);
      expect(text).not.toContain('\u0007');
    }
  });

  it('gives spreadsheets no formula', () => {
    const text = nasty.get('tables/populations.csv') ?? '';
    expect(text).toContain(`"'=cmd|""/C calc""!A0"`);
    expect(text).not.toMatch(/(^|,|\n)"?=cmd/);
  });

  it('leaves unknown figures empty in CSV and unknown in LaTeX', () => {
    expect(plain.get('tables/energy.csv')).toMatch(/^barriers,dynamic,163,barrier,,,/m);
    expect(plain.get('tables/energy.tex')).toMatch(/barriers & dynamic & 163 & barrier & unknown & unknown/);
  });

  it('draws a network on several chips, and one without a single spike', () => {
    const cores = exampleParts.cores.map((core) => ({ ...core, chip: core.core % 2 }));
    const silent = exampleParts.perPopulation.map((p) => ({ ...p, spikes: 0, firingRate: 0 }));
    const texts = textsOf({ ...exampleParts, target: { ...exampleParts.target, chips: 2 }, cores, perPopulation: silent });
    expect(texts.get('figures/floorplan.svg')).toContain('chip 1');
    expect(texts.get('figures/populations.svg')).not.toContain('NaN');
  });
});
