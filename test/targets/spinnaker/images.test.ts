import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../../src/diagnostics/index.ts';
import { createCoreSimulator } from '../../../src/simulator/spinnaker/core-simulator.ts';
import { ROUNDED } from '../../../src/simulator/spinnaker/dialect.ts';
import { ProblemLog } from '../../../src/simulator/spinnaker/problem-log.ts';
import { assembleCore } from '../../../src/targets/spinnaker/images/assemble.ts';
import { decodeCore } from '../../../src/targets/spinnaker/images/decode.ts';
import { encodeCore } from '../../../src/targets/spinnaker/images/encode.ts';
import { below, seededRandom } from '../../support/random.ts';
import { parametersOf, plainContent, randomCore, synapsesOf } from '../../support/spinnaker-cores.ts';

const BASE = 0x60100000;

describe('an image, word by word', () => {
  // Two neurons, two sources; the second projection is one synapse a source and goes to DTCM.
  const core = assembleCore(
    plainContent({
      neurons: 2,
      model: 'curr-exp',
      parameters: parametersOf(2, [-1, -2, 327680, 655360, 3, 4, 65536, 32768, 163840, 196608, 1, 7, 8]),
      keys: Uint32Array.of(0x20000, 0x20001),
      layout: { indexBits: 8, typeBits: 1, delayBits: 4 },
      shifts: Uint32Array.of(1, 2),
      spikeQueue: 256,
      dropLatePackets: true,
      directBytesMax: 8,
      incoming: [
        {
          key: 0x50000,
          mask: 0xffff0000,
          cores: { mask: 3, shift: 8, neuronsPerCore: 33 },
          projections: [
            synapsesOf([
              [
                [1, 0.5, 1],
                [0, -0.25, 16],
              ],
              [[0, 3.5, 3]],
            ]),
            synapsesOf([[[1, 1, 2]], [[0, -1, 3]]]),
          ],
        },
        { key: 0x40000, mask: 0xffffff00, cores: null, projections: [synapsesOf([[], [[1, 0, 1]]])] },
      ],
    }),
    'core 0',
  );
  const bytes = encodeCore(core, BASE, 'core 0');
  const view = new DataView(bytes.buffer);
  const word = (index: number): number => view.getUint32(index * 4, true);
  const region = (id: number): number[] => {
    const [pointer, sum, words] = [0, 1, 2].map((k) => word(2 + id * 3 + k));
    const content = Array.from({ length: words }, (_, i) => word((pointer - BASE) / 4 + i));
    expect(sum).toBe(content.reduce((total, value) => (total + value) % 2 ** 32, 0));
    expect((pointer - BASE) % 16).toBe(0);
    return content;
  };

  it('begins with a magic number, a version and descriptors of 32 regions', () => {
    expect([word(0), word(1)]).toEqual([0xad130ad6, 0x10000]);
    const present = Array.from({ length: 32 }, (_, id) => id).filter((id) => word(2 + id * 3) !== 0);
    expect(present).toEqual([1, 2, 4, 5, 6, 17]);
  });

  it('has core parameters, shifts and keys', () => {
    expect(region(1)).toEqual([1, 2, 256, 0, 2, 1, 2, 0x20000, 0x20001]);
  });

  it('has arrays of neurons, thresholds and synapses', () => {
    const neuron = [2 ** 32 - 1, 2 ** 32 - 2, 327680, 655360, 3, 4, 65536, 1, 32768];
    const synapses = [163840, 7, 196608, 8, 32768];
    expect(region(2)).toEqual([1, ...neuron, ...neuron, 32768, 32768, ...synapses, ...synapses]);
  });

  it('has synapse parameters', () => {
    expect(region(4)).toEqual([2, 2, 8, 1, 4, 1, 256, 1, 2]);
  });

  it('has a table sorted by key and a list of addresses', () => {
    const extra = 3 | (2 << 10) | (8 << 16);
    expect(region(5)).toEqual([
      ...[2, 4],
      // key, mask; start 0, no extra information, one address
      ...[0x40000, 0xffffff00, 0 | (0 << 15) | (1 << 16)],
      // start 1: extra information, then two addresses
      ...[0x50000, 0xffff0000, (1 | (1 << 15) | (2 << 16)) >>> 0],
      // rows of one word, at the start
      0 | (0 << 8),
      // 33 neurons a core, 2 words of filter, 2 bits of core from bit 8
      (extra | (33 << 21)) >>> 0,
      // rows of two words, two units of 16 bytes on
      1 | (2 << 8),
      // direct
      (0 | (0 << 8) | (1 << 31)) >>> 0,
    ]);
  });

  it('has rows: header, weight | delay | type | index, padding', () => {
    // 0.5 at shift 1: 0.5 * 2^14; -0.25 at shift 2: 0.25 * 2^13, inhibitory, a delay of 16 is 0.
    const first = [0, 2, 0, (8192 << 16) | (1 << 9) | 1, (2048 << 16) | (0 << 9) | (1 << 8) | 0];
    const second = [0, 1, 0, ((57344 << 16) | (3 << 9)) >>> 0, 0];
    const small = [0, 0, 0, 0, 0, 1, 0, (1 << 9) | 1];
    // In the order of keys: 0x40000 comes first.
    expect(region(6)).toEqual([...small, ...first, ...second, 0, 0]);
    expect(region(17)).toEqual([8, (16384 << 16) | (2 << 9) | 1, (8192 << 16) | (3 << 9) | (1 << 8)]);
  });
});

