import { describe, expect, it } from 'vitest';
import { buildReport, type Raster, renderReport } from '../../src/report/index.ts';
import { exampleParts, exampleRaster } from './example-parts.ts';
import { hostileParts, hostileRaster } from './hostile.ts';

const textsOf = (parts: typeof exampleParts, raster: Raster | null = exampleRaster): Map<string, string> =>
  new Map(renderReport(buildReport(parts), raster).map(({ path, content }) => [path, String(content)]));

const plain = textsOf(exampleParts);
const nasty = textsOf(hostileParts, hostileRaster);

/** Every tag is closed in order; attributes are quoted. Throws otherwise. */
function checkMarkup(markup: string): void {
  const open: string[] = [];
  for (const [tag, close, name, attributes, selfClosing] of markup.matchAll(
    /<(\/?)([a-z0-9]+)((?:\s+[a-zA-Z][a-zA-Z0-9:-]*="[^"<>]*")*)\s*(\/?)>|<(?!!doctype)/gi,
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
    for (const table of ['accuracy', 'energy', 'latency', 'events', 'populations', 'operations', 'cores', 'time-course', 'predictions']) {
      expect(paths).toContain(`tables/${table}.tex`);
      expect(paths).toContain(`tables/${table}.csv`);
    }
    for (const path of ['report.tex', 'methods.tex', 'references.bib']) expect(paths).toContain(path);
    for (const figure of ['energy', 'latency', 'floorplan', 'populations', 'raster', 'time-course'])
      expect(paths).toContain(`figures/${figure}.svg`);
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
      if (!path.startsWith('tables/') || !path.endsWith('.tex')) continue;
      const spec = /\\begin\{(?:tabular|longtable)\}\{(.+)\}$/m.exec(text)?.[1] ?? '';
      const columns = spec.replace(/>\{[^}]+\}p\{[^}]+\}/g, 'l');
      expect(columns).toMatch(/^[lr]+$/);
      const rows = text.split('\n').filter((line) => line.endsWith(' \\\\'));
      expect(rows.length).toBeGreaterThan(1);
      for (const row of rows) expect(row.split(' & ')).toHaveLength(columns.length);
      expect(text).not.toContain('\u0007');
    }
  });

  it('cites every source of a cost that it lists, and lists every one that it cites', () => {
    const listed = [...(plain.get('references.bib') ?? '').matchAll(/^@misc\{([^,]+),$/gm)].map(([, key]) => key);
    const cited = [...plain.values()].flatMap((text) => [...text.matchAll(/\\cite\{([^}]+)\}/g)].flatMap(([, keys]) => keys.split(',')));
    expect(new Set(cited)).toEqual(
      new Set(['davies2018', 'wilson1927', 'dampfhoffer2023', 'yan2024', 'counted-by-paper-formula', 'core-model']),
    );
    expect(listed).toEqual(expect.arrayContaining([...new Set(cited)]));
    expect(plain.get('tables/energy.tex')).toContain('\\cite{davies2018}');
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

  it('has neither raster nor time course where no chip was simulated', () => {
    const texts = textsOf({ ...exampleParts, timeCourse: null }, null);
    expect([...texts.keys()].filter((path) => /raster|time-course/.test(path))).toEqual([]);
    expect(texts.get('report.html')).toContain('No chip was simulated at this level.');
  });

  it('draws a network on several chips, and one without a single spike', () => {
    const cores = exampleParts.cores.map((core) => ({ ...core, chip: core.core % 2 }));
    const silent = exampleParts.perPopulation.map((p) => ({ ...p, spikes: 0, firingRate: 0 }));
    const texts = textsOf({ ...exampleParts, target: { ...exampleParts.target, chips: 2 }, cores, perPopulation: silent });
    expect(texts.get('figures/floorplan.svg')).toContain('chip 1');
    expect(texts.get('figures/populations.svg')).not.toContain('NaN');
  });
});
