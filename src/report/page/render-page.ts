import { accountingTables } from '../accounting-tables.ts';
import { runBibliography } from '../bibliography.ts';
import { energyTable, latencyTable, paceName, paceTable } from '../cost-tables.ts';
import { drawFloorplan } from '../floorplan.ts';
import { formatCount, formatSi } from '../format-figures.ts';
import { energyHeadline, latencyHeadline } from '../headlines.ts';
import { methodsOf } from '../methods.ts';
import type { Raster } from '../raster.ts';
import { drawRaster } from '../raster-figure.ts';
import { energyChart, latencyChart, populationChart } from '../run-figures.ts';
import { type RunReport, STATEMENT, type TimeCourseReport } from '../run-report.ts';
import { accuracyTable, coreTable, eventTable, operationTable, populationTable, predictionTable, resolutionTables } from '../run-tables.ts';
import { runTitle } from '../run-title.ts';
import type { Table } from '../table.ts';
import { drawTimeCourse, timeCourseTable } from '../time-course-figure.ts';
import { accuracyChart, renderBars } from './bars.ts';
import { renderCards } from './cards.ts';
import { figure, type Html, html, htmlTable } from './html.ts';
import { renderDiagnostics, renderMethods, renderSegments, renderSettings, renderSources } from './particulars.ts';
import { panel, renderShell } from './shell.ts';

/** `report.html`: everything about one run on one page. */
export function renderPage(report: RunReport, raster: Raster | null): string {
  const { model, target, samples, energy, latency } = report;
  return renderShell({
    title: runTitle(report),
    kind: 'spikec report',
    lead: [
      `${formatCount(model.neurons)} spiking neurons in ${model.populations} populations, ${formatCount(model.synapses)} synapses, ${model.timesteps} timesteps, ${model.classes} classes; ${samples} clip${samples === 1 ? '' : 's'} of ${report.data.file}.`,
      target.description,
    ],
    stamps: [`costs: ${energy.basis}`, paceName(energy.mode), `${latency.model} timing`],
    main: [
      html`${renderCards(report)}
${panel('accuracy', 'Does it still decide the same?', `The same clips, three times: by the reference, by the recovered network, and by the chip's integer arithmetic.`, [renderBars(accuracyChart(report)), htmlTable(accuracyTable(report)), html`<details><summary>Every clip</summary>${htmlTable(predictionTable(report))}</details>`])}
${panel('energy', 'Where the energy goes', `${energyHeadline(report)} per clip, ${STATEMENT}; costs: ${energy.basis}.`, [renderBars(energyChart(report)), htmlTable(energyTable(report)), htmlTable(paceTable(report))])}
${panel('latency', 'Where the time goes', `${latencyHeadline(report)} per clip, ${STATEMENT}; ${afterLastFrame(report)}`, [renderBars(latencyChart(report)), htmlTable(latencyTable(report)), renderSegments(latency.segments)])}
${panel('floorplan', 'Does it fit?', placementSentence(report), [figure('Floorplan', drawFloorplan(report)), html`<details><summary>Every core</summary>${htmlTable(coreTable(report))}</details>`])}
${panel('raster', 'Who fires when', raster === null ? 'No chip was simulated at this level.' : `Spikes of clip ${raster.clip} on the chip; --raster-clip chooses another.`, raster === null ? [] : [figure('Spike raster', drawRaster(raster, report))])}
${report.timeCourse === undefined ? html`` : renderTimeCourse(report.timeCourse, report)}
${panel('populations', 'Population by population', 'Who fires how often, what arrives there, and where it came from.', [renderBars(populationChart(report)), htmlTable(populationTable(report))])}
${panel('operations', 'Where each operation runs', 'What is not a neuron or a synapse needs a place too.', [htmlTable(operationTable(report))])}
${resolutionTables(report).map((table) => panel('resolution', table.title, 'A weight has 16 bits, and what arrives at once must fit a slot of 16.', [htmlTable(table)]))}
${renderAccounting(accountingTables(report))}
${panel('events', 'What happened', 'Counted in the simulation, mean per clip.', [htmlTable(eventTable(report))])}
${panel('diagnostics', 'Warnings', report.diagnostics.length === 0 ? 'None.' : 'What to know before trusting the figures.', [renderDiagnostics(report.diagnostics)])}
${panel('methods', 'Methods', 'For a paper: methods.tex says the same, with references.bib.', [renderMethods(methodsOf(report), runBibliography(report))])}
${panel('sources', 'Sources', `Each cost says how far it can be trusted: published for this chip, proxy (published for another chip), or assumed.`, [renderSources(runBibliography(report))])}
${panel('settings', 'How this was made', 'Enough to make it again, to the byte.', [renderSettings(report)])}`,
    ],
  });
}

const renderAccounting = (tables: readonly Table[]): Html =>
  tables.length === 0
    ? html``
    : panel(
        'accounting',
        'One run, several accountings',
        'The same operations as papers and tools count them, and why they differ.',
        tables.map((table) => html`<h3>${table.title}</h3>${htmlTable(table)}`),
      );

const renderTimeCourse = (timeCourse: TimeCourseReport, report: RunReport): Html =>
  panel('time-course', 'What happens when', 'Spikes, synaptic events and packets of the chip, over the steps of a clip.', [
    figure('Events over time', drawTimeCourse(timeCourse, report)),
    html`<details><summary>In figures</summary>${htmlTable(timeCourseTable(timeCourse, report))}</details>`,
  ]);

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
