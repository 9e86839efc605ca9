import { describe, expect, it } from 'vitest';
import { EXCITATORY, INHIBITORY, NEURON_FIELDS } from '../../../src/ir/spinnaker-neuron.ts';
import { type CoreSimulator, createCoreSimulator } from '../../../src/simulator/spinnaker/core-simulator.ts';
import { DIALECTS, ROUNDED } from '../../../src/simulator/spinnaker/dialect.ts';
import { type EmulatedNet, emulate } from '../../../src/simulator/spinnaker/emulator.ts';
import { diagnoseProblems, ProblemLog } from '../../../src/simulator/spinnaker/problem-log.ts';
import { stepCores } from '../../../src/simulator/spinnaker/step-cores.ts';
import { assembleCore, type CoreContent } from '../../../src/targets/spinnaker/images/assemble.ts';
import { below, type Random, seededRandom } from '../../support/random.ts';
import { contentOf, NEURON_KEY, parametersOf, plainContent, SOURCE_KEY, synapsesOf } from '../../support/spinnaker-cores.ts';

const UNIT = 2 ** -15;

function simulate(content: CoreContent, log = new ProblemLog(), name = 'core 0'): CoreSimulator {
  return createCoreSimulator(assembleCore(content, name), name, ROUNDED, log);
}

/** One source population with these rows of [target, weight, delay]. */
const fed = (rows: Parameters<typeof synapsesOf>[0], edit: Partial<CoreContent> = {}): CoreContent =>
  plainContent({ ...edit, incoming: [{ key: SOURCE_KEY, mask: 0xffff0000, cores: null, projections: [synapsesOf(rows)] }] });

describe('a core', () => {
  it('does what the readable emulator does, on nets at random, in each dialect', () => {
    for (let seed = 0; seed < 40; seed++) {
      const net = randomNet(seededRandom(seed));
      for (const dialect of DIALECTS) {
        const log = new ProblemLog();
        const simulator = createCoreSimulator(assembleCore(contentOf(net), 'core 0'), 'core 0', dialect, log);
        emulate(net, dialect, (step, state) => {
          const fired: number[] = [];
          stepCores(
            [simulator],
            step,
            net.sourceSpikes[step].map((i) => SOURCE_KEY + i),
            () => [0],
            (_, neuron) => fired.push(neuron),
          );
          expect([fired, simulator.v, ...simulator.synapses]).toEqual([state.fired, state.v, ...state.synapses]);
          expect(log.counts['slot-saturated']).toBe(state.saturations);
          return true;
        });
      }
    }
  });

  it('adds a weight after its delay, on the receptor of its sign', () => {
    const simulator = simulate(
      fed(
        [
          [
            [1, 3 * UNIT, 1],
            [2, -5 * UNIT, 4],
          ],
        ],
        { model: 'curr-exp' },
      ),
    );
    // tau_syn 5 ms: init = 5 (1 - e^-0.2) of the weight counts in the first step, rounded down.
    const seen: number[][] = [];
    for (let step = 0; step < 6; step++) {
      simulator.tick(step);
      seen.push([...simulator.slotMaxima]);
      if (step === 1) simulator.receive(SOURCE_KEY, 1);
    }
    expect(seen[1]).toEqual(new Array(8).fill(0));
    expect(seen[2]).toEqual([0, 3, 0, 0, 0, 0, 0, 0]);
    expect(seen[4]).toEqual(seen[2]);
    expect(seen[5]).toEqual([0, 3, 0, 0, 0, 0, 5, 0]);
  });

  it('counts packets, rows and events, and forgets them on reset', () => {
    const simulator = simulate(
      fed([
        [
          [1, UNIT, 1],
          [2, UNIT, 1],
          [3, UNIT, 1],
        ],
        [[0, UNIT, 1]],
      ]),
    );
    simulator.tick(0);
    for (const key of [SOURCE_KEY, SOURCE_KEY + 1, SOURCE_KEY + 1, 0x99990000]) simulator.receive(key, 0);
    expect(simulator.counts).toEqual({ packets: 4, unmatchedPackets: 1, rows: 3, rowWords: 18, synapticEvents: 5, spikes: 0 });
    simulator.reset();
    expect(simulator.counts).toEqual({ packets: 0, unmatchedPackets: 0, rows: 0, rowWords: 0, synapticEvents: 0, spikes: 0 });
    simulator.tick(1);
    expect([...simulator.slotMaxima]).toEqual(new Array(8).fill(0));
  });

  it('finds the rows of a population on several cores, of rows longer than 256, and of direct blocks', () => {
    const several = simulate(
      plainContent({
        incoming: [
          {
            key: SOURCE_KEY,
            mask: 0xffff0000,
            cores: { mask: 3, shift: 8, neuronsPerCore: 2 },
            projections: [synapsesOf([0, 1, 2, 3, 4].map((i) => [[0, (i + 1) * UNIT, 1]]))],
          },
        ],
      }),
    );
    several.tick(0);
    several.receive(SOURCE_KEY + 2 * 256, 0);
    several.receive(SOURCE_KEY + 1 * 256 + 1, 0);
    several.tick(1);
    expect(several.slotMaxima[0]).toBe(5 + 4);

    const long = simulate(fed([Array.from({ length: 700 }, (_, i) => [i % 4, UNIT, 1 + (i % 2)] as const)]));
    long.tick(0);
    long.receive(SOURCE_KEY, 0);
    expect([long.core.table[0].blocks.length, long.counts.rows, long.counts.rowWords, long.counts.synapticEvents]).toEqual([
      3, 3, 709, 700,
    ]);
    long.tick(1);
    expect([...long.slotMaxima].slice(0, 4)).toEqual([175, 0, 175, 0]);

    const direct = simulate(fed([[[1, UNIT, 1]], [[2, 7 * UNIT, 1]]], { directBytesMax: 8 }));
    expect(direct.core.table[0].blocks).toEqual([{ kind: 'direct', offset: 0 }]);
    direct.tick(0);
    direct.receive(SOURCE_KEY + 1, 0);
    expect([direct.counts.rows, direct.counts.synapticEvents]).toEqual([0, 1]);
    direct.tick(1);
    expect(direct.slotMaxima[2]).toBe(7);
  });

  it('scales the input of curr-delta by the timestep', () => {
    const simulator = simulate(fed([[[0, 100 * UNIT, 1]]], { timestep: 3277, parameters: parametersOf(4) }));
    simulator.tick(0);
    simulator.receive(SOURCE_KEY, 0);
    simulator.tick(1);
    // 1 / 0.1 ms = floor(2^30 / 3277) in accum; R = 1, keep = exp(-0.01).
    const scale = Math.floor(2 ** 30 / 3277);
    const current = Math.floor((100 * scale) / 32768);
    const keep = Math.floor(Math.exp(-Math.floor((3277 * 32768) / 327680) / 32768) * 32768);
    expect(simulator.v[0]).toBe(current - Math.floor((keep * current + 16384) / 32768));
  });
});

