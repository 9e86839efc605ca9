import type { Diagnostic } from '../../diagnostics/index.ts';
import type { SegmentReport, SourceReport } from '../cost-report.ts';
import { describeFeatures } from '../describe-features.ts';
import { formatSi } from '../format-figures.ts';
import type { Paragraph } from '../methods.ts';
import type { RunReport } from '../run-report.ts';
import { settingLines } from '../setting-lines.ts';
import { type Html, html, htmlTable } from './html.ts';

export function renderSegments(segments: readonly SegmentReport[]): Html {
  return htmlTable({
    id: 'segments',
    title: 'Segments',
    caption: 'Segments run one after the other; between them spikes are buffered and replayed',
    columns: [
      { name: 'segment' },
      { name: 'kind' },
      { name: 'chip steps', format: String },
      { name: 'time', format: (s) => formatSi(s, 's') },
    ],
    rows: segments.map((s) => [`segment ${s.index}`, s.kind, s.steps, s.seconds]),
    notes: [],
  });
}

export function renderDiagnostics(diagnostics: readonly Diagnostic[]): Html {
  return html`${diagnostics.map(
    (d) => html`<div class="diagnostic"><p><code>${d.severity}[${d.code}]</code> ${d.message}</p>
${d.places.map((place) => html`<p class="note">at ${[place.file, place.item].filter((part) => part !== undefined).join(', ')}</p>`)}
${d.notes.map((note) => html`<p class="note">${note}</p>`)}<p class="note">${d.help}</p></div>`,
  )}`;
}

export function renderSources(sources: readonly SourceReport[]): Html {
  return htmlTable({
    id: 'sources',
    title: 'Sources',
    caption: 'The key stands beside each cost above, and in the methods',
    columns: [{ name: 'key' }, { name: 'title' }, { name: 'reference' }],
    rows: sources.map((s) => [s.key, s.title, s.reference]),
    notes: [],
  });
}

/** Sources in brackets, by the keys of the table of sources. */
export function renderMethods(paragraphs: readonly Paragraph[], sources: readonly SourceReport[]): Html {
  const listed = new Set(sources.map(({ key }) => key));
  const brackets = (cites: readonly string[]): string => {
    const keys = cites.filter((key) => listed.has(key));
    return keys.length === 0 ? '' : ` [${keys.join(', ')}]`;
  };
  return html`${paragraphs.map(
    ({ title, sentences }) =>
      html`<h3>${title}</h3><p class="prose">${sentences.map(({ text, cites }) => html`${text}${brackets(cites)}.`)}</p>`,
  )}`;
}

export function renderSettings(report: RunReport): Html {
  const { settings, data, model, mapping } = report;
  const lines: (readonly [string, string])[] = [
    ['model', `${model.file} (${model.format}, ${model.parameters} parameters)`],
    ['data', data.file],
    ['framing', data.framing ?? 'dense data, taken as it is'],
    ...(data.quantized === undefined ? [] : [['features on the chip', describeFeatures(data.quantized)] as const]),
    ['decision', data.decision],
    ['scale rule', mapping.scaleRule],
    ['seed', String(settings.seed)],
    ...settingLines(settings),
  ];
  return html`<dl>${lines.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}
