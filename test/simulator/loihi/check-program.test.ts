import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../../src/diagnostics/index.ts';
import type { CoreProgram, EmbeddedOperation, LoihiProgram } from '../../../src/ir/mapping.ts';
import { createChipSimulator } from '../../../src/simulator/loihi/index.ts';
import { LOIHI2 } from '../../../src/targets/loihi/chips/loihi2.ts';
import { buildProgram, group } from './build-program.ts';

const operation: EmbeddedOperation = {
  kind: 'reorder',
  afterSegment: 0,
  source: 'features',
  output: 'x',
  steps: 4,
  size: 2,
  permutation: Int32Array.of(7, 6, 5, 4, 3, 2, 1, 0),
};
const sound = buildProgram({
  segments: [{ kind: 'run', steps: 4, injections: [{ stream: 'features', start: 0, steps: 4, size: 2 }] }],
  cores: [
    {
      groups: [
        group({ population: 'p', first: 0, count: 2, steps: 4, gateFirst: 2 }),
        group({ population: 'out', first: 4, count: 1, steps: 4, role: 'readout' }),
      ],
    },
  ],
  synapses: [
    { from: 'features', neuron: 0, core: 0, compartment: 0, weight: 8 },
    { from: 'features', neuron: 1, core: 0, compartment: 1, weight: 8 },
    { from: 'p', neuron: 0, core: 0, compartment: 4, weight: 8 },
  ],
  embedded: [operation],
  readout: 'out',
});
const [core] = sound.cores;
const [p, out] = core.groups;
const [segment] = sound.segments;
const [injection] = segment.injections;

const withCore = (change: Partial<CoreProgram>): LoihiProgram => ({ ...sound, cores: [{ ...core, ...change }] });
const withBlock = (offset: number, value: number): LoihiProgram => {
  const blocks = core.blocks.slice();
  blocks[offset] = value;
  return withCore({ blocks });
};
const withInjection = (change: Partial<typeof injection>): LoihiProgram => ({
  ...sound,
  segments: [{ ...segment, injections: [{ ...injection, ...change }] }],
});