describe('what the hardware loses is an error with its place and step', () => {
  it('a slot beyond 16 bits', () => {
    const log = new ProblemLog();
    const simulator = simulate(fed([[[2, -65535 * UNIT, 3]], [[2, -1 * UNIT, 3]]]), log, 'core 7');
    for (let step = 0; step < 6; step++) simulator.tick(step);
    simulator.receive(SOURCE_KEY, 5);
    expect(log.counts['slot-saturated']).toBe(0);
    simulator.receive(SOURCE_KEY + 1, 5);
    expect(log.first).toEqual([{ kind: 'slot-saturated', core: 'core 7', step: 5, place: 'neuron 2, inhibitory, slot 0' }]);
    const [found] = diagnoseProblems(log);
    expect([found.code, found.places, found.message]).toEqual([
      'slot-saturated',
      [{ item: 'core 7, neuron 2, inhibitory, slot 0, step 5' }],
      '1 weights did not fit their ring-buffer slots',
    ]);
    for (let step = 6; step < 9; step++) simulator.tick(step);
    expect(simulator.slotMaxima[4 + 2]).toBe(65535);
  });

  it('a late packet, which acts in the step it is handled in, or is dropped', () => {
    for (const [dropLatePackets, effect] of [
      [false, 9],
      [true, 0],
    ] as const) {
      const log = new ProblemLog();
      const simulator = simulate(fed([[[1, 9 * UNIT, 1]]], { dropLatePackets }), log, 'core 3');
      simulator.tick(0);
      simulator.tick(1);
      simulator.receive(SOURCE_KEY, 0);
      expect(log.first).toEqual([{ kind: 'spike-late', core: 'core 3', step: 1, place: 'key 0x00040000 sent in step 0' }]);
      expect(diagnoseProblems(log).map(({ code }) => code)).toEqual(['spike-late']);
      simulator.tick(2);
      expect(simulator.slotMaxima[1]).toBe(effect);
    }
  });

  it('a potential or a current beyond the accum', () => {
    const overflowing = (edit: Partial<CoreContent>, weight: number): ProblemLog => {
      const log = new ProblemLog();
      const simulator = simulate(fed([[[3, weight, 1]]], edit), log);
      for (let step = 0; step < 3; step++) {
        simulator.tick(step);
        simulator.receive(SOURCE_KEY, step);
      }
      return log;
    };
    const high = (field: number, value: number): Int32Array => parametersOf(4).map((old, i) => (i % NEURON_FIELDS === field ? value : old));
    expect(overflowing({}, UNIT).counts['accum-overflow']).toBe(0);
    // A slot shifted by 16 (seen in the slot and in the neuron, in two steps), a resistance of 55,000 and 1.9 nA (the neuron fires and rests), a rest and a potential at the two ends.
    expect(overflowing({ shifts: Uint32Array.of(16, 0) }, 2 ** 16).counts['accum-overflow']).toBe(4);
    expect(overflowing({ parameters: high(2, 6) }, 1.9).counts['accum-overflow']).toBe(1);
    expect(
      overflowing({ parameters: high(1, 2 ** 31 - 1).map((v, i) => (i % NEURON_FIELDS === 0 ? -(2 ** 31) : v)) }, UNIT).counts[
        'accum-overflow'
      ],
    ).toBeGreaterThan(0);
    const [found] = diagnoseProblems(overflowing({ parameters: high(2, 6) }, 1.9));
    expect([found.code, found.places[0].item]).toEqual(['accum-overflow', 'core 0, neuron 3, step 1']);
  });

  it('a key without a row', () => {
    const log = new ProblemLog();
    const simulator = simulate(fed([[[1, UNIT, 1]]]), log);
    simulator.tick(0);
    simulator.receive(SOURCE_KEY + 5, 0);
    expect(log.first[0].place).toBe('key 0x00040005, row 5 of 1');
    expect(diagnoseProblems(log).map(({ code }) => code)).toEqual(['program-malformed']);
  });

  it('keeps the places of the first and counts all', () => {
    const log = new ProblemLog();
    for (let i = 0; i < 100; i++) log.add('spike-late', 'core 0', i, () => `key ${i}`);
    expect([log.counts['spike-late'], log.first.length]).toEqual([100, 20]);
    expect(diagnoseProblems(log)[0].places.length).toBe(10);
    expect(diagnoseProblems(new ProblemLog())).toEqual([]);
  });
});

