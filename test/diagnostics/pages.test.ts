import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CODES } from '../../src/diagnostics/index.ts';

const PAGES = fileURLToPath(new URL('../../docs/diagnostics', import.meta.url));
const TESTS = fileURLToPath(new URL('..', import.meta.url));
const codes = Object.keys(CODES).sort();

const testTexts = readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts') && !name.endsWith('pages.test.ts'))
  .map((name) => readFileSync(join(TESTS, name), 'utf8'))
  .join('\n');

describe('every diagnostic code', () => {
  it('has letters and dashes only', () => {
    expect(codes.filter((code) => !/^[a-z]+(-[a-z]+)*$/.test(code))).toEqual([]);
  });

  it('has a page, and every page a code', () => {
    expect(readdirSync(PAGES).sort()).toEqual(codes.map((code) => `${code}.md`));
  });

  it.each(codes)('%s: its page shows it as it is printed, and says what is allowed and how to mend it', (code) => {
    const { severity, help } = CODES[code as keyof typeof CODES];
    const page = readFileSync(join(PAGES, `${code}.md`), 'utf8');
    expect(page.startsWith(`# ${code}\n`)).toBe(true);
    expect(page).toContain(`${severity}[${code}]: `);
    expect(page).toContain(`   = help: ${help}\n`);
    expect(page).toContain('**Allowed:** ');
    expect(page).toContain('**To mend it:** ');
    expect(page.split('\n').length).toBeLessThan(30);
  });

  it('is exercised by a test', () => {
    expect(codes.filter((code) => !testTexts.includes(`'${code}'`) && !testTexts.includes(`[${code}]`))).toEqual([]);
  });
});