const broken: readonly (readonly [string, LoihiProgram])[] = [
  ['cores', { ...sound, cores: [] }],
  ['segments[0].steps', { ...sound, segments: [{ ...segment, steps: 0 }] }],
  ['segments', { ...sound, segments: [{ ...segment, steps: 2 ** 27 }] }],
  ['segments[0].index', { ...sound, segments: [{ ...segment, index: 1 }] }],
  ['core 0, core', withCore({ core: 1 })],
  ['core 0, chip', withCore({ chip: 1 })],
  ['core 0, tile', withCore({ tile: 32 })],
  ['core 0, slot', withCore({ slot: -1 })],
  ['core 0, compartments', withCore({ compartments: 8193 })],
  ['core 0, compartments', withCore({ compartments: 1.5 })],
  ['core 0, fastWeightCells', withCore({ fastWeightCells: 1e9 })],
  ['core 0, biasMantissa.length', withCore({ biasMantissa: new Int32Array(4) })],
  ['core 0, biasMantissa[2]', withCore({ biasMantissa: Int32Array.of(0, 0, 4096, 0, 0) })],
  ['core 0, biasExponent[0]', withCore({ biasExponent: Int32Array.of(8, 0, 0, 0, 0) })],
  ['core 0, weights[0]', withCore({ weights: Int16Array.of(257, 0, 0) })],
  ['core 0, listFirst[2]', withCore({ listFirst: Int32Array.of(0, 2, 1, 3) })],
  ['core 0, listFirst[3]', withCore({ listFirst: Int32Array.of(0, 1, 2, 2) })],
  ['core 0, axonList[1]', withCore({ axonList: Int32Array.of(0, 3, 2) })],
  ['core 0, axonBase.length', withCore({ axonBase: new Int32Array(2) })],
  ['core 0, axonBase[0]', withCore({ axonBase: Int32Array.of(-1, 0, 0) })],
  // From compartment 0 of two to the first gate, which is another region.
  ['core 0, axonBase[0]', withCore({ axonBase: Int32Array.of(2, 0, 0) })],
  ['core 0, axonAtom.length', withCore({ axonAtom: new Int32Array(4) })],
  ['core 0, axonAtom[0]', withCore({ axonAtom: Int32Array.of(1, 0, 0) })],
  ['core 0, axonAtom[1]', withCore({ axonAtom: Int32Array.of(0, 2, 0) })],
  // This chip has no population axons.
  ['core 0, axonAtom[1]', withCore({ axonAtom: Int32Array.of(0, 1, 0) })],
  ['core 0, axonList[1]', withCore({ axonAtom: Int32Array.of(0, 1, 0), axonList: Int32Array.of(0, 0, 2) })],
  ['core 0, blocks.length', withCore({ blocks: core.blocks.slice(1) })],
  ['core 0, blocks[0].target', withBlock(0, 5)],
  ['core 0, blocks[0].target', withBlock(0, -1)],
  ['core 0, blocks[0].count', withBlock(1, 6)],
  ['core 0, blocks[0].count', withBlock(1, 0)],
  ['core 0, blocks[0].delay', withBlock(2, 64)],
  ['core 0, blocks[0].weight', withBlock(3, 3)],
  ['core 0, blocks[0].exponent', withBlock(4, 8)],
  ['core 0, blocks[0].memory', withBlock(5, 2)],
  // A fast block without cells, then with cells but without a teacher.
  ['core 0, blocks[0].weight', withBlock(5, 1)],
  ['core 0, blocks[0]', { ...sound, cores: [{ ...withBlock(5, 1).cores[0], fastWeightCells: 9 }] }],
  ['core 0, groups[1]', withCore({ groups: [p, { ...out, first: 3 }] })],
  ['core 0, groups[1].first', withCore({ groups: [p, { ...out, first: 5 }] })],
  ['core 0, groups[1].count', withCore({ groups: [p, { ...out, count: 2 }] })],
  ['core 0, groups[0].currentDecay', withCore({ groups: [{ ...p, currentDecay: 4096 }, out] })],
  ['core 0, groups[0].voltageDecay', withCore({ groups: [{ ...p, voltageDecay: 4097 }, out] })],
  ['core 0, groups[0].thresholdMantissa', withCore({ groups: [{ ...p, thresholdMantissa: 2 ** 17 }, out] })],
  ['core 0, groups[0].resetAmount', withCore({ groups: [{ ...p, resetAmount: 2 ** 23 }, out] })],
  ['core 0, groups[0].resetAmount', withCore({ groups: [{ ...p, resetAmount: 0 }, out] })],
  ['core 0, groups[0].resetAmount', withCore({ groups: [{ ...p, resetAmount: -64 }, out] })],
  ['core 0, groups[1].resetAmount', withCore({ groups: [p, { ...out, resetAmount: 64 }] })],
  ['core 0, groups[0].segment', withCore({ groups: [{ ...p, segment: 1 }, out] })],
  ['core 0, groups[0].steps', withCore({ groups: [{ ...p, start: 1 }, out] })],
  ['core 0, blocks[2]', withCore({ groups: [p] })],
  ['population p', withCore({ groups: [{ ...p, firstNeuron: 1 }, out] })],
  ['population out', withCore({ groups: [p, { ...out, role: 'spiking' }] })],
  ['readout.population', { ...sound, readout: { ...sound.readout, population: 'nobody' } }],
  ['population out', { ...sound, readout: { ...sound.readout, classes: 2 } }],
  ['core 0, outputs.first', withCore({ outputs: { ...core.outputs, first: Int32Array.of(0, 1) } })],
  ['core 0, outputs.core[0]', withCore({ outputs: { ...core.outputs, core: Int32Array.of(1) } })],
  ['core 0, outputs.axon[0]', withCore({ outputs: { ...core.outputs, axon: Int32Array.of(3) } })],
  ['core 0, outputs.axon', withCore({ outputs: { ...core.outputs, axon: Int32Array.of(0, 0) } })],
  ['segments[0].injections[0].routes.first', withInjection({ size: 3 })],
  ['segments[0].injections[0].start', withInjection({ start: -1 })],
  ['segments[0].injections[0].steps', withInjection({ start: 1 })],
  ['readout.featuresStream', withInjection({ stream: 'p' })],
  ['segments[0].injections[1].stream', { ...sound, segments: [{ ...segment, injections: [injection, { ...injection, stream: 'p' }] }] }],
  ['embedded[0].afterSegment', { ...sound, embedded: [{ ...operation, afterSegment: 1 }] }],
  ['embedded[0].source', { ...sound, embedded: [{ ...operation, source: 'p' }] }],
  ['embedded[0].source', { ...sound, embedded: [{ ...operation, steps: 5 }] }],
  [
    'embedded[0].positions[1]',
    { ...sound, embedded: [{ kind: 'constant', afterSegment: -1, output: 'x', steps: 4, size: 2, positions: Int32Array.of(7, 8) }] },
  ],
  [
    'embedded[0].permutation[0]',
    {
      ...sound,
      embedded: [
        { kind: 'reorder', afterSegment: 0, source: 'features', output: 'x', steps: 4, size: 2, permutation: new Int32Array(8).fill(8) },
      ],
    },
  ],
];

describe('program-malformed', () => {
  it('is not said of a sound program', () => {
    expect(() => createChipSimulator(sound, LOIHI2)).not.toThrow();
  });

  it.each(broken)('%s', (item, program) => {
    const error = catchError(() => createChipSimulator(program, LOIHI2));
    expect(error).toBeInstanceOf(DiagnosticError);
    const diagnostics = error instanceof DiagnosticError ? error.diagnostics : [];
    expect(new Set(diagnostics.map((d) => d.code))).toEqual(new Set(['program-malformed']));
    expect(diagnostics.flatMap((d) => d.places.map((place) => place.item))).toContain(item);
  });

  it('is said of soft resets on a chip that has none, and only there', () => {
    const soft = withCore({ groups: [{ ...p, resetAmount: 2 ** 23 - 1 }, out] });
    expect(() => createChipSimulator(soft, LOIHI2)).not.toThrow();
    const error = catchError(() => createChipSimulator(soft, { ...LOIHI2, operations: { ...LOIHI2.operations, softReset: false } }));
    expect(error).toMatchObject({ diagnostics: [{ message: 'core 0, groups[0].resetAmount is 8388607' }] });
  });

  it('names all violations at once', () => {
    const error = catchError(() => createChipSimulator(withCore({ tile: 99, slot: 99 }), LOIHI2));
    expect(error instanceof DiagnosticError ? error.diagnostics.length : 0).toBe(2);
  });
});

function catchError(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return null;
}
