import fc from 'fast-check';
import {
  type CompartmentGroup,
  type CoreProgram,
  type EmbeddedOperation,
  MAPPING_VERSION,
  type Mapping,
  type Routes,
} from '../../src/ir/mapping.ts';

/** Mappings that are well-formed in type and range, and mean nothing: for what is saved and read back. */

const int32 = (min = -(2 ** 31), max = 2 ** 31 - 1) =>
  fc.array(fc.integer({ min, max }), { maxLength: 6 }).map((values) => Int32Array.from(values));
const index = () => int32(0);
const int16 = fc.array(fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 }), { maxLength: 6 }).map((values) => Int16Array.from(values));
const count = fc.nat(200);
const positive = fc.integer({ min: 1, max: 200 });
const name = fc.string({ unit: 'binary', maxLength: 12 });
const figure = fc.double({ min: 0, max: 1e300, noNaN: true }).map((value) => value + 0);
const routes: fc.Arbitrary<Routes> = fc.record({ first: index(), core: index(), axon: index() });

const group: fc.Arbitrary<CompartmentGroup> = fc.record(
  {
    population: name,
    firstNeuron: count,
    first: count,
    count: positive,
    segment: count,
    start: count,
    steps: positive,
    role: fc.constantFrom('spiking', 'readout'),
    currentDecay: fc.nat(4095),
    voltageDecay: fc.nat(4096),
    thresholdMantissa: fc.nat(2 ** 17 - 1),
    gateFirst: fc.option(count),
    teachFirst: fc.option(count),
    buffered: fc.boolean(),
    tie: fc.constant('ge' as const),
    resetAmount: fc.integer({ min: 1, max: 2 ** 23 - 1 }),
  },
  {
    requiredKeys: [
      'population',
      'firstNeuron',
      'first',
      'count',
      'segment',
      'start',
      'steps',
      'role',
      'currentDecay',
      'voltageDecay',
      'thresholdMantissa',
      'gateFirst',
      'teachFirst',
      'buffered',
    ],
  },
);

const core: fc.Arbitrary<CoreProgram> = fc.record({
  core: fc.constant(0),
  chip: count,
  tile: count,
  slot: count,
  compartments: count,
  groups: fc.array(group, { maxLength: 3 }),
  biasMantissa: int32(),
  biasExponent: index(),
  axonList: index(),
  axonBase: index(),
  axonAtom: index(),
  listFirst: index(),
  blocks: int32(),
  weights: int16,
  fastWeightCells: count,
  outputs: routes,
});

const common = { afterSegment: count, source: name, output: name, steps: positive, size: positive };

const embedded: fc.Arbitrary<EmbeddedOperation> = fc.oneof(
  fc.record({
    kind: fc.constant('rotary' as const),
    ...common,
    direct: int32(),
    partner: int32(),
    partnerOf: index(),
    fractionBits: fc.nat(31),
  }),
  fc.record({ kind: fc.constant('reorder' as const), ...common, permutation: index() }),
  fc.record({ kind: fc.constant('mask' as const), ...common, mask: name }),
);

export const anyMapping: fc.Arbitrary<Mapping> = fc.record({
  version: fc.constant(MAPPING_VERSION as typeof MAPPING_VERSION),
  target: fc.constant('loihi2'),
  model: fc.record({
    name,
    file: name,
    sha256: name,
    format: fc.constantFrom('onnx', 'nir', 'lava-dl'),
    timesteps: count,
    inputs: count,
    classes: count,
    populations: count,
    neurons: fc.maxSafeNat(),
    synapses: fc.maxSafeNat(),
    parameters: count,
  }),
  program: fc.record({
    kind: fc.constant('loihi' as const),
    segments: fc.array(
      fc.record({
        index: count,
        kind: fc.constantFrom('run' as const, 'write' as const),
        steps: positive,
        injections: fc.array(fc.record({ stream: name, start: count, steps: positive, size: positive, routes }), { maxLength: 3 }),
      }),
      { maxLength: 3 },
    ),
    cores: fc.array(core, { maxLength: 4 }).map((cores) => cores.map((entry, i) => ({ ...entry, core: i }))),
    embedded: fc.array(embedded, { maxLength: 4 }),
    readout: fc.record({
      population: name,
      classes: positive,
      scale: figure,
      featuresStream: name,
      maskStream: fc.option(name),
    }),
    gradedPayloadBits: fc.integer({ min: 1, max: 32 }),
  }),
  placement: fc.record({ hops: figure, greedyHops: figure, randomHops: figure, criticalLoad: figure }),
  scaleRule: name,
});
