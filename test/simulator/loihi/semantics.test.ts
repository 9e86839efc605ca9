import { describe, expect, it } from 'vitest';
import type { Clip } from '../../../src/ir/clip.ts';
import { CORE_FIELDS, CoreField, STEP_FIELDS, StepField, type Trace } from '../../../src/ir/trace.ts';
import { createChipSimulator } from '../../../src/simulator/loihi/index.ts';
import { LOIHI2 } from '../../../src/targets/loihi/chips/loihi2.ts';
import { buildProgram, group } from './build-program.ts';

const clipOf = (rows: readonly (readonly number[])[], valid?: readonly number[]): Clip => ({
  steps: rows.length,
  channels: rows[0].length,
  features: Float32Array.from(rows.flat()),
  valid: Uint8Array.from(valid ?? rows.map(() => 1)),
  label: null,
});

const coreField = (trace: Trace, field: number, core = 0): number[] =>
  Array.from({ length: trace.steps }, (_, step) => trace.perCore[(step * trace.cores + core) * CORE_FIELDS + field]);
const stepField = (trace: Trace, field: number): number[] =>
  Array.from({ length: trace.steps }, (_, step) => trace.perStep[step * STEP_FIELDS + field]);

/** A read-out of one class (v = 64 * a) on core 0, fed from one feature. */
const listen = (steps: number, start: number, windowSteps: number, delay: number, weight = 1, exponent = 0, start0 = 0, rows = steps) =>
  buildProgram({
    segments: [{ kind: 'run', steps, injections: [{ stream: 'features', start: start0, steps: rows, size: 1 }] }],
    cores: [{ groups: [group({ population: 'out', first: 0, count: 1, role: 'readout', start, steps: windowSteps })] }],
    synapses: [{ from: 'features', neuron: 0, core: 0, compartment: 0, weight, delay, exponent }],
    readout: 'out',
  });

describe('time', () => {
  it('adds a spike of step t with delay d to the accumulator of step t + 1 + d', () => {
    for (const delay of [0, 1, 5, 63]) {
      const program = listen(70, 0, 70, delay, 1, 0, 2, 1);
      const trace = createChipSimulator(program, LOIHI2).run(clipOf([[1]]), { record: false });
      expect([...trace.readout].flatMap((v, step) => (v === 0 ? [] : [step]))).toEqual(2 + 1 + delay < 70 ? [3 + delay] : []);
    }
  });

  it('discards what arrives outside the window and starts clear', () => {
    const program = listen(6, 2, 3, 0);
    const trace = createChipSimulator(program, LOIHI2).run(clipOf([[1], [2], [3], [4], [5], [6]]), { record: false });
    // Steps 2, 3, 4 hear what was sent in steps 1, 2, 3.
    expect([...trace.readout]).toEqual([2 * 64, 3 * 64, 4 * 64]);
    expect(coreField(trace, CoreField.active)).toEqual([0, 0, 1, 1, 1, 0]);
    expect(coreField(trace, CoreField.inactive)).toEqual([1, 1, 0, 0, 0, 1]);
    expect(stepField(trace, StepField.collected)).toEqual([0, 0, 1, 1, 1, 0]);
  });

  it('applies no bias outside the window', () => {
    const program = buildProgram({
      segments: [{ kind: 'run', steps: 8, injections: [{ stream: 'features', start: 0, steps: 1, size: 1 }] }],
      cores: [
        {
          groups: [
            group({ population: 'p', first: 0, count: 1, start: 3, steps: 4, voltageDecay: 0, thresholdMantissa: 2 }),
            group({ population: 'out', first: 1, count: 1, role: 'readout', steps: 8 }),
          ],
          bias: [50, 0],
        },
      ],
      synapses: [],
      readout: 'out',
    });
    const trace = createChipSimulator(program, LOIHI2).run(clipOf([[0]]), { record: true });
    // v = 50, 100, 150 > 128: the third step of the window.
    expect([...(trace.rasters.get('p') ?? [])]).toEqual([2, 0]);
    expect(coreField(trace, CoreField.spikes)).toEqual([0, 0, 0, 0, 0, 1, 0, 0]);
  });

  it('gives the same trace again: no state survives a clip', () => {
    const simulator = createChipSimulator(listen(5, 0, 5, 2), LOIHI2);
    const first = simulator.run(clipOf([[1], [0], [3], [9], [9]]), { record: true });
    expect(simulator.run(clipOf([[1], [0], [3], [9], [9]]), { record: true })).toEqual(first);
  });
});