/** Codes and messages of what is refused. */
function refusal(run: () => unknown): string[] {
  try {
    run();
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return error.diagnostics.map(({ code, message }) => `[${code}] ${message}`);
  }
  return [];
}

describe('decodeCore', () => {
  it('reads back what was encoded', () => {
    for (let seed = 0; seed < 20; seed++) {
      const core = randomCore(seededRandom(seed));
      const image = encodeCore(core, BASE, 'core 0');
      expect(decodeCore(image, BASE, core.model, 'core.bin')).toEqual(core);
      createCoreSimulator(core, 'core 0', ROUNDED, new ProblemLog());
    }
  });

  const core = assembleCore(
    plainContent({
      incoming: [{ key: 0x40000, mask: 0xffff0000, cores: null, projections: [synapsesOf([[[1, 0.5, 1]], [[3, 0.5, 2]]])] }],
    }),
    'core 0',
  );
  const image = encodeCore(core, BASE, 'core 0');
  /** With word `at` of a region set, and its checksum made right again. */
  function edited(region: number, at: number, value: number): Uint8Array {
    const copy = image.slice();
    const view = new DataView(copy.buffer);
    const first = view.getUint32(4 * (2 + region * 3), true) - BASE;
    const sum = 4 * (3 + region * 3);
    view.setUint32(sum, view.getUint32(sum, true) + value - view.getUint32(first + at * 4, true), true);
    view.setUint32(first + at * 4, value, true);
    return copy;
  }
  const decode = (bytes: Uint8Array) => decodeCore(bytes, BASE, core.model, 'core.bin');
  const run = (bytes: Uint8Array) => createCoreSimulator(decode(bytes), 'core 0', ROUNDED, new ProblemLog());

  it.each<[string, () => unknown, string]>([
    ['no bytes', () => decode(new Uint8Array(0)), 'image has 0 bytes'],
    ['half a word', () => decode(image.slice(0, -2)), `image has ${image.length - 2} bytes`],
    ['a cut image', () => decode(image.slice(0, -16)), 'region 17 has 1 words from'],
    ['another address', () => decodeCore(image, BASE + 4096, core.model, 'core.bin'), 'region 1 has '],
    ['another magic number', () => decode(image.with(0, 0)), 'magic number is 0xad130a00'],
    ['another version', () => decode(image.with(6, 2)), 'version is 0x00020000'],
    ['a changed word', () => decode(image.with(600, image[600] ^ 1)), 'sums to'],
    ['another program', () => decodeCore(image, BASE, 'curr-exp', 'core.bin'), 'neuron parameters of curr-exp have 53 words'],
    ['no neuron', () => decode(edited(1, 1, 0)), 'core parameters, neurons are 0 of 4'],
    ['too many neurons', () => decode(edited(1, 1, 5)), 'core parameters, neurons are 5 of 4'],
    ['neurons without end', () => decode(edited(1, 1, 2 ** 32 - 1)), 'core parameters, neurons are 4294967295'],
    ['colours', () => decode(edited(1, 3, 4)), 'core parameters, colourBits are 4'],
    ['a third synapse type', () => decode(edited(1, 4, 3)), 'core parameters, synapseTypes are 3'],
    ['other shifts', () => decode(edited(4, 7, 5)), 'synapse parameters, shift 0 is 5'],
    ['bits without end', () => decode(edited(4, 4, 2 ** 31)), 'synapse parameters, delayBits are 2147483648'],
    ['steps within a step', () => decode(edited(2, 0, 2)), 'steps per timestep are 2'],
    ['two timesteps', () => decode(edited(2, 9, 3277)), 'neuron parameters, timestep is 3277, 32768'],
    ['a longer table', () => decode(edited(5, 0, 2)), 'population table has 6 words'],
    ['a table without end', () => decode(edited(5, 0, 2 ** 32 - 1)), 'population table has 6 words'],
    ['addresses behind the list', () => decode(edited(5, 4, 2 << 16)), 'entry 0 has addresses 0 .. 1'],
    ['a mark for no block', () => decode(edited(5, 5, (2 ** 23 - 1) * 2 ** 8)), 'block 0 stands for no block'],
    ['a direct matrix of another size', () => decode(edited(17, 0, 4)), 'direct matrix has 4 bytes'],
    ['a slot too many', () => run(edited(4, 4, 12)), 'layout has 2 + 1 + 12 bits'],
    ['a wider shift', () => decode(edited(1, 5, 40)), 'shift 0 is 0'],
    ['a key outside of its mask', () => run(edited(5, 2, 0x40001)), 'table[0] has key 262145'],
    ['a block outside of the matrix', () => run(edited(5, 5, 400 * 2 ** 8)), 'blocks[0].offset is 6400'],
    ['a row longer than its block', () => run(edited(6, 1, 2)), 'row 0 has 2 synapses'],
    ['a plastic row', () => run(edited(6, 0, 1)), 'row 0 has 1 plastic words'],
    ['a tau of 0', () => run(edited(2, 4, 0)), 'neuron 0, tauMembrane is 0'],
    ['a capacitance of almost 0', () => run(edited(2, 3, 1)), 'neuron 0, tauMembrane / capacitance is 327680'],
    ['a timestep of 0', () => run(edited(2, 9, 0)), 'timestep is 0, 32768'],
  ])('refuses %s', (_, act, text) => {
    const found = refusal(act);
    expect(found.join('\n')).toContain(text);
    expect(found.every((line) => line.startsWith('[program-malformed] '))).toBe(true);
  });

  it('refuses or runs whatever the bytes are, and never throws anything else', () => {
    const random = seededRandom(7);
    const cores = [core, ...Array.from({ length: 7 }, (_, seed) => randomCore(seededRandom(seed)))];
    const images = cores.map((victim) => encodeCore(victim, BASE, 'core 0'));
    let ran = 0;
    for (let round = 0; round < 1600; round++) {
      const victim = round % cores.length;
      const bytes = images[victim].slice();
      const view = new DataView(bytes.buffer);
      const regions = [1, 2, 4, 5, 6, 17].map((id) => ({
        id,
        at: view.getUint32(4 * (2 + id * 3), true) - BASE,
        words: view.getUint32(4 * (4 + id * 3), true),
      }));
      const target = regions[below(random, regions.length)];
      if (target.words === 0) continue;
      const at = target.at + 4 * below(random, target.words);
      const value = [0, 1, 2 ** 31, 2 ** 32 - 1, view.getUint32(at, true) ^ (1 << below(random, 32))][below(random, 5)] >>> 0;
      const sum = 4 * (3 + target.id * 3);
      view.setUint32(sum, view.getUint32(sum, true) + value - view.getUint32(at, true), true);
      view.setUint32(at, value, true);
      const refused = refusal(() => {
        const { model } = cores[victim];
        const simulator = createCoreSimulator(decodeCore(bytes, BASE, model, 'core.bin'), 'core 0', ROUNDED, new ProblemLog());
        for (let step = 0; step < 3; step++) {
          simulator.tick(step);
          for (let i = 0; i < 5; i++) simulator.receive(0x40000 + below(random, 300) + 0x10000 * below(random, 2), step);
        }
      });
      if (refused.length === 0) ran++;
    }
    expect(ran).toBeGreaterThan(400);
    expect(ran).toBeLessThan(1500);
  });
});

