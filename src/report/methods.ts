import type { AccountingReport } from './accounting-report.ts';
import { CORE_MODEL, conventionKey } from './accounting-sources.ts';
import { describeFeatures } from './describe-features.ts';
import { formatCount, formatPercent, formatSi, humanize } from './format-figures.ts';
import { energyHeadline, latencyHeadline } from './headlines.ts';
import { type RunReport, STATEMENT } from './run-report.ts';
import { wilsonInterval } from './statistics.ts';

/** A sentence without its full stop, and the keys of the sources it rests on. */
export interface Sentence {
  readonly text: string;
  readonly cites: readonly string[];
}

/** Title and sentences. */
export interface Paragraph {
  readonly title: string;
  readonly sentences: readonly Sentence[];
}

/** How the figures of a run came about, as the methods section of a paper says it. */
export function methodsOf(report: RunReport): readonly Paragraph[] {
  return [
    { title: 'Network and chip', sentences: deploymentSentences(report) },
    { title: 'Data and accuracy', sentences: accuracySentences(report) },
    { title: 'Energy and latency', sentences: costSentences(report) },
    ...(report.accounting === undefined ? [] : [{ title: 'Accountings', sentences: accountingSentences(report.accounting) }]),
    { title: 'Limits', sentences: limitSentences(report) },
    { title: 'To make it again', sentences: settingsSentences(report) },
  ];
}

const say = (text: string, ...cites: readonly string[]): Sentence => ({ text, cites });

