import { type BarChart, barLength } from '../bar-chart.ts';
import { formatPercent } from '../format-figures.ts';
import type { RunReport } from '../run-report.ts';
import { type Html, html } from './html.ts';

/** Bars as a list, so that they wrap on a narrow screen and are read out as text. */
export function renderBars(chart: BarChart): Html {
  const track = (value: number | null): Html => {
    if (value === null) return html`<span class="track unknown" aria-hidden="true"></span>`;
    const width = (100 * barLength(chart, value)).toFixed(2);
    return html`<span class="track" aria-hidden="true"><span class="fill" style="width:${width}%"></span></span>`;
  };
  const why = (value: number | null, note: string): Html => (value === null ? html`<span class="why">${note}</span>` : html``);
  return html`<ul class="bars" aria-label="${chart.title}">
${chart.bars.map((bar) => html`<li><span class="name">${bar.label}</span>${track(bar.value)}<span class="value">${bar.text}</span>${why(bar.value, bar.note)}</li>`)}
</ul>`;
}

export function accuracyChart(report: RunReport): BarChart {
  const { accuracy } = report;
  const bar = (label: string, value: number | null) => ({
    label,
    value,
    text: value === null ? 'not known' : formatPercent(value),
    note: 'not run, or the data has no labels',
  });
  return {
    title: 'Accuracy by level',
    subtitle: '',
    whole: 1,
    bars: [
      bar('reference', accuracy.reference),
      bar('float', accuracy.float),
      bar('deployed', accuracy.deployed),
      bar('agreement, deployed and float', accuracy.agreement),
    ],
  };
}