describe('several cores', () => {
  it('send their keys to each other, a step apart', () => {
    const fires = parametersOf(1, [0, 0, 327680, 327680, 0, 0, 0, 100, 163840, 163840, 0, 0, 0]);
    const chain = [0, 1].map((index) =>
      simulate(
        plainContent({
          neurons: 1,
          parameters: fires,
          keys: Uint32Array.of(NEURON_KEY + index),
          incoming: [
            { key: index === 0 ? SOURCE_KEY : NEURON_KEY, mask: 0xffffffff, cores: null, projections: [synapsesOf([[[0, 0.5, 1]]])] },
          ],
        }),
        new ProblemLog(),
        `core ${index}`,
      ),
    );
    const spikes: string[] = [];
    for (let step = 0; step < 4; step++) {
      const targets = (key: number): number[] => (key === SOURCE_KEY ? [0] : key === NEURON_KEY ? [1] : []);
      stepCores(chain, step, step === 0 ? [SOURCE_KEY] : [], targets, (core, neuron) => spikes.push(`${step}: ${core}.${neuron}`));
    }
    expect(spikes).toEqual(['1: 0.0', '2: 1.0']);
  });
});

function randomNet(random: Random): EmulatedNet {
  const neurons = 1 + below(random, 20);
  const sources = 1 + below(random, 20);
  const steps = 30;
  const indexBits = Math.max(1, Math.ceil(Math.log2(neurons)));
  const delayBits = below(random, 5);
  const word = (): number =>
    below(random, random() < 0.1 ? 65536 : 2000) * 65536 +
    (below(random, 2 ** delayBits) << (indexBits + 1)) +
    (below(random, 2) << indexBits) +
    below(random, neurons);
  const rows = Array.from({ length: sources + neurons }, () => Array.from({ length: below(random, 12) }, word));
  // A weight of 0 has no receptor: contentOf cannot keep it.
  for (const row of rows) for (let k = 0; k < row.length; k++) if (row[k] < 65536) row[k] += 65536;
  const jitter = (value: number): number => 1 + below(random, 2 * value);
  const parameters = parametersOf(neurons).map((value, i) =>
    i % NEURON_FIELDS === 7
      ? 1000 + below(random, 30000)
      : i % NEURON_FIELDS > 9
        ? 0
        : value === 0
          ? below(random, 2000) - 1000
          : jitter(value),
  );
  return {
    model: random() < 0.5 ? 'curr-exp' : 'curr-delta',
    neurons,
    sources,
    steps,
    timestep: 32768,
    parameters,
    indexBits,
    delayBits,
    shifts: [EXCITATORY, INHIBITORY].map(() => below(random, 5)),
    rows,
    sourceSpikes: Array.from({ length: steps }, () => Array.from({ length: sources }, (_, i) => i).filter(() => random() < 0.3)),
  };
}