/** `1 clip`, `2 clips`. */
const plural = (count: number, noun: string): string => `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;

function deploymentSentences({ model, target, mapping, settings }: RunReport): readonly Sentence[] {
  const { chips, cores, coresPerChip } = target;
  return [
    say(
      `The network ${model.name} (${model.format.toUpperCase()} file ${model.file}, ${formatCount(model.neurons)} spiking neurons in ${model.populations} populations, ${formatCount(model.synapses)} synapses, ${formatCount(model.parameters)} parameters, T = ${model.timesteps} timesteps) was compiled for the chip model ${target.name} by spikec ${settings.versions.spikec ?? ''}`,
    ),
    say(`It takes ${cores} of ${chips * coresPerChip} cores on ${plural(chips, 'chip')}`),
    say(`Numbers on the chip: ${mapping.scaleRule}`),
  ];
}

function accuracySentences(report: RunReport): readonly Sentence[] {
  const { accuracy, data, samples, predictions } = report;
  const fraction = (name: string, value: number | null): string => {
    if (value === null) return `${name} not known`;
    const [low, high] = wilsonInterval(value, samples);
    return `${name} ${formatPercent(value)} (95 % interval ${formatPercent(low)} to ${formatPercent(high)})`;
  };
  const flips = predictions.filter((p) => p.float !== null && p.deployed !== null && p.float !== p.deployed).length;
  return [
    say(
      `It was run on ${plural(samples, 'clip')} of ${data.file}, one clip at a time (batch size 1), each from the power-on state; frames: ${data.framing ?? 'dense data, taken as they are'}`,
    ),
    ...(data.quantized === undefined
      ? []
      : [
          say(
            `Features are real numbers: the float network reads them as they are; for the chip the host has ${describeFeatures(data.quantized)}`,
          ),
        ]),
    say(`A clip is decided by the ${data.decision}`),
    say(
      `Accuracy, with Wilson intervals: ${[
        fraction(`reference (${data.reference ?? 'not run'})`, accuracy.reference),
        fraction('float', accuracy.float),
        fraction('deployed', accuracy.deployed),
      ].join(', ')}`,
      'wilson1927',
    ),
    ...(accuracy.agreement === null
      ? []
      : [say(`${fraction('The deployed network decides as the float network on', accuracy.agreement)}: ${flips} of ${samples} differ`)]),
  ];
}

function costSentences(report: RunReport): readonly Sentence[] {
  const { energy, latency, target } = report;
  const keys = energy.sources.map(({ key }) => key).filter((key) => key !== 'none');
  const used = keys.filter((key) => [...energy.terms, ...latency.terms].some(({ source }) => source.split(', ').includes(key)));
  const pace = energy.mode === 'fast' ? 'clips run back to back' : 'frames arrive in real time';
  return [
    say(`Energy and latency are ${STATEMENT}: events were counted in a simulation of ${target.name}, and each count was priced`),
    say(`Prices: ${energy.costs}, ${energy.basis} (the weakest of their bases), ${pace}; ${latency.model} timing`, ...used),
    say(
      `A clip takes ${latencyHeadline(report)} in ${latency.timesteps} chip steps (${latency.addedLatencySteps} more than the model has) and ${energyHeadline(report)}`,
    ),
    ...energy.paces.map((p) =>
      say(
        `${p.mode === 'fast' ? 'Back to back' : 'In real time'} it carries ${p.staticJoules === null ? 'static energy that is not known' : `${formatSi(p.staticJoules, 'J')} of static energy`} for ${formatSi(p.poweredSeconds, 's')}`,
      ),
    ),
    ...(energy.without.length === 0 ? [] : [say(`Left out on request: ${energy.without.map(humanize).join(', ')}`)]),
  ];
}

/** The same run as others would count it, and what it is held against. */
function accountingSentences({ conventions, breakEven }: AccountingReport): readonly Sentence[] {
  const { spikesPerSynapse, firingRate, chipOverFormula } = breakEven;
  const counted = conventions.map(
    ({ name, joules, price }) => `${name} ${joules === null ? 'not known' : formatSi(joules, 'J')} (${price})`,
  );
  const ratio = chipOverFormula.value;
  return [
    say(`The same run by several conventions: ${counted.join('; ')}`, ...conventions.map(({ name }) => conventionKey(name))),
    say(
      `${significant(spikesPerSynapse.value)} spikes per synapse and inference, ${spikesPerSynapse.verdict} the band of ${spikesPerSynapse.low} to ${spikesPerSynapse.high}`,
      'dampfhoffer2023',
    ),
    say(`Mean firing rate ${formatPercent(firingRate.value)} in ${firingRate.timesteps} timesteps`, 'yan2024'),
    ...(ratio === null
      ? []
      : [say(`The chip model gives ${significant(ratio)} times the energy of the paper formula; ${chipOverFormula.context}`, CORE_MODEL)]),
  ];
}

const significant = (value: number): string => String(Number(value.toPrecision(3)));

function limitSentences({ energy, latency }: RunReport): readonly Sentence[] {
  const unknown = { ...latency.reasons, ...energy.reasons };
  return [
    ...Object.entries(unknown).map(([name, reason]) => say(`Not included, since not known: ${humanize(name)} (${reason})`)),
    ...(energy.notModelled === undefined ? [] : [say(`Not modelled: ${energy.notModelled.join('; ')}`)]),
    say(
      `The count of arithmetic at 45 nm (${formatSi(energy.arithmetic45nm.totalJoules, 'J')}) is no energy of a chip; where memory is accounted for, the order of networks may change`,
      'horowitz2014',
      'dampfhoffer2023',
      'yan2024',
    ),
  ];
}

function settingsSentences({ settings, model }: RunReport): readonly Sentence[] {
  const list = (values: Readonly<Record<string, unknown>>): string =>
    Object.entries(values)
      .map(([name, value]) => `${name} ${value === null || value === '' ? 'not given' : String(value)}`)
      .join(', ');
  const hashes = Object.keys(settings.sha256).length === 0 ? { model: model.sha256 } : settings.sha256;
  return [
    say(`Settings: ${list(settings.options)}, seed ${settings.seed}`),
    say(`Versions: ${list(settings.versions)}`),
    say(`SHA-256: ${list(hashes)}`),
  ];
}
