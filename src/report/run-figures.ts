import { type BarChart, drawBarChart } from './bar-chart.ts';
import { drawFloorplan } from './floorplan.ts';
import { formatPercent, formatSi, humanize } from './format-figures.ts';
import { energyHeadline, latencyHeadline } from './headlines.ts';
import type { Raster } from './raster.ts';
import { drawRaster } from './raster-figure.ts';
import { type RunReport, SIMULATED, STATEMENT } from './run-report.ts';
import { runTitle } from './run-title.ts';
import { drawTimeCourse } from './time-course-figure.ts';

export function energyChart(report: RunReport): BarChart {
  const { energy } = report;
  return {
    title: `Energy per clip, ${runTitle(report)}`,
    subtitle: `${energyHeadline(report)}; ${STATEMENT}, costs: ${energy.basis}, ${energy.mode}`,
    whole: null,
    bars: Object.entries(energy.breakdown).map(([name, value]) => ({
      label: humanize(name),
      value,
      text: value === null ? 'unknown' : formatSi(value, 'J'),
      note: value === null ? energy.reasons[name] : basisOf(energy.terms, name),
    })),
  };
}

export function latencyChart(report: RunReport): BarChart {
  const { latency } = report;
  return {
    title: `Latency per clip, ${runTitle(report)}`,
    subtitle: `${latencyHeadline(report)}; ${STATEMENT}, costs: ${latency.basis}`,
    whole: null,
    bars: Object.entries(latency.breakdown).map(([name, value]) => ({
      label: humanize(name),
      value,
      text: value === null ? 'unknown' : formatSi(value, 's'),
      note: value === null ? latency.reasons[name] : basisOf(latency.terms, name),
    })),
  };
}

export function populationChart(report: RunReport): BarChart {
  return {
    title: `Firing rate by population, ${runTitle(report)}`,
    subtitle: `spikes per neuron and timestep, mean of ${report.samples} clips, ${SIMULATED}`,
    whole: null,
    bars: report.perPopulation.map((p) => ({
      label: p.name,
      value: p.firingRate,
      text: formatPercent(p.firingRate),
      note: `${p.neurons} neurons`,
    })),
  };
}

const basisOf = (terms: readonly { readonly name: string; readonly basis: string }[], name: string): string =>
  [...new Set(terms.filter((term) => term.name === name).map((term) => term.basis))].join(', ');

/** SVG text by file name without extension. */
export const runFigures = (report: RunReport, raster: Raster | null): readonly (readonly [string, string])[] => [
  ['energy', drawBarChart(energyChart(report))],
  ['latency', drawBarChart(latencyChart(report))],
  ['floorplan', drawFloorplan(report)],
  ['populations', drawBarChart(populationChart(report))],
  ...(raster === null ? [] : [['raster', drawRaster(raster, report)] as const]),
  ...(report.timeCourse === undefined ? [] : [['time-course', drawTimeCourse(report.timeCourse, report)] as const]),
];
