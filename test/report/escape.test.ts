import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeCsv, escapeHtml, escapeLatex } from '../../src/report/escape.ts';

describe('escapeHtml', () => {
  it('leaves no character that begins markup or ends an attribute', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapeHtml(text)).not.toMatch(/[<>"']|&(?!amp;|lt;|gt;|quot;|#39;)/);
      }),
    );
  });

  it('replaces what XML and UTF-8 cannot hold', () => {
    expect(escapeHtml('a\u0000b\ud800c')).toBe('a\ufffdb\ufffdc');
  });
});

describe('escapeLatex', () => {
  it('writes the ten special characters as text', () => {
    expect(escapeLatex('a_b%c\\d{e}$&#~^')).toBe('a\\_b\\%c\\textbackslash{}d\\{e\\}\\$\\&\\#\\textasciitilde{}\\textasciicircum{}');
  });

  it('leaves nothing that the fonts of T1 lack', () => {
    expect(escapeLatex('Müller’s 10 µs − 中文 \u{1f600}')).toBe(
      "Müller's 10 \\ensuremath{\\mu}s \\ensuremath{-} [U+4E2D][U+6587] [U+1F600]",
    );
  });

  it('keeps a row on its line', () => {
    expect(escapeLatex('a\nb\r\nc')).toBe('a b c');
  });

  it('leaves no special character unescaped', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('\\', '{', '}', '$', '&', '#', '_', '%', '~', '^', 'a') }), (text) => {
        const rest = escapeLatex(text).replace(/\\text[a-z]+\{\}|\\[{}$&#_%]/g, '');
        expect(rest).toMatch(/^a*$/);
      }),
    );
  });
});

describe('escapeCsv', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', '"\'\t=1"'],
    ['a,b', '"a,b"'],
    ['say "x"', '"say ""x"""'],
    ['two\nlines', '"two\nlines"'],
    ['plain_name', 'plain_name'],
  ])('%j becomes %j', (text, field) => {
    expect(escapeCsv(text)).toBe(field);
  });
});
