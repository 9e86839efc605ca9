import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runModel } from '../../src/compile.ts';
import { DiagnosticError } from '../../src/diagnostics/index.ts';
import type { RunReport } from '../../src/report/index.ts';
import { nirFile, numbers } from '../frontend/nir/support/nir-file.ts';
import { NASTY } from '../report/hostile.ts';
import { npzOf } from '../support/npz.ts';
import { type RunOptions, runOptions } from '../support/run-options.ts';

const CORPUS = new URL('../fuzz/corpus/', import.meta.url);
const MODEL = new Uint8Array(readFileSync(new URL('custom.onnx', CORPUS)));
const DATA = new Uint8Array(readFileSync(new URL('dense.npz', CORPUS)));

const optionsOf = (target: string, given: Partial<RunOptions> = {}): RunOptions => ({
  ...runOptions('custom.onnx', 'dense.npz', target),
  record: 'all',
  ...given,
});

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe.each(['loihi1', 'loihi2', 'spinnaker1'])('the report of a run on %s', async (target) => {
  const { report, files } = await runModel(MODEL, DATA, optionsOf(target, { rasterClip: 2 }));
  const written = JSON.parse(String(files.find(({ path }) => path === 'report.json')?.content)) as RunReport;

  it('bills counts times costs, term by term, and nothing else', () => {
    const { terms, breakdown, knownJoules, joulesPerSample, dynamicJoules, staticJoules, reasons } = written.energy;
    for (const { name, count, costJ, joules, reason } of terms) {
      if (costJ === null && count > 0) expect([name, joules, reason]).toEqual([name, null, expect.any(String)]);
      else expect(joules, name).toBe(count * (costJ ?? 0));
    }
    const byName = new Map<string, number | null>();
    for (const { name, joules } of terms) {
      const before = byName.get(name) ?? 0;
      byName.set(name, joules === null || byName.get(name) === null ? null : before + joules);
    }
    expect(breakdown).toEqual(Object.fromEntries(byName));
    expect(knownJoules).toBeCloseTo(sum(terms.map(({ joules }) => joules ?? 0)), 18);
    const whole = terms.every(({ joules }) => joules !== null);
    expect(joulesPerSample === null).toBe(!whole);
    if (whole) expect((dynamicJoules ?? 0) + (staticJoules ?? 0)).toBeCloseTo(knownJoules, 18);
    expect(Object.keys(reasons)).toEqual(Object.keys(breakdown).filter((name) => breakdown[name] === null));
  });

  it('spreads over time what it counts in all', () => {
    const { timeCourse, events, latency } = report;
    expect(timeCourse?.stepsPerBin).toBe(1);
    expect(timeCourse?.packets).toHaveLength(latency.timesteps);
    expect(sum(timeCourse?.packets ?? [])).toBeCloseTo(events.packets, 6);
    expect(sum(timeCourse?.synapticEvents ?? [])).toBeCloseTo(events.mappedSynapticEvents, 6);
    expect(sum(timeCourse?.spikes ?? [])).toBeGreaterThanOrEqual(events.spikes);
  });

  it('cites sources that are in its bibliography', () => {
    const text = (end: string): string[] => files.filter(({ path }) => path.endsWith(end)).map(({ content }) => String(content));
    const listed = [...text('references.bib')[0].matchAll(/^@misc\{([^,]+),$/gm)].map(([, key]) => key);
    const cited = text('.tex').flatMap((tex) => [...tex.matchAll(/\\cite\{([^}]+)\}/g)].flatMap(([, keys]) => keys.split(',')));
    expect(cited.length).toBeGreaterThan(4);
    expect(listed).toEqual(expect.arrayContaining(cited));
    const priced = [...report.energy.terms, ...report.latency.terms].flatMap(({ source }) => source.split(', '));
    for (const key of ['davies2018', 'manchester', 'frady2020']) if (priced.includes(key)) expect(cited).toContain(key);
  });

  it('shows the spikes of the clip that was asked for', () => {
    const svg = String(files.find(({ path }) => path === 'figures/raster.svg')?.content);
    expect(svg).toContain('Spikes of clip 2');
    const spikes = [...svg.matchAll(/<title>[^<]*: \d+ neurons, ([\d,]+) spikes<\/title>/g)].map(([, count]) =>
      Number(count.replaceAll(',', '')),
    );
    expect(spikes).toHaveLength(report.perPopulation.length);
    expect(sum(spikes)).toBeGreaterThan(0);
  });
});

describe('a run', () => {
  it('refuses to show a clip that is not run', async () => {
    const refused = runModel(MODEL, DATA, optionsOf('loihi2', { samples: 2, rasterClip: 2 }));
    const error = await refused.catch((caught: unknown) => caught);
    expect(error instanceof DiagnosticError && error.diagnostics[0].code).toBe('bad-arguments');
  });

  it('takes names that mean something in every format: file, nodes, and so populations', async () => {
    // HDF5 takes neither slashes nor control characters in the names of groups.
    const name = NASTY.replaceAll('/', '|').replace('\u0007', '');
    const ones = numbers([3], [1, 1, 1]);
    const lif = {
      type: 'LIF',
      tau: numbers([3], [0.01, 0.01, 0.01]),
      r: numbers([3], [10, 10, 10]),
      v_leak: numbers([3], [0, 0, 0]),
      v_threshold: ones,
    };
    const model = await nirFile({
      nodes: {
        input: { type: 'Input', shape: numbers([1], [4]) },
        linear: { type: 'Linear', weight: numbers([3, 4], (i) => 0.5 + i / 12) },
        [name]: lif,
        output: { type: 'Output', shape: numbers([1], [3]) },
      },
      edges: [
        ['input', 'linear'],
        ['linear', name],
        [name, 'output'],
      ],
    });
    const data = npzOf({
      features: { shape: [2, 6, 4], values: Array.from({ length: 48 }, (_, i) => i % 3) },
      labels: { shape: [2], values: [0, 1] },
    });
    const { report, files } = await runModel(model, data, optionsOf('loihi2', { file: `${NASTY}.nir`, dataFile: NASTY, timestepS: 0.001 }));
    expect(report.perPopulation.map((population) => population.name).join()).toContain('<script>');
    for (const { path, content } of files) {
      if (/\.(html|svg)$/.test(path)) expect(String(content), path).not.toContain('<script');
      if (path.endsWith('.json')) expect(() => JSON.parse(String(content)), path).not.toThrow();
      if (path.endsWith('.tex')) expect(String(content), path).not.toContain(' 100%_');
    }
  });
});
