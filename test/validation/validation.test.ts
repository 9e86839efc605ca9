import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ChipModel } from '../../src/ir/chip-model.ts';
import { formatSi } from '../../src/report/format-figures.ts';
import { priceChip } from '../../src/targets/costs/index.ts';
import { LOIHI1 } from '../../src/targets/loihi/chips/loihi1.ts';
import { modelStep, STATICS, WORKLOADS, type Workload, workload } from './workloads.ts';

const PAGE = readFileSync('docs/validation.md', 'utf8');
const PROFILES = ['loihi1-davies2018', 'loihi1-sana-fe'] as const;
const chipOf = (profile: string): ChipModel => priceChip(LOIHI1, profile);

const percent = (fraction: number): string => `${fraction > 0 ? '+' : ''}${(100 * fraction).toFixed(Math.abs(fraction) < 0.1 ? 1 : 0)} %`;
const share = (fraction: number): string => `${(100 * fraction).toFixed(1)} %`;
const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** How far a measured figure lies outside what the model allows between no spikes and all of them. */
function outside(measured: number, least: number, most: number): string {
  if (measured < least) return percent(least / measured - 1);
  return measured > most ? percent(most / measured - 1) : 'inside';
}

/** Share of the neurons that would have to fire in each step. */
function firingShare(measured: number, least: number, most: number): string {
  if (measured < least) return 'none';
  return measured > most ? 'more than all' : share((measured - least) / (most - least));
}

function energyRow(work: Workload, profile: string): string {
  const measured = (work.measured.dynamicJoulesPerSample ?? Number.NaN) / work.stepsPerSample;
  const [least, most] = [0, 1].map((rate) => modelStep(work, rate, chipOf(profile)).joules);
  return line([
    work.name,
    formatSi(measured, 'J'),
    profile,
    `${formatSi(least, 'J')} (${percent(least / measured - 1)})`,
    formatSi(most, 'J'),
    outside(measured, least, most),
    firingShare(measured, least, most),
  ]);
}

function timeRow(work: Workload, profile: string): string {
  const measured = work.measured.secondsPerStep ?? Number.NaN;
  const [least, most] = [0, 1].map((rate) => modelStep(work, rate, chipOf(profile)).seconds);
  return line([
    work.name,
    formatSi(measured, 's'),
    profile,
    `${formatSi(least, 's')} (${percent(least / measured - 1)})`,
    formatSi(most, 's'),
    outside(measured, least, most),
  ]);
}

/** What nine copies add to the first, a copy. */
function copyTimeRow(profile: string): string {
  const copy = workload('kws-copy');
  const seconds = (copies: number, rate: number): number =>
    modelStep(
      { ...copy, neurons: copies * copy.neurons, synapses: copies * copy.synapses, cores: copies * copy.cores },
      rate,
      chipOf(profile),
    ).seconds;
  const measured = copy.measured.secondsPerStep ?? Number.NaN;
  const [least, most] = [0, 1].map((rate) => (seconds(10, rate) - seconds(1, rate)) / 9);
  return line([
    copy.name,
    formatSi(measured, 's'),
    profile,
    `${formatSi(least, 's')} (${percent(least / measured - 1)})`,
    formatSi(most, 's'),
    outside(measured, least, most),
  ]);
}

const staticRow = ({ name, cores, watts }: (typeof STATICS)[number]): string => {
  const modelled = ((LOIHI1.energy.staticPowerPerChip.value ?? Number.NaN) * cores) / LOIHI1.geometry.coresPerChip;
  return line([name, formatSi(watts ?? Number.NaN, 'W'), formatSi(modelled, 'W'), percent(modelled / (watts ?? Number.NaN) - 1)]);
};

const withEnergy = WORKLOADS.filter(({ measured }) => measured.dynamicJoulesPerSample !== null);
const withTime = WORKLOADS.filter(({ id, measured }) => id !== 'kws-copy' && measured.secondsPerStep !== null);
const ROWS = [
  ...withEnergy.flatMap((work) => PROFILES.map((profile) => energyRow(work, profile))),
  ...PROFILES.map(copyTimeRow),
  ...withTime.flatMap((work) => PROFILES.map((profile) => timeRow(work, profile))),
  ...STATICS.map(staticRow),
];

describe('docs/validation.md', () => {
  it.each(ROWS)('has %s', (row) => {
    expect(PAGE).toContain(row);
  });

  it('has no other rows of measured figures', () => {
    const measured = PAGE.split('\n').filter((text) => /^\| .*\d (nJ|µJ|ns|µs|mW) \|/.test(text));
    expect(measured.sort()).toEqual([...ROWS].sort());
  });
});

describe('a step of a workload', () => {
  it('is counts times costs', () => {
    const lsnn = workload('lsnn');
    const davies = chipOf('loihi1-davies2018');
    expect(modelStep(lsnn, 0, davies).joules * 1e12).toBeCloseTo(330 * 81, 6);
    expect(modelStep(lsnn, 1, davies).joules * 1e12).toBeCloseTo(330 * (81 + 1.7) + 79200 * 23.6, 3);
    expect(modelStep(lsnn, 0, davies).seconds * 1e9).toBeCloseTo(330 * 8.4 + 113, 6);
    const sanaFe = chipOf('loihi1-sana-fe');
    expect(modelStep(lsnn, 1, sanaFe).joules * 1e12).toBeCloseTo(330 * (72.8 + 69.3 + 111) + 79200 * 35.5, 3);
    expect(modelStep(lsnn, 1, sanaFe).seconds * 1e9).toBeCloseTo(330 * 16 + 79200 * 3.8 + 600, 3);
  });
});
