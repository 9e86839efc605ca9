import type { SourceReport } from '../cost-report.ts';
import type { Paragraph } from '../methods.ts';
import { figure, html, htmlTable } from '../page/html.ts';
import { renderMethods, renderSources } from '../page/particulars.ts';
import { panel, renderShell } from '../page/shell.ts';
import type { Table } from '../table.ts';
import type { NamedRun } from './named-run.ts';
import { basisNote } from './tables.ts';

export interface ComparisonParts {
  readonly runs: readonly NamedRun[];
  readonly tables: readonly Table[];
  readonly sentences: readonly string[];
  /** Title and SVG. */
  readonly figures: readonly (readonly [string, string])[];
  readonly methods: readonly Paragraph[];
  readonly sources: readonly SourceReport[];
}

/** `comparison.html`: the runs side by side on one page. */
export function renderComparisonPage({ runs, tables, sentences, figures, methods, sources }: ComparisonParts): string {
  const bases = [...new Set(runs.map(({ report }) => `costs: ${report.energy.basis}`))];
  return renderShell({
    title: `${runs.length} run${runs.length === 1 ? '' : 's'} compared`,
    kind: 'spikec comparison',
    lead: [runs.map(({ folder, report }) => `${folder}: ${report.model.name} on ${report.target.name}`).join('; ')],
    stamps: bases,
    main: [
      panel('figures', 'What is bought, and at what price', `Against the first run; ${basisNote(runs)}.`, [
        html`${sentences.map((sentence) => html`<p class="prose">${sentence}.</p>`)}`,
        ...figures.map(([name, svg]) => figure(name, svg)),
      ]),
      ...tables.map((table) => panel(table.id, table.title, '', [htmlTable(table)])),
      panel('methods', 'Methods', 'For a paper: methods.tex says the same, with references.bib.', [renderMethods(methods, sources)]),
      panel('sources', 'Sources', 'Of the costs and of the statistics.', [renderSources(sources)]),
    ],
  });
}
