import { STATEMENT } from '../run-report.ts';
import { type Html, html, trusted } from './html.ts';
import { STYLE } from './style.ts';

export interface Shell {
  readonly title: string;
  /** What kind of page this is. */
  readonly kind: string;
  /** Paragraphs under the title. */
  readonly lead: readonly string[];
  /** How far to trust it, in a word each; the first is that it is modelled. */
  readonly stamps: readonly string[];
  readonly main: readonly Html[];
}

/**
 * One HTML file that needs nothing else: no script, no font, no image, no request (its own security policy forbids them).
 */
export function renderShell({ title, kind, lead, stamps, main }: Shell): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title} · spikec</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<header><div>
<p class="eyebrow">${kind}</p>
<h1>${title}</h1>
${lead.map((paragraph) => html`<p>${paragraph}</p>`)}
<ul class="stamps"><li class="warn">${STATEMENT}</li>${stamps.map((stamp) => html`<li>${stamp}</li>`)}</ul>
</div></header>
<main>
${main}
</main>
<footer><div>Made by spikec. Every joule and second on this page is ${STATEMENT}.</div></footer>
</body>
</html>
`.markup;
}

/** A section with its heading; `id` is its anchor. */
export const panel = (id: string, title: string, lead: string, content: readonly Html[]): Html =>
  html`<section class="panel" aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${lead === '' ? html`` : html`<p class="lead">${lead}</p>`}
${content}
</section>`;