describe('payloads and packets', () => {
  it('multiplies payload and weight, shifts by the exponent, and sends no zeros', () => {
    const trace = createChipSimulator(listen(5, 0, 5, 0, -6, 3), LOIHI2).run(clipOf([[70], [0], [-3], [1], [0]]), { record: false });
    expect([...trace.readout]).toEqual([0, -6 * 8 * 64 * 70, 0, 6 * 8 * 64 * 3, -6 * 8 * 64].map((v) => v + 0));
    expect(stepField(trace, StepField.injected)).toEqual([1, 0, 1, 1, 0]);
    expect(stepField(trace, StepField.hostValues)).toEqual([1, 0, 1, 1, 0]);
    expect(coreField(trace, CoreField.packetsIn)).toEqual([1, 0, 1, 1, 0]);
    expect(coreField(trace, CoreField.synapticEvents)).toEqual([1, 0, 1, 1, 0]);
  });

  it('counts hops column by column, and packets that stay on their tile', () => {
    // Tile = x * 4 + y: core 0 at (0, 0), core 1 at (2, 3).
    const program = buildProgram({
      segments: [{ kind: 'run', steps: 3, injections: [{ stream: 'features', start: 0, steps: 1, size: 1 }] }],
      cores: [
        { tile: 0, groups: [group({ population: 'p', first: 0, count: 1, steps: 3 })] },
        { tile: 11, groups: [group({ population: 'out', first: 0, count: 1, role: 'readout', steps: 3 })] },
      ],
      synapses: [
        { from: 'features', neuron: 0, core: 0, compartment: 0, weight: 2 },
        { from: 'p', neuron: 0, core: 1, compartment: 0, weight: 4 },
      ],
      readout: 'out',
    });
    const trace = createChipSimulator(program, LOIHI2).run(clipOf([[1]]), { record: false });
    expect([...trace.readout]).toEqual([0, 0, 4 * 64]);
    expect(stepField(trace, StepField.injected)).toEqual([1, 0, 0]);
    expect(coreField(trace, CoreField.packetsOut, 0)).toEqual([0, 1, 0]);
    // Step 0: in the tile. Step 1: p to the read-out. Every step: the read-out's membrane potential to the port at (0, 0).
    expect(stepField(trace, StepField.inTile)).toEqual([1, 0, 0]);
    expect(stepField(trace, StepField.hopsHorizontal)).toEqual([2, 4, 2]);
    expect(stepField(trace, StepField.hopsVertical)).toEqual([3, 6, 3]);
  });
});

describe('gate', () => {
  it('lets current and bias through only where the gate received something in this step', () => {
    const program = buildProgram({
      segments: [{ kind: 'run', steps: 4, injections: [{ stream: 'features', start: 0, steps: 4, size: 2 }] }],
      cores: [
        {
          groups: [
            group({ population: 'gated', first: 0, count: 1, steps: 4, gateFirst: 1, thresholdMantissa: 0 }),
            group({ population: 'out', first: 2, count: 1, role: 'readout', steps: 4 }),
          ],
          bias: [5, 0, 0],
        },
      ],
      synapses: [
        { from: 'features', neuron: 0, core: 0, compartment: 0, weight: 2 },
        { from: 'features', neuron: 1, core: 0, compartment: 1, weight: 1 },
      ],
      readout: 'out',
    });
    const trace = createChipSimulator(program, LOIHI2).run(
      clipOf([
        [1, 0],
        [0, 1],
        [1, 1],
        [0, 0],
      ]),
      { record: true },
    );
    expect([...(trace.rasters.get('gated') ?? [])]).toEqual([2, 0, 3, 0]);
    expect(coreField(trace, CoreField.active)).toEqual([3, 3, 3, 3]);
  });
});

