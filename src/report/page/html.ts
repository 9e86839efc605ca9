import { escapeHtml } from '../escape.ts';
import { cellText, type Table } from '../table.ts';

/** Markup that is known to be well-formed. Plain strings are not: `html` escapes them. */
export interface Html {
  readonly markup: string;
}

type Part = string | number | Html | readonly Html[];

/** Template tag: every string put in is escaped, so no name from a file can become markup. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { markup: strings.reduce((text, string, i) => text + markupOf(parts[i - 1]) + string) };
}

function markupOf(part: Part): string {
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return String(part);
  if ('markup' in part) return part.markup;
  return part.map((item) => item.markup).join('\n');
}

/** Markup from our own SVG writer or style sheet. */
export const trusted = (markup: string): Html => ({ markup });

/** A drawing that scrolls sideways where it would become too small to read. */
export const figure = (title: string, svg: string): Html =>
  html`<figure><div class="scroll" role="region" tabindex="0" aria-label="${title}, figure">${trusted(svg)}</div></figure>`;

/** A table that scrolls sideways in its own box on a narrow screen. */
export function htmlTable(table: Table): Html {
  const side = (c: number): Html => (table.columns[c].format === undefined ? html`` : html` class="n"`);
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${table.title}"><table>
<caption><span>${table.caption}</span></caption>
<thead><tr>${table.columns.map((column, c) => html`<th scope="col"${side(c)}>${column.name}</th>`)}</tr></thead>
<tbody>${table.rows.map((row) => html`<tr>${row.map((cell, c) => (c === 0 ? html`<th scope="row"${side(c)}>${cellText(cell, table.columns[c])}</th>` : html`<td${side(c)}>${cellText(cell, table.columns[c])}</td>`))}</tr>`)}</tbody>
</table></div>${table.notes.map((note) => html`<p class="note">${note}</p>`)}`;
}
