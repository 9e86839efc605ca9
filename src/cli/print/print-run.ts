import {
  describeFeatures,
  formatBytes,
  formatCount,
  formatPercent,
  formatSi,
  humanize,
  paceName,
  printable,
  type RunReport,
  wilsonInterval,
} from '../../index.ts';
import { drawBar, type Style } from '../style.ts';
import { describeWritten, type Written } from './layout.ts';

const LABEL = 13;
const BAR = 24;

/** The answer on one screen: does it fit, does it still recognise words, what does it cost, where does that go. */
export function printRun(report: RunReport, written: Written | null, style: Style): string {
  const { model, target } = report;
  const lines = [
    `${style.bold(printable(`${model.name} on ${target.name}`, 80))}   ${style.warn(report.statement)}`,
    row(
      'model',
      `${formatCount(model.neurons)} neurons in ${model.populations} populations, ${formatCount(model.synapses)} synapses, ${model.timesteps} timesteps, ${model.classes} classes`,
    ),
    ...(report.data.framing === null ? [] : [row('data', printable(report.data.framing, 120))]),
    ...(report.data.quantized === undefined ? [] : [row('features', describeFeatures(report.data.quantized))]),
    '',
    ...printFit(report, style),
    '',
    ...printAccuracy(report, style),
    '',
    ...printCost(report, style),
    ...(written === null ? [] : ['', describeWritten(written, style)]),
  ];
  return `${lines.join('\n')}\n`;
}

const row = (label: string, text: string): string => `  ${label.padEnd(LABEL)}${text}`;

function printFit({ target, mapping }: RunReport, style: Style): string[] {
  const available = target.chips * target.coresPerChip;
  const bar = (fraction: number): string => style.accent(drawBar(fraction, BAR));
  const hops = `${formatCount(mapping.hops)} hops (greedy ${formatCount(mapping.greedyHops)}, random ${formatCount(mapping.randomHops)})`;
  return [
    `${style.bold('Does it fit?')}  ${style.good('yes')}`,
    row(
      'cores',
      `${bar(target.cores / available)} ${target.cores} of ${available} on ${target.chips} chip${target.chips === 1 ? '' : 's'}`,
    ),
    row('memory', `${bar(target.utilisation)} ${formatPercent(target.utilisation, 0)} of these cores, ${describeSynapses(target)}`),
    row('placement', `${hops}; busiest core ${mapping.criticalLoad.toFixed(2)} x the mean load`),
  ];
}

/** Lists that several axons read are told where they save something to speak of. */
function describeSynapses({ synapticMemoryBytes, unsharedSynapticBytes = 0 }: RunReport['target']): string {
  const stored = `${formatBytes(synapticMemoryBytes)} of synapses`;
  return unsharedSynapticBytes > 1.1 * synapticMemoryBytes
    ? `${stored} (${formatBytes(unsharedSynapticBytes)} without shared lists)`
    : stored;
}

function printAccuracy({ accuracy, data, samples, predictions }: RunReport, style: Style): string[] {
  const clips = `${samples} clip${samples === 1 ? '' : 's'}`;
  const fraction = (value: number | null): string => (value === null ? style.dim('not known') : formatPercent(value).padStart(8));
  const interval = accuracy.deployed === null ? null : wilsonInterval(accuracy.deployed, samples);
  const flips = predictions.filter((p) => p.float !== null && p.deployed !== p.float).length;
  const deployed = interval === null ? '' : `  95 % interval ${formatPercent(interval[0], 1)} to ${formatPercent(interval[1], 1)}`;
  return [
    `${style.bold('Does it still recognise words?')}  ${style.dim(clips)}`,
    row('reference', `${fraction(accuracy.reference)}  ${style.dim(printable(data.reference ?? 'not run'))}`),
    row('float', fraction(accuracy.float)),
    row('deployed', `${fraction(accuracy.deployed)}${style.dim(deployed)}`),
    row(
      'agreement',
      `${fraction(accuracy.agreement)}${accuracy.agreement === null ? '' : style.dim(`  ${flips} of ${clips} decided otherwise than float`)}`,
    ),
  ];
}

function printCost(report: RunReport, style: Style): string[] {
  const { energy, latency } = report;
  const mode = paceName(energy.mode);
  const steps = `${latency.timesteps} chip steps`;
  return [
    `${style.bold('What does it cost?')}  ${style.dim(`per clip, ${mode}, ${report.statement}`)}`,
    row(
      'latency',
      `${style.bold(formatSi(latency.knownSeconds, 's'))} in ${steps}${costsText(latency.basis, style)}${unknownTerms(latency.breakdown, style)}`,
    ),
    row(
      'energy',
      `${style.bold(formatSi(energy.knownJoules, 'J'))}${costsText(energy.basis, style)}${unknownTerms(energy.breakdown, style)}`,
    ),
    ...printBars(energy.breakdown, style),
    ...printPaces(energy, style),
    row(
      '45 nm',
      style.dim(`${formatSi(energy.arithmetic45nm.totalJoules, 'J')} by the arithmetic that papers count (AC 0.9 pJ, MAC 4.6 pJ)`),
    ),
  ];
}

/** The same clip at the other pace, and what was left out. */
function printPaces({ mode, paces, without }: RunReport['energy'], style: Style): string[] {
  const lines = paces
    .filter((pace) => pace.mode !== mode)
    .map((pace) => {
      const carried = pace.staticJoules === null ? 'static energy not known' : `${formatSi(pace.staticJoules, 'J')} of it static`;
      return row(paceName(pace.mode), style.dim(`${formatSi(pace.knownJoules, 'J')}, ${carried} in ${formatSi(pace.poweredSeconds, 's')}`));
    });
  return without.length === 0 ? lines : [...lines, row('left out', style.warn(without.map(humanize).join(', ')))];
}

const costsText = (basis: string, style: Style): string => style.dim(`  costs: ${basis}`);

function unknownTerms(breakdown: Readonly<Record<string, number | null>>, style: Style): string {
  const unknown = Object.keys(breakdown).filter((name) => breakdown[name] === null);
  return unknown.length === 0 ? '' : style.warn(`, without ${unknown.map(humanize).join(', ')} (not known)`);
}

/** The five largest terms; the rest is one line. */
function printBars(breakdown: Readonly<Record<string, number | null>>, style: Style): string[] {
  const terms = Object.entries(breakdown)
    .flatMap(([name, value]) => (value === null ? [] : [{ name: humanize(name), value }]))
    .sort((a, b) => b.value - a.value || (a.name < b.name ? -1 : 1));
  const total = terms.reduce((sum, term) => sum + term.value, 0);
  const shown = terms.slice(0, 5);
  const rest = terms.slice(5).reduce((sum, term) => sum + term.value, 0);
  if (rest > 0) shown.push({ name: `${terms.length - 5} smaller`, value: rest });
  const share = (value: number): number => (total === 0 ? 0 : value / total);
  const width = Math.max(0, ...shown.map((term) => term.name.length));
  return shown.map(
    ({ name, value }) =>
      `    ${name.padEnd(width)}  ${style.accent(drawBar(share(value), BAR))} ${formatSi(value, 'J').padStart(8)} ${style.dim(formatPercent(share(value), 0).padStart(5))}`,
  );
}
