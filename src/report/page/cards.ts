import { formatCount, formatPercent, formatSi, humanize } from '../format-figures.ts';
import type { RunReport } from '../run-report.ts';
import { wilsonInterval } from '../statistics.ts';
import { type Html, html } from './html.ts';

/** The figures that answer: does it fit, does it still recognise words, what does it cost? */
export function renderCards(report: RunReport): Html {
  const { accuracy, energy, latency, target, samples } = report;
  const interval = accuracy.deployed === null || samples === 0 ? null : wilsonInterval(accuracy.deployed, samples);
  const unknownEnergy = unknownTerms(energy.breakdown);
  const unknownLatency = unknownTerms(latency.breakdown);
  return html`<div class="cards">
${card('Accuracy on the chip', percentOr(accuracy.deployed), interval === null ? 'the data has no labels' : `95 % interval ${formatPercent(interval[0], 1)} to ${formatPercent(interval[1], 1)}, ${samples} clips`)}
${card('Before deployment', percentOr(accuracy.float), accuracy.reference === null ? 'float simulation' : `float simulation; reference ${formatPercent(accuracy.reference)}`)}
${card('Decides as the float model', percentOr(accuracy.agreement), agreementDetail(report))}
${card('Energy per clip', formatSi(energy.knownJoules, 'J'), `${unknownEnergy === '' ? '' : `known part; unknown: ${unknownEnergy}. `}Costs: ${energy.basis}`)}
${card('Latency per clip', formatSi(latency.knownSeconds, 's'), `${unknownLatency === '' ? '' : `known part; unknown: ${unknownLatency}. `}${latency.timesteps} chip steps. Costs: ${latency.basis}`)}
${card('Cores in use', formatCount(target.cores), `of ${target.chips * target.coresPerChip} on ${target.chips} chip${target.chips === 1 ? '' : 's'}; their memory ${formatPercent(target.utilisation, 0)} full`)}
</div>`;
}

const card = (title: string, figure: string, detail: string): Html =>
  html`<div class="card"><h2>${title}</h2><p class="figure">${figure}</p><p class="detail">${detail}</p></div>`;

const percentOr = (fraction: number | null): string => (fraction === null ? 'not known' : formatPercent(fraction));

const unknownTerms = (breakdown: Readonly<Record<string, number | null>>): string =>
  Object.entries(breakdown)
    .filter(([, value]) => value === null)
    .map(([name]) => humanize(name))
    .join(', ');

function agreementDetail({ predictions, accuracy, samples }: RunReport): string {
  if (accuracy.agreement === null) return 'the float model was not run';
  const flips = predictions.filter((p) => p.deployed !== p.float).length;
  return flips === 0 ? `on every one of ${samples} clips` : `${flips} of ${samples} clips decided otherwise`;
}
