import type { Diagnostic } from './diagnostic.ts';

/** Names from files go to a terminal: control characters are shown, not obeyed, and nothing runs on for pages. */
export function printable(text: string, limit = 400): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach the terminal
  const safe = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return safe.length > limit ? `${safe.slice(0, limit)}…` : safe;
}

/** A value that a JSON file holds, as part of a sentence. Lists and objects, which may be nested without end, are only named. */
export function describeJson(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : printable(String(JSON.stringify(value)), 60);
}

/** The diagnostic as it is printed: `error[code]: message`, places, notes, help. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const lines = [`${diagnostic.severity}[${diagnostic.code}]: ${printable(diagnostic.message)}`];
  for (const place of diagnostic.places) {
    const parts = [place.file, place.item].filter((part): part is string => part !== undefined);
    lines.push(`  --> ${parts.map((part) => printable(part)).join(', ')}`);
  }
  for (const note of diagnostic.notes) lines.push(`   = note: ${printable(note, 2000)}`);
  lines.push(`   = help: ${printable(diagnostic.help)}`);
  return lines.join('\n');
}
