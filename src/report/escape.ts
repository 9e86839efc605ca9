/** Names come from users' files: each format gets them as text, never as markup or as a formula. */

/** Lone surrogates cannot be written as UTF-8. */
const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\ufffd');

const HTML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text for HTML, SVG and their attributes; characters that XML forbids become U+FFFD. */
export function escapeHtml(text: string): string {
  return (
    wellFormed(text)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML 1.0 forbids
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
      .replace(/[&<>"']/g, (c) => HTML[c])
  );
}

const LATEX: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  _: '\\_',
  '%': '\\%',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '"': "''",
  µ: '\\ensuremath{\\mu}',
  '×': '\\ensuremath{\\times}',
  '±': '\\ensuremath{\\pm}',
  '≥': '\\ensuremath{\\geq}',
  '≤': '\\ensuremath{\\leq}',
  '→': '\\ensuremath{\\rightarrow}',
  '−': '\\ensuremath{-}',
  '–': '--',
  '—': '---',
  '…': '\\ldots{}',
  '‘': '`',
  '’': "'",
  '“': '``',
  '”': "''",
};

/** What the fonts of LaTeX's T1 encoding hold beyond ASCII (U+00A1 to U+017E but for a few letters); anything else would stop pdfLaTeX. */
const inT1 = (c: string): boolean => c >= '\u00a1' && c <= '\u017e' && !'\u00adĦħĸĿŀŉŦŧ'.includes(c);

/** Text for a LaTeX document in T1 fonts; line breaks and control characters become spaces, letters that T1 lacks their code point. */
export function escapeLatex(text: string): string {
  return (
    wellFormed(text)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these would break a line or the run
      .replace(/[\u0000-\u001f\u007f\u0085\u2028\u2029]+/g, ' ')
      .replace(/[\\{}$&#_%~^<>|"]|[^ -~]/gu, (c) => LATEX[c] ?? (inT1(c) ? c : codePoint(c)))
  );
}

/** `[U+4E2D]` */
const codePoint = (c: string): string => `[U+${(c.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`;

/**
 * One CSV field (RFC 4180). Text that a spreadsheet would take for a formula gets a leading apostrophe
 * (OWASP, "CSV Injection"); numbers are written by `String` and never pass here.
 */
export function escapeCsv(text: string): string {
  const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n\t]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
