import { describe, expect, it } from 'vitest';
import type { ChipModel } from '../../src/ir/chip-model.ts';
import { relayDelays } from '../../src/passes/relay-delays.ts';
import { openRunner } from '../../src/pipeline/chip-runner.ts';
import { memoryBytes } from '../../src/pipeline/summarize-mapping.ts';
import { operationReports } from '../../src/pipeline/summarize-operations.ts';
import type { OperationReport } from '../../src/report/index.ts';
import { LOIHI1 } from '../../src/targets/loihi/chips/loihi1.ts';
import { LOIHI2 } from '../../src/targets/loihi/chips/loihi2.ts';
import { loihiTarget } from '../../src/targets/loihi/index.ts';
import { randomClip } from '../support/networks.ts';
import { withLimits } from '../targets/chips.ts';
import { context, miniature } from '../targets/networks.ts';

const network = miniature({ steps: 6, heads: 2, width: 4, seed: 1 });

function reportOf(chip: ChipModel): readonly OperationReport[] {
  const lowered = relayDelays.run(network, { chip, weightBits: 8, unitPowerMax: new Map(), report: () => {} });
  return operationReports(network, loihiTarget(chip).map(lowered, context(lowered)), chip, []);
}

const rowsOf = (rows: readonly OperationReport[], kind: string): readonly OperationReport[] => rows.filter((row) => row.kind === kind);

describe('the table of operations', () => {
  it('has a row for everything that runs, and none twice', () => {
    const rows = reportOf(LOIHI2);
    const kinds = [
      'input encoding',
      'layer',
      'rotary',
      'reorder',
      'fast-weights',
      'clearing',
      'gate',
      'decision',
      'bias windows',
      'replay',
    ];
    expect(new Set(rows.map((row) => row.kind))).toEqual(new Set(kinds));
    expect(new Set(rows.map((row) => `${row.kind} ${row.name}`)).size).toBe(rows.length);
    expect(rowsOf(rows, 'layer').map((row) => row.name)).toEqual(
      network.nodes.filter((node) => node.kind === 'population' || node.kind === 'readout').map((node) => node.name),
    );
    for (const row of rowsOf(rows, 'layer')) {
      expect([row.steps, row.cores], row.name).toEqual([6, 1]);
      expect(row.memoryBytes, row.name).toBeGreaterThan(0);
    }
    expect(rowsOf(rows, 'clearing')[0].operations).toBe(2 * 4 * 4);
    expect(rowsOf(rows, 'decision')[0].operations).toBe(3 * 6);
    expect(rowsOf(rows, 'bias windows')[0].where).toBe('core');
  });

  it('says what a chip of binary spikes and fixed neurons takes besides', () => {
    const rows = reportOf(LOIHI1);
    expect(rowsOf(rows, 'input encoding')[0].note).toContain('8 binary digits');
    const [windows] = rowsOf(rows, 'bias windows');
    // Ten populations of 8 (three of them doubled by gates or teachers: o and a) and the read-out of 3.
    const compartments = network.nodes.reduce((sum, node) => {
      if (node.kind === 'readout') return sum + node.size;
      if (node.kind !== 'population') return sum;
      return sum + node.size * (node.gate !== null || node.id === 'a' ? 2 : 1);
    }, 0);
    expect([windows.where, windows.operations]).toEqual(['embedded', 3 * compartments]);
  });

  it('counts what each operation did, so that the rows add up to the whole', () => {
    for (const chip of [LOIHI1, LOIHI2]) {
      const mapping = loihiTarget(chip).map(network, context(network));
      const runner = openRunner({ kind: 'loihi', mapping, chip }, { profile: null, timing: 'simple', without: [] });
      const runs = [1, 2].map((seed) => runner.run(randomClip(network, seed), false)).filter((run) => run.kind === 'loihi');
      const rows = operationReports(network, mapping, chip, runs);
      const sumOf = (kinds: readonly string[], value: (row: OperationReport) => number | null): number =>
        rows.filter(({ kind }) => kinds.includes(kind)).reduce((sum, row) => sum + (value(row) ?? Number.NaN), 0);
      const mean = (value: (run: (typeof runs)[number]) => number): number => (value(runs[0]) + value(runs[1])) / 2;
      expect(sumOf(['layer'], (row) => row.operations)).toBe(mean(({ counts }) => counts.synapticEvents));
      expect(sumOf(['rotary', 'reorder'], (row) => row.operations)).toBeGreaterThan(50);
      const memory = mapping.program.cores.reduce((sum, core) => sum + memoryBytes(core, chip), 0);
      expect(Math.abs(sumOf(['layer'], (row) => row.memoryBytes) - memory)).toBeLessThanOrEqual(rows.length);
      // All that the embedded processor does: what it sends and collects, and these rows.
      const own = sumOf(
        ['rotary', 'reorder', 'clearing', 'decision', ...(chip === LOIHI1 ? ['bias windows'] : [])],
        (row) => row.operations,
      );
      expect(own).toBeLessThanOrEqual(mean(({ counts }) => counts.embeddedOperations));
    }
  });

  it('lists relays', () => {
    const relays = rowsOf(reportOf(withLimits({ synapticDelay: 3 })), 'relay');
    expect(relays.map((row) => row.name)).toContain('u~3.1');
    expect(relays.every((row) => row.cores === 1 && row.steps === 6)).toBe(true);
  });
});
