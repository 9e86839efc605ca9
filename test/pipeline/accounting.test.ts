import { describe, expect, it } from 'vitest';
import type { EnergyTerm } from '../../src/ir/energy-term.ts';
import { accountRun, type ChipBill } from '../../src/pipeline/accounting/index.ts';
import type { AccountingReport, ReportParts } from '../../src/report/index.ts';
import { attending, clipOf, linear, padded, summed, tallyOf } from '../simulator/accounting/hand-counted.ts';

const term = (name: string, count: number, costJ: number | null, kind: EnergyTerm['kind'] = 'dynamic'): EnergyTerm => ({
  name,
  kind,
  count,
  per: 'event',
  costJ,
  joules: costJ === null ? null : count * costJ,
  basis: 'proxy',
  source: 'none',
  reason: null,
});

const billOf = (terms: readonly EnergyTerm[], more: Partial<ChipBill> = {}): ChipBill => ({
  simulated: true,
  energy: {
    mode: 'fast',
    costs: 'own costs of loihi2',
    without: [],
    paces: [],
    basis: 'proxy',
    terms,
    arithmetic45nm: { acJoules: 0, macJoules: 0 },
    sources: [],
  } satisfies ReportParts['energy'],
  mappedSynapticEvents: 20,
  rounded: [],
  timesteps: 3,
  synapses: 6,
  ...more,
});

const clips = [clipOf(2, [1, 0, 0, 1, 1, 1])];
const account = (bill: ChipBill): AccountingReport => accountRun(linear, tallyOf(linear, clips), bill);

function checkSums({ conventions, reconciliation }: AccountingReport): void {
  for (const { from, to, terms } of reconciliation) {
    const [start, end] = [from, to].map((name) => conventions.find((each) => each.name === name));
    const sum = (field: 'acs' | 'macs' | 'joules'): number =>
      terms.reduce((total, each) => total + (each[field] ?? 0), start?.[field] ?? Number.NaN);
    expect(sum('acs'), `${from} to ${to}`).toBeCloseTo(end?.acs ?? Number.NaN, 9);
    expect(sum('macs'), `${from} to ${to}`).toBeCloseTo(end?.macs ?? Number.NaN, 9);
    expect(sum('joules') * 1e12, `${from} to ${to}`).toBeCloseTo((end?.joules ?? Number.NaN) * 1e12, 6);
  }
}

