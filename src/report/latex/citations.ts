import type { SourceReport } from '../cost-report.ts';
import { escapeLatex } from '../escape.ts';

/** The name a source has in BibTeX files; undefined: it is not in the bibliography. */
export type CiteKeys = ReadonlyMap<string, string>;

/** Keys of sources come from chip files of users: BibTeX takes few characters, and does not tell capitals apart. */
export function citeKeys(sources: readonly SourceReport[]): CiteKeys {
  const taken = new Set<string>();
  const keys = new Map<string, string>();
  for (const { key } of sources) {
    if (keys.has(key)) continue;
    const plain = key.replace(/[^A-Za-z0-9:.-]/g, '-') || 'source';
    let name = plain;
    for (let copy = 2; taken.has(name.toLowerCase()); copy++) name = `${plain}-${copy}`;
    taken.add(name.toLowerCase());
    keys.set(key, name);
  }
  return keys;
}

/** `\cite{a,b}` of those keys that are in the bibliography; null where none is. */
export function citeLatex(keys: readonly string[], names: CiteKeys): string | null {
  const found = keys.flatMap((key) => names.get(key) ?? []);
  return found.length === 0 ? null : `\\cite{${found.join(',')}}`;
}

/** `references.bib`: one entry a source, in the order given. */
export function bibliographyToBibtex(sources: readonly SourceReport[]): string {
  const names = citeKeys(sources);
  const entries = sources.map((source) => {
    const fields = fieldsOf(source, names.get(source.key) ?? '').map(([name, value]) => `  ${name} = {${value}}`);
    return `@misc{${names.get(source.key)},\n${fields.join(',\n')}\n}\n`;
  });
  return `% Made by spikec: the sources that tables/*.tex and methods.tex cite.\n\n${entries.join('\n')}`;
}

/**
 * A reference as people write it (`Davies et al., IEEE Micro 38(1), 82-99, 2018, doi 10.1109/…`) in BibTeX's fields. What is not told apart
 * stays in `howpublished`.
 */
function fieldsOf({ title, reference }: SourceReport, name: string): (readonly [string, string])[] {
  const parts = reference.split(', ');
  const author = parts.length > 1 ? /^(\p{Lu}[\p{L}’-]*(?: \p{Lu}[\p{L}’-]*)?)( et al\.)?$/u.exec(parts[0]) : null;
  const rest = author === null ? parts : parts.slice(1);
  const year = rest.find((part) => /^(19|20)\d\d$/.test(part));
  const doi = rest.find((part) => /^doi 10\.\S+$/.test(part));
  const published = rest.filter((part) => part !== year && part !== doi).join(', ');
  return [
    // What has no author is sorted by its key.
    ...(author === null
      ? [['key', name] as const]
      : [['author', `{${inBraces(author[1])}}${author[2] === undefined ? '' : ' and others'}`] as const]),
    ['title', `{${inBraces(title)}}`],
    ['howpublished', inBraces(published)],
    ...(year === undefined ? [] : [['year', year] as const]),
    ...(doi === undefined ? [] : [['note', inBraces(doi)] as const]),
  ];
}

/** BibTeX counts braces, escaped ones too. */
const inBraces = (text: string): string => escapeLatex(text).replaceAll('\\{', '\\textbraceleft{}').replaceAll('\\}', '\\textbraceright{}');
