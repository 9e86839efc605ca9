import { describe, expect, it } from 'vitest';
import { runModel } from '../../src/compile.ts';
import type { CostOptions } from '../../src/pipeline/costs.ts';
import type { RunReport } from '../../src/report/index.ts';
import { readModel, readTestSet } from '../main-job/models.ts';
import { runOptions } from '../support/run-options.ts';

async function run(costs: CostOptions, pace: 'fast' | 'real-time'): Promise<{ report: RunReport; files: ReadonlyMap<string, string> }> {
  const { report, files } = await runModel(readModel('spikescr-t40', 'custom'), readTestSet(), {
    ...runOptions('custom.onnx', 'digits-test.h5', 'loihi1'),
    samples: 2,
    costs,
    pace,
  });
  return { report, files: new Map(files.map(({ path, content }) => [path, String(content)])) };
}

const own = await run({ profile: null, timing: 'simple', without: [] }, 'fast');
const others = ['barrier', 'embeddedProcessor', 'hostInput'] as const;
const sanaFe = await run({ profile: 'loihi1-sana-fe', timing: 'detailed', without: others }, 'real-time');

describe('the bill of a run', () => {
  it('is the sum of counts times costs, term by term, at the prices of the profile', () => {
    const { energy, events } = sanaFe.report;
    for (const { name, count, costJ, joules } of energy.terms) {
      expect(joules, name).toBe(count * (costJ ?? Number.NaN));
      expect(energy.breakdown[name], name).toBe(joules);
    }
    expect(energy.joulesPerSample).toBe(energy.terms.reduce((sum, { joules }) => sum + (joules ?? Number.NaN), 0));
    const term = (name: string) => energy.terms.find((found) => found.name === name);
    expect([term('packetsSent')?.count, term('packetsSent')?.costJ]).toEqual([events.packets, 111e-12]);
    expect([term('synapticEvents')?.count, term('synapticEvents')?.costJ]).toEqual([events.mappedSynapticEvents, 35.5e-12]);
    expect(term('spikes')?.count).toBeGreaterThan(100);
    expect(energy.basis).toBe('published');
    expect(energy.costs).toBe('loihi1-sana-fe');
  });

  it('counts the same whatever it costs', () => {
    expect(sanaFe.report.events).toEqual(own.report.events);
    expect(sanaFe.report.predictions).toEqual(own.report.predictions);
    expect(own.report.energy.costs).toBe('own costs of loihi1');
  });

  it('says what was left out, and charges neither energy nor time for it', () => {
    const { energy, latency } = sanaFe.report;
    expect(energy.without).toEqual(others);
    for (const name of others) expect(Object.keys(energy.breakdown)).not.toContain(name);
    expect([latency.breakdown.barrier, latency.breakdown.embeddedProcessor]).toEqual([0, 0]);
    expect(own.report.energy.joulesPerSample).toBeNull();
    expect(sanaFe.files.get('tables/energy.csv')).toContain('packets sent');
    expect(sanaFe.files.get('report.html')).toContain('Left out on request: barrier, embedded processor, host input.');
    expect(sanaFe.report.settings.options).toMatchObject({ costs: 'loihi1-sana-fe', timing: 'detailed', without: others.join(',') });
  });

  it('waits for the mesh in detailed timing only', () => {
    expect(own.report.latency.breakdown.mesh).toBe(0);
    expect(sanaFe.report.latency.breakdown.mesh).toBeGreaterThan(0);
    expect([own.report.latency.model, sanaFe.report.latency.model]).toEqual(['simple', 'detailed']);
    const { latency } = sanaFe.report;
    expect(Object.values(latency.breakdown).reduce<number>((sum, s) => sum + (s ?? Number.NaN), 0)).toBeCloseTo(latency.knownSeconds, 12);
  });

  it('has both paces: a clip of a second keeps the chip powered a hundred times as long in real time', () => {
    for (const { report, files } of [own, sanaFe]) {
      const [fast, realTime] = report.energy.paces;
      expect([fast.mode, realTime.mode]).toEqual(['fast', 'real-time']);
      expect(realTime.poweredSeconds).toBeGreaterThan(1);
      expect((realTime.staticJoules ?? 0) / (fast.staticJoules ?? 1)).toBeGreaterThan(100);
      expect((realTime.staticJoules ?? 0) / realTime.poweredSeconds).toBeCloseTo(0.104, 12);
      const chosen = report.energy.mode === 'fast' ? fast : realTime;
      expect(chosen.staticJoules).toBe(report.energy.staticJoules);
      expect(chosen.knownJoules).toBeCloseTo(report.energy.knownJoules, 15);
      expect(files.get('tables/paces.csv')).toMatch(/back to back.*in real time/s);
      expect(files.get('report.html')).toContain('in real time');
    }
  });
});
