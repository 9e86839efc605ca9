import { escapeLatex } from '../escape.ts';
import type { Paragraph, Sentence } from '../methods.ts';
import { type CiteKeys, citeLatex } from './citations.ts';

/** `methods.tex`: paragraphs to be put into a paper. */
export function methodsToLatex(paragraphs: readonly Paragraph[], names: CiteKeys): string {
  const sentence = ({ text, cites }: Sentence): string => {
    const cited = cites.length === 0 ? null : citeLatex(cites, names);
    return `${escapeLatex(text)}${cited === null ? '' : `~${cited}`}.`;
  };
  const written = paragraphs.map(({ title, sentences }) => `\\paragraph{${escapeLatex(title)}.}\n${sentences.map(sentence).join('\n')}\n`);
  return `% Made by spikec; cites references.bib.\n\n${written.join('\n')}`;
}