describe('the accounting of a run', () => {
  const terms = [
    term('neuronUpdatesActive', 6, 81e-12),
    term('synapticEvents', 20, 23.6e-12),
    term('barrier', 3, null),
    term('static', 1e-6, 0.1, 'static'),
  ];

  it('explains the chip’s bill from the effective operations on', () => {
    const report = account(billOf(terms));
    checkSums(report);
    const chip = report.reconciliation[report.reconciliation.length - 1];
    const picojoules = chip.terms.map(({ cause, acs, joules }) => [
      cause.split(':')[0],
      acs,
      joules === null ? null : Number((joules * 1e12).toFixed(6)),
    ]);
    expect(picojoules).toEqual([
      // 11 effective accumulations, see conventions.test.ts: 23.6 pJ each in place of 0.9 pJ.
      ['arithmetic', 0, Number((11 * (23.6 - 0.9)).toFixed(6))],
      // Source 0 was active twice, and one of its weights is 0.
      ['zero weights', 2, 47.2],
      ['pooling and scaling', 0, 0],
      ['attention', 0, 0],
      // The chip read 20.
      ['mapping', 7, Number((7 * 23.6).toFixed(6))],
      ['chip', 0, 486],
      ['chip', 0, null],
      ['static power', 0, 100_000],
    ]);
    expect(report.conventions.map(({ name, joules }) => [name, joules === null])).toEqual([
      ['paper formula', false],
      ['syops-counter', false],
      ['syops-counter, hooks as shipped', false],
      ['NeuroBench', false],
      ['by payload', false],
      ['chip model', false],
    ]);
    expect(report.conventions[5].price).toBe('own costs of loihi2, without barrier (not known)');
  });

  it('prices operations at FP32, FP16 and INT8', () => {
    const [paper] = account(billOf(terms)).conventions;
    // 12 MACs, 5 ACs.
    expect(paper.joules).toBeCloseTo(12 * 4.6e-12 + 5 * 0.9e-12, 20);
    expect(paper.alternatives[0].joules).toBeCloseTo(12 * 1.5e-12 + 5 * 0.4e-12, 20);
    expect(paper.alternatives[1].joules).toBeCloseTo(12 * 0.23e-12 + 5 * 0.03e-12, 20);
  });

  it('adds up where a chip has no price for synapses, where that price is not known, and where no chip ran', () => {
    checkSums(account(billOf([term('idleBoards', 1e-3, 3.56, 'static'), term('packets', 4, 1e-9)])));
    checkSums(account(billOf([term('synapticEvents', 20, null), term('neuronUpdatesActive', 6, 81e-12)])));
    const float = account(billOf([], { simulated: false, mappedSynapticEvents: 0 }));
    checkSums(float);
    expect(float.reconciliation.map(({ to }) => to)).not.toContain('chip model');
    expect(float.conventions[5].joules).toBeNull();
    expect(float.breakEven.chipOverFormula.value).toBeNull();
  });

  it('says which edges carry spikes, and what their synapses do', () => {
    const audit = (network: typeof linear, features: readonly number[]) =>
      accountRun(network, tallyOf(network, [clipOf(1, features)]), billOf(terms)).audit;
    const edges = audit(summed, [1, 0]).map((e) => [
      e.from,
      e.to,
      e.payload,
      e.measured.payload,
      e.operation,
      e.operations,
      e.asUnitSpikes,
    ]);
    expect(edges).toEqual([
      // Counts by type, spikes in this clip.
      ['features', 'first', 'integer 0..', 'binary', 'accumulate', 1, 1],
      ['features', 'second', 'integer 0..', 'binary', 'accumulate', 1, 1],
      ['first', 'both', 'binary', 'binary', 'none', 0, null],
      ['second', 'both', 'binary', 'binary', 'none', 0, null],
      // A 2, read by two synapses: two products, or four additions.
      ['both', 'logits', 'integer 0..2', 'integer 0..2', 'multiply-accumulate', 2, 4],
    ]);
    // 2 0 3 at taps 1 2 0: tap 0 takes the 2 to step 1 and the 3 out of the clip, tap 1 takes both, tap 2 weighs nothing.
    expect(audit(padded, [2, 0, 3])[0]).toMatchObject({ operations: 1 + 2, asUnitSpikes: 2 + 5 });
    expect(audit(summed, [0.5, 0])[0]).toMatchObject({
      measured: { payload: 'real', min: 0, max: 0.5, nonzeros: 1 },
      operation: 'multiply-accumulate',
      asUnitSpikes: null,
    });
    expect(audit(attending, [1, 0]).find(({ role }) => role === 'query')?.note).toBe('product of spikes: coincidences and additions');
  });

  it('gives the metrics of NeuroBench', () => {
    expect(account(billOf(terms)).neurobench).toEqual({
      effectiveAcs: 11,
      effectiveMacs: 0,
      // 3 steps * (2 * 2 + 2) connections.
      dense: 18,
      // 5 spikes in 2 neurons * 3 steps.
      activationSparsity: 1 - 5 / 6,
      // One weight of six.
      connectionSparsity: 1 / 6,
      footprintBytes: 0,
      parameterCount: 0,
      membraneUpdates: 3,
    });
  });

  it('holds it against dense networks and published bands', () => {
    const { spikesPerSynapse, firingRate, denseTwins, chipOverFormula } = account(billOf(terms)).breakEven;
    // Non-zero inputs of synapses: 4 * 2 + 5, zero weights included, over 6 synapses.
    expect(spikesPerSynapse).toMatchObject({ value: 13 / 6, verdict: 'above' });
    // 5 spikes of 6; 3 steps are outside both bands; ceil(log2(4)) bits.
    expect(firingRate).toMatchObject({ value: 5 / 6, denseBits: 2 });
    expect(firingRate.limits.map(({ met }) => met)).toEqual([null, null]);
    // 18 MACs of 0.23 pJ against 18 accumulations of 0.03 pJ; once a clip a third of them.
    expect(denseTwins[0].joules).toBeCloseTo(18 * 0.23e-12, 20);
    expect(denseTwins.map(({ breakEvenRate }) => breakEvenRate)).toEqual([
      expect.closeTo(0.23 / 0.03, 9),
      expect.closeTo(0.23 / 0.03 / 3, 9),
    ]);
    expect(denseTwins[0].rate).toBeCloseTo(11 / 18, 12);
    const chipJ = 6 * 81e-12 + 20 * 23.6e-12 + 1e-7;
    expect(chipOverFormula.value).toBeCloseTo(chipJ / (12 * 4.6e-12 + 5 * 0.9e-12), 6);
    const five = accountRun(linear, tallyOf(linear, clips), billOf(terms, { timesteps: 5, synapses: 60 })).breakEven;
    expect(five.firingRate.limits.map(({ met }) => met)).toEqual([false, false]);
    expect(five.spikesPerSynapse).toMatchObject({ value: 13 / 60, verdict: 'within' });
  });
});