/**
 * Two segments of 4 steps record keys and values, a write segment stores their coincidences, and a query reads them.
 * Keys and values are features 0, 1 and 2, 3; one head of two components.
 */
function attention(writeDelay = 0) {
  const buffered = { voltageDecay: 4096, thresholdMantissa: 0, buffered: true } as const;
  return buildProgram({
    segments: [
      { kind: 'run', steps: 5, injections: [{ stream: 'features', start: 0, steps: 4, size: 4 }] },
      {
        kind: 'write',
        steps: 5 + writeDelay,
        injections: [
          { stream: 'k#masked', start: 0, steps: 4, size: 2 },
          { stream: 'v', start: 0, steps: 4, size: 2 },
        ],
      },
      { kind: 'run', steps: 6, injections: [{ stream: 'q', start: 1, steps: 4, size: 2 }] },
    ],
    cores: [
      {
        groups: [
          group({ population: 'k', first: 0, count: 2, start: 1, steps: 4, ...buffered }),
          group({ population: 'v', first: 2, count: 2, start: 1, steps: 4, ...buffered }),
          group({ population: 'q', first: 4, count: 2, start: 1, steps: 4, ...buffered }),
        ],
      },
      {
        groups: [group({ population: 'y', first: 0, count: 2, segment: 2, start: 2, steps: 4, role: 'readout', teachFirst: 2 })],
        fastWeightCells: 4,
      },
    ],
    synapses: [
      ...[0, 1, 2, 3].map((i) => ({ from: 'features', neuron: i, core: 0, compartment: i, weight: 2 })),
      // Queries are the keys.
      ...[0, 1].map((i) => ({ from: 'features', neuron: i, core: 0, compartment: 4 + i, weight: 2 })),
      ...[0, 1].map((i) => ({ from: 'v', neuron: i, core: 1, compartment: 2 + i, weight: 1, delay: writeDelay })),
      ...[0, 1].flatMap((k) =>
        [0, 1].map((v) => ({ from: 'k#masked', neuron: k, core: 1, compartment: v, fast: 2 * k + v, delay: writeDelay })),
      ),
      ...[0, 1].flatMap((q) => [0, 1].map((v) => ({ from: 'q', neuron: q, core: 1, compartment: v, fast: 2 * q + v, exponent: 1 }))),
    ],
    embedded: [{ kind: 'mask', afterSegment: 0, source: 'k', mask: 'mask', output: 'k#masked', steps: 4, size: 2 }],
    readout: 'y',
    maskStream: 'mask',
  });
}

describe('fast weights', () => {
  const rows = [
    [1, 0, 1, 0],
    [1, 1, 1, 1],
    [0, 1, 0, 1],
    [1, 0, 1, 1],
  ];

  it.each([0, 2])('store coincidences of key and value, and are read by queries (delay %i)', (delay) => {
    const valid = [1, 1, 1, 0];
    const trace = createChipSimulator(attention(delay), LOIHI2).run(clipOf(rows, valid), { record: true });
    const matrix = [0, 1].map((k) => [0, 1].map((v) => rows.reduce((sum, row, t) => sum + valid[t] * row[k] * row[2 + v], 0)));
    const expected = rows.flatMap((row) => [0, 1].map((v) => 2 * 64 * (row[0] * matrix[0][v] + row[1] * matrix[1][v])));
    expect([...trace.readout]).toEqual(expected);
    const coincidences = matrix.flat().reduce((sum, n) => sum + n, 0);
    expect(stepField(trace, StepField.fastWeightUpdates).reduce((sum, n) => sum + n, 0)).toBe(coincidences);
    // Mask: spikes of k. Clearing: four cells. Decision: four steps of two classes.
    expect([...trace.embeddedOperations]).toEqual([5 + 4, 0, 8]);
    // The teaching compartments work in the write segment, the neurons in their window of the last one.
    expect(coreField(trace, CoreField.active, 1)).toEqual([...Array(5).fill(0), ...Array(5 + delay).fill(2), 0, 0, 2, 2, 2, 2]);
  });

  it('saturate at what a cell can hold', () => {
    const chip = { ...LOIHI2, limits: { ...LOIHI2.limits, fastWeightMax: { ...LOIHI2.limits.fastWeightMax, value: 1 } } };
    const trace = createChipSimulator(attention(), chip).run(clipOf(rows), { record: false });
    expect(Math.max(...trace.readout)).toBe(2 * 64 * 2);
  });
});

