import { accountingTables } from '../accounting-tables.ts';
import { type BarChart, barLength } from '../bar-chart.ts';
import { energyTable, latencyTable, paceName, paceTable } from '../cost-tables.ts';
import { drawFloorplan } from '../floorplan.ts';
import { formatCount, formatPercent, formatSi } from '../format-figures.ts';
import { energyChart, energyHeadline, latencyChart, latencyHeadline, populationChart } from '../run-figures.ts';
import { type RunReport, STATEMENT } from '../run-report.ts';
import { accuracyTable, coreTable, eventTable, operationTable, populationTable, predictionTable, resolutionTables } from '../run-tables.ts';
import { runTitle } from '../run-title.ts';
import { renderCards } from './cards.ts';
import { type Html, html, htmlTable, trusted } from './html.ts';
import { renderDiagnostics, renderSegments, renderSettings, renderSources } from './particulars.ts';
import { STYLE } from './style.ts';

/**
 * The report as one HTML file that needs nothing else: no script, no font, no image, no request (its own security policy forbids them).
 */
export function renderPage(report: RunReport): string {
  const { model, target, samples, energy, latency } = report;
  const title = runTitle(report);
  const page = html`<!doctype html>
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
<p class="eyebrow">spikec report</p>
<h1>${title}</h1>
<p>${formatCount(model.neurons)} spiking neurons in ${model.populations} populations, ${formatCount(model.synapses)} synapses, ${model.timesteps} timesteps, ${model.classes} classes; ${samples} clip${samples === 1 ? '' : 's'} of ${report.data.file}.</p>
<p>${target.description}</p>
<ul class="stamps"><li class="warn">${STATEMENT}</li><li>costs: ${energy.basis}</li><li>${paceName(energy.mode)}</li><li>${latency.model} timing</li></ul>
</div></header>
<main>
${renderCards(report)}
${panel('accuracy', 'Does it still decide the same?', `The same clips, three times: by the reference, by the recovered network, and by the chip's integer arithmetic.`, [renderBars(accuracyChart(report)), htmlTable(accuracyTable(report)), html`<details><summary>Every clip</summary>${htmlTable(predictionTable(report))}</details>`])}
${panel('energy', 'Where the energy goes', `${energyHeadline(report)} per clip, ${STATEMENT}; costs: ${energy.basis}.`, [renderBars(energyChart(report)), htmlTable(energyTable(report)), htmlTable(paceTable(report))])}
${panel('latency', 'Where the time goes', `${latencyHeadline(report)} per clip, ${STATEMENT}; ${afterLastFrame(report)}`, [renderBars(latencyChart(report)), htmlTable(latencyTable(report)), renderSegments(latency.segments)])}
${panel('floorplan', 'Does it fit?', placementSentence(report), [html`<figure>${trusted(drawFloorplan(report))}</figure>`, html`<details><summary>Every core</summary>${htmlTable(coreTable(report))}</details>`])}
${panel('populations', 'Population by population', 'Who fires how often, what arrives there, and where it came from.', [renderBars(populationChart(report)), htmlTable(populationTable(report))])}
${panel('operations', 'Where each operation runs', 'What is not a neuron or a synapse needs a place too.', [htmlTable(operationTable(report))])}
${resolutionTables(report).map((table) => panel('resolution', table.title, 'A weight has 16 bits, and what arrives at once must fit a slot of 16.', [htmlTable(table)]))}
${accountingTables(report).map((table) => panel(table.id, table.title, table.caption, [htmlTable(table)]))}
${panel('events', 'What happened', 'Counted in the simulation, mean per clip.', [htmlTable(eventTable(report))])}
${panel('diagnostics', 'Warnings', report.diagnostics.length === 0 ? 'None.' : 'What to know before trusting the figures.', [renderDiagnostics(report.diagnostics)])}
${panel('sources', 'Sources of the costs', `Each cost says how far it can be trusted: published for this chip, proxy (published for another chip), or assumed.`, [renderSources(energy.sources)])}
${panel('settings', 'How this was made', 'Enough to make it again, to the byte.', [renderSettings(report)])}
</main>
<footer><div>Made by spikec. Every joule and second on this page is ${STATEMENT}.</div></footer>
</body>
</html>
`;
  return page.markup;
}

const panel = (id: string, title: string, lead: string, content: readonly Html[]): Html =>
  html`<section class="panel" aria-labelledby="${id}"><h2 id="${id}">${title}</h2><p class="lead">${lead}</p>
${content}
</section>`;

/** Bars as a list, so that they wrap on a narrow screen and are read out as text. */
function renderBars(chart: BarChart): Html {
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

function accuracyChart(report: RunReport): BarChart {
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

function afterLastFrame({ latency }: RunReport): string {
  const steps = `${latency.timesteps} chip steps, ${latency.addedLatencySteps} more than the model has`;
  return latency.secondsAfterLastFrame === null
    ? `${steps}.`
    : `${formatSi(latency.secondsAfterLastFrame, 's')} of it after the last frame; ${steps}.`;
}

function placementSentence({ mapping, target }: RunReport): string {
  const hops = `Spike-weighted hops under the estimated traffic: ${formatCount(mapping.hops)} (greedy placement ${formatCount(mapping.greedyHops)}, random ${formatCount(mapping.randomHops)})`;
  return `${target.cores} cores, at most ${target.neuronsPerCoreMax} neurons on one. ${hops}; the busiest core carries ${mapping.criticalLoad.toFixed(2)} times the mean load.`;
}
