import { accounting } from './accounting-schema.ts';
import { REPORT_VERSION, STATEMENT } from './run-report.ts';
import {
  constant,
  count,
  flag,
  fraction,
  listOf,
  mapOf,
  nullable,
  oneOf,
  partial,
  type Schema,
  shape,
  shapeWith,
  text,
  texts,
  whole,
} from './schema-terms.ts';

const basis = oneOf('published', 'proxy', 'assumed');
const origin = shape({ file: text, recogniser: text, nodes: texts });
const classIndex = nullable(whole);
const unknownOr = nullable(count);

const model = shape({
  name: text,
  file: text,
  sha256: text,
  format: text,
  timesteps: whole,
  inputs: whole,
  classes: whole,
  populations: whole,
  neurons: whole,
  synapses: whole,
  parameters: whole,
});

const quantizedChannels = shape({ firstChannel: whole, channels: whole, bits: whole, fractionBits: { type: 'integer' } });

const target = shapeWith(
  {
    name: text,
    description: text,
    chips: whole,
    cores: whole,
    coresPerChip: whole,
    neuronsPerCoreMax: whole,
    synapticMemoryBytes: count,
    utilisation: count,
    geometry: shape({ columns: whole, rows: whole, coresPerTile: whole }),
  },
  { unsharedSynapticBytes: count, timeScale: whole },
);

const events = shapeWith(
  {
    synapticEvents: count,
    mappedSynapticEvents: count,
    spikes: count,
    floatSpikes: count,
    acs: count,
    macs: count,
    neuronUpdates: count,
    packets: count,
    hops: count,
  },
  { sdramWords: count },
);

const perBin = listOf(count);
const timeCourse = shape({ stepsPerBin: { type: 'integer', minimum: 1 }, spikes: perBin, synapticEvents: perBin, packets: perBin });

const population = shape({ name: text, origin, neurons: whole, spikes: count, firingRate: count, synapticEvents: count, cores: whole });

const core = shapeWith(
  {
    core: whole,
    chip: whole,
    tile: whole,
    slot: whole,
    compartments: whole,
    memoryBytes: count,
    utilisation: count,
    synapticEvents: count,
    populations: texts,
    synapseFormats: texts,
  },
  { cycles: shape({ mean: count, peak: count, budget: count }) },
);

const energyTerm = shape({
  name: text,
  kind: oneOf('dynamic', 'static'),
  count,
  per: text,
  costJ: unknownOr,
  joules: unknownOr,
  basis,
  source: text,
  reason: nullable(text),
});

const pace = shape({
  mode: oneOf('fast', 'real-time'),
  poweredSeconds: count,
  staticJoules: unknownOr,
  joulesPerSample: unknownOr,
  knownJoules: count,
});

const alternative = shape({ name: text, joules: count, per: text, source: text });

const energy = shapeWith(
  {
    mode: oneOf('fast', 'real-time'),
    costs: text,
    without: texts,
    paces: listOf(pace),
    basis,
    joulesPerSample: unknownOr,
    dynamicJoules: unknownOr,
    staticJoules: unknownOr,
    knownJoules: count,
    breakdown: mapOf(unknownOr),
    reasons: mapOf(text),
    terms: listOf(energyTerm),
    arithmetic45nm: shape({ acJoules: count, macJoules: count, totalJoules: count }),
    sources: listOf(shape({ key: text, title: text, reference: text })),
  },
  { alternatives: listOf(alternative), notModelled: texts },
);

const resolution = shape({
  population: text,
  projection: text,
  receptor: text,
  shift: whole,
  basis: text,
  guaranteed: flag,
  weightBits: whole,
  wonOverWorstCase: { type: 'integer' },
  wonOverSpynnaker: { type: 'integer' },
  lost: whole,
  lostInWorstCase: whole,
});

const latency = shape({
  model: oneOf('simple', 'detailed'),
  basis,
  secondsPerSample: unknownOr,
  secondsAfterLastFrame: unknownOr,
  knownSeconds: count,
  timesteps: whole,
  addedLatencySteps: { type: 'integer' },
  criticalCore: nullable(whole),
  breakdown: mapOf(unknownOr),
  reasons: mapOf(text),
  terms: listOf(shape({ name: text, seconds: unknownOr, basis, source: text, reason: nullable(text) })),
  segments: listOf(shape({ index: whole, kind: text, steps: whole, seconds: unknownOr })),
});

const diagnostic = shape({
  severity: oneOf('error', 'warning', 'note'),
  kind: oneOf('mistake', 'unsupported', 'bug'),
  code: { type: 'string', pattern: '^[a-z-]+$' },
  message: text,
  places: listOf(partial({ file: text, item: text })),
  notes: texts,
  help: text,
});

/** JSON Schema of `report.json`; docs/report.schema.json is this, written out. */
export const REPORT_SCHEMA: Schema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'report.json of spikec',
  description: 'What one run of spikec found. Counts, joules and seconds are means per clip, in SI units; null: not known.',
  ...shapeWith(
    {
      version: constant(REPORT_VERSION),
      generator: constant('spikec'),
      statement: constant(STATEMENT),
      model,
      target,
      mapping: shape({ hops: count, greedyHops: count, randomHops: count, criticalLoad: count, scaleRule: text }),
      data: shapeWith(
        {
          file: text,
          sha256: text,
          framing: nullable(text),
          decision: text,
          classNames: nullable(texts),
          reference: nullable(text),
        },
        { quantized: shape({ channels: listOf(quantizedChannels), saturated: whole }) },
      ),
      samples: whole,
      accuracy: shape({
        reference: nullable(fraction),
        float: nullable(fraction),
        deployed: nullable(fraction),
        agreement: nullable(fraction),
      }),
      predictions: listOf(shape({ label: classIndex, reference: classIndex, float: classIndex, deployed: classIndex })),
      events,
      perPopulation: listOf(population),
      operations: listOf(
        shape({
          name: text,
          kind: text,
          where: text,
          operations: unknownOr,
          steps: whole,
          cores: whole,
          memoryBytes: unknownOr,
          note: text,
        }),
      ),
      cores: listOf(core),
      energy,
      latency,
      diagnostics: listOf(diagnostic),
      settings: shape({
        options: mapOf({ type: ['string', 'number', 'boolean', 'null'] }),
        seed: whole,
        sha256: mapOf(text),
        versions: mapOf(text),
      }),
    },
    { timeCourse, resolution: listOf(resolution), accounting },
  ),
};
