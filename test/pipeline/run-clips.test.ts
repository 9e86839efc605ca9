import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { runModel } from '../../src/compile.ts';
import type { Diagnostic } from '../../src/diagnostics/index.ts';
import type { RunReport } from '../../src/report/index.ts';
import { readModel } from '../main-job/models.ts';
import { runOptions } from '../support/run-options.ts';

function npy(descr: string, shape: string, data: ArrayBuffer): Uint8Array {
  const head = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117);
  const magic = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0);
  return Uint8Array.from([...magic, ...new TextEncoder().encode(`${head}\n`), ...new Uint8Array(data)]);
}

/** Terms of the reconciliation lead from one convention to the next, down to the bill of the chip that ran. */
function checkAccounting({ accounting, energy, events }: RunReport): void {
  const { conventions = [], reconciliation = [] } = accounting ?? {};
  expect(reconciliation.map(({ to }) => to)).toContain('chip model');
  for (const { from, to, terms } of reconciliation) {
    const [start, end] = [from, to].map((name) => conventions.find((each) => each.name === name));
    for (const field of ['acs', 'macs', 'joules'] as const) {
      const total = terms.reduce((sum, term) => sum + (term[field] ?? 0), start?.[field] ?? Number.NaN);
      const wanted = end?.[field] ?? Number.NaN;
      expect(Math.abs(total - wanted), `${field} from ${from} to ${to}`).toBeLessThanOrEqual(1e-9 * Math.abs(wanted));
    }
  }
  const of = (name: string) => conventions.find((each) => each.name === name);
  expect(of('chip model')?.joules).toBeCloseTo(energy.knownJoules, 15);
  expect(of('by payload')).toMatchObject({ acs: events.acs, macs: events.macs });
  expect(of('by payload')?.joules).toBeCloseTo(energy.arithmetic45nm.totalJoules, 15);
}

describe('a run on data that are too loud for the registers', () => {
  it('warns with state-wrapped, and not after calibration on such data', async () => {
    const features = Float32Array.from({ length: 40 * 140 }, (_, i) => (i % 3 === 0 ? 300 : 0));
    const data = zipSync({
      'features.npy': npy('<f4', '(1, 40, 140)', features.buffer),
      'labels.npy': npy('<i4', '(1,)', new ArrayBuffer(4)),
    });
    const warningsOf = async (calibration: Uint8Array | null): Promise<readonly string[]> => {
      const given: Diagnostic[] = [];
      const { report } = await runModel(readModel('spikescr-t40', 'custom'), data, {
        ...runOptions('custom.onnx', 'loud.npz', 'loihi2'),
        calibration,
        report: (diagnostic) => given.push(diagnostic),
      });
      expect(report.diagnostics).toEqual(given);
      checkAccounting(report);
      return given.filter(({ severity }) => severity === 'warning').map(({ code }) => code);
    };
    expect(await warningsOf(null)).toEqual(['state-wrapped']);
    expect(await warningsOf(data)).toEqual([]);
  });
});