describe('embedded processor', () => {
  it('rotates and reorders buffered spikes and sends them as graded ones', () => {
    const program = buildProgram({
      segments: [
        { kind: 'run', steps: 3, injections: [{ stream: 'features', start: 0, steps: 2, size: 2 }] },
        { kind: 'run', steps: 3, injections: [{ stream: 'shuffled', start: 0, steps: 2, size: 2 }] },
      ],
      cores: [
        {
          groups: [
            group({ population: 'x', first: 0, count: 2, start: 1, steps: 2, thresholdMantissa: 0, buffered: true }),
            group({ population: 'out', first: 2, count: 2, segment: 1, start: 1, steps: 2, role: 'readout' }),
          ],
        },
      ],
      synapses: [
        ...[0, 1].map((i) => ({ from: 'features', neuron: i, core: 0, compartment: i, weight: 2 })),
        ...[0, 1].map((i) => ({ from: 'shuffled', neuron: i, core: 0, compartment: 2 + i, weight: 1 })),
      ],
      embedded: [
        {
          kind: 'rotary',
          afterSegment: 0,
          source: 'x',
          output: 'rotated',
          steps: 2,
          size: 2,
          direct: Int32Array.of(100, 100, 54, 54),
          partner: Int32Array.of(0, 0, -85, 84),
          partnerOf: Int32Array.of(1, 0),
          fractionBits: 6,
        },
        {
          kind: 'reorder',
          afterSegment: 0,
          source: 'rotated',
          output: 'shuffled',
          steps: 2,
          size: 2,
          permutation: Int32Array.of(2, 0, 3, 1),
        },
      ],
      readout: 'out',
    });
    const trace = createChipSimulator(program, LOIHI2).run(
      clipOf([
        [1, 0],
        [1, 1],
      ]),
      { record: false },
    );
    // Rotated: [100, 0], [54 - 85, 54 + 84]; then element i is taken from permutation[i].
    expect([...trace.readout].map((v) => v / 64)).toEqual([-31, 100, 138, 0]);
    // Rotation: two values a step where a spike takes part; reordering: three values that are not 0; decision: 2 steps of 2 classes.
    expect([...trace.embeddedOperations]).toEqual([4 + 3, 4]);
  });
});

describe('clips that a program cannot take in', () => {
  const simulator = createChipSimulator(listen(3, 0, 3, 0), LOIHI2);
  it.each([
    ['data-shape-mismatch', [[1], [1]]],
    [
      'data-shape-mismatch',
      [
        [1, 1],
        [1, 1],
        [1, 1],
      ],
    ],
    ['data-malformed', [[0.5], [0], [0]]],
    ['data-malformed', [[Number.NaN], [0], [0]]],
    ['data-malformed', [[2 ** 40], [0], [0]]],
    ['value-out-of-range', [[2 ** 23], [0], [0]]],
  ])('%s', (code, rows) => {
    expect(() => simulator.run(clipOf(rows), { record: false })).toThrow(code);
  });

  it('takes the largest payload', () => {
    expect([...simulator.run(clipOf([[2 ** 17 - 1], [0], [0]]), { record: false }).readout]).toEqual([0, (2 ** 17 - 1) * 64, 0]);
  });
});