describe('what an image cannot hold is refused when it is made', () => {
  const content = plainContent({ shifts: Uint32Array.of(1, 0) });
  const made = (rows: Parameters<typeof synapsesOf>[0]) => () =>
    assembleCore(
      { ...content, incoming: [{ key: 0x40000, mask: 0xffff0000, cores: null, projections: [synapsesOf(rows, 'embedding')] }] },
      'core 7',
    );

  it('a weight of more than 16 bits', () => {
    const act = made([[[2, 4, 1]], [[3, -1.9, 1]], [[1, 5, 1]]]);
    expect(refusal(act)).toEqual(['[weight-wrapped] 2 weights of embedding do not fit 16 bits; the largest is 5, to neuron 1']);
    expect(made([[[2, 65535 / 2 ** 14, 1]]])).not.toThrow();
  });

  it('a delay longer than the ring buffer', () => {
    expect(made([[[2, 1, 4]]])).not.toThrow();
    expect(made([[[2, 1, 5]]])).toThrow('delay-too-long: 1 synapses of embedding');
    expect(made([[[2, 1, 0]]])).toThrow('delay-too-long');
  });

  it('a matrix beyond the addresses of the table', () => {
    const table = [{ key: 0, mask: 0, cores: null, blocks: [{ kind: 'rows', offset: 16 * 2 ** 23, rowLength: 1 }] }] as const;
    expect(() => encodeCore({ ...assembleCore(content, 'core 7'), table }, BASE, 'core 7')).toThrow(
      'does-not-fit: core 7, population table, entry 0: address is 8388608, and its field has 23 bits',
    );
  });
});
