import type { EnergyTerm } from '../../src/ir/energy-term.ts';

import type { Raster, ReportParts } from '../../src/report/index.ts';
import type { CoreReport, PopulationReport, Prediction } from '../../src/report/run-report.ts';
import { exampleAccounting } from './example-accounting.ts';

/** A made-up run with the shape of a real one: 17 populations on 34 cores, three costs that nobody has published. */

const NAMES = [
  'embedding_lif',
  'query_lif',
  'query_relay',
  'key_lif',
  'key_relay',
  'value_lif',
  'attention_lif',
  'projection_lif',
  'mlp1_hidden_lif',
  'mlp1_out_lif',
  'conv_in_lif',
  'conv_depthwise_lif',
  'gate_in_lif',
  'gate_out_lif',
  'gated_lif',
  'mlp2_hidden_lif',
  'mlp2_out_lif',
];

const populations: PopulationReport[] = NAMES.map((name, i) => ({
  name: `blocks.0.${name}`,
  origin: { file: 'loop.onnx', recogniser: 'lif-loop', nodes: [`Loop_${79 + 41 * i}`, `Cast_${80 + 41 * i}`] },
  neurons: 128,
  spikes: 320 + 97 * ((i * 7) % 11),
  firingRate: (320 + 97 * ((i * 7) % 11)) / (128 * 40),
  synapticEvents: 40_000 + 9_000 * ((i * 5) % 13),
  cores: 2,
}));

const cores: CoreReport[] = Array.from({ length: 34 }, (_, core) => ({
  core,
  chip: 0,
  tile: Math.floor(core / 4),
  slot: core % 4,
  compartments: 64,
  memoryBytes: 20_000 + 4_300 * ((core * 11) % 23),
  utilisation: ((core * 11) % 23) / 24 + 0.04,
  synapticEvents: 30_000 + 700 * core,
  populations: [populations[core >> 1].name],
  synapseFormats: [],
}));

const term = (name: string, count: number, costJ: number | null, per: string, kind: EnergyTerm['kind'] = 'dynamic'): EnergyTerm => ({
  name,
  kind,
  count,
  per,
  costJ,
  joules: costJ === null ? null : costJ * count,
  basis: 'proxy',
  source: costJ === null ? 'none' : 'davies2018',
  reason: costJ === null ? 'no figure has been published for Loihi 1 or 2' : null,
});

const predictions: Prediction[] = Array.from({ length: 140 }, (_, clip) => ({
  label: clip % 20,
  reference: clip % 10 === 3 ? (clip + 1) % 20 : clip % 20,
  float: clip % 10 === 3 ? (clip + 1) % 20 : clip % 20,
  deployed: clip % 10 === 3 || clip % 47 === 5 ? (clip + 1) % 20 : clip % 20,
}));

export const exampleParts: ReportParts = {
  model: {
    name: 'spikescr-n128-t40',
    file: 'loop.onnx',
    sha256: '0f'.repeat(32),
    format: 'onnx',
    timesteps: 40,
    inputs: 140,
    classes: 20,
    populations: 17,
    neurons: 2176,
    synapses: 402_944,
    parameters: 261_632,
  },
  target: {
    name: 'loihi2',
    description: 'Intel Loihi 2, one chip. Energy and time per event are those of Loihi 1: Loihi 2 has none published.',
    chips: 1,
    cores: 34,
    coresPerChip: 128,
    neuronsPerCoreMax: 64,
    synapticMemoryBytes: 2_310_400,
    utilisation: 0.47,
    geometry: { columns: 8, rows: 4, coresPerTile: 4 },
  },
  mapping: {
    hops: 31_200,
    greedyHops: 40_100,
    randomHops: 92_300,
    criticalLoad: 1.73,
    scaleRule: 'per-projection power of two over max |w|',
  },
  data: {
    file: 'digits-test.h5',
    sha256: 'ab'.repeat(32),
    framing: 'bins of 25 ms, 700 channels summed by 5 to 140',
    decision: 'argmax of the sum over steps of softmax(logits)',
    classNames: Array.from({ length: 20 }, (_, i) => `word ${i}`),
    reference: 'ONNX Runtime 1.30.0 (wasm, one thread)',
  },
  predictions,
  events: {
    synapticEvents: 1_751_000,
    mappedSynapticEvents: 1_802_331.4,
    spikes: 11_329.2,
    floatSpikes: 11_329.1,
    acs: 832_000,
    macs: 4_183_000,
    neuronUpdates: 313_344,
    packets: 48_211.9,
    hops: 96_011.25,
  },
  timeCourse: {
    stepsPerBin: 1,
    spikes: Array.from({ length: 163 }, (_, step) => 40 + ((step * 37) % 91)),
    synapticEvents: Array.from({ length: 163 }, (_, step) => 4000 + ((step * 613) % 9001)),
    packets: Array.from({ length: 163 }, (_, step) => 100 + ((step * 59) % 301)),
  },
  accounting: exampleAccounting(),
  perPopulation: populations,
  operations: [
    {
      name: 'blocks.0.rotary_query',
      kind: 'rotary',
      where: 'embedded',
      operations: 5120,
      steps: 0,
      cores: 0,
      memoryBytes: null,
      note: 'between segments 0 and 1, exact 16-bit tables',
    },
    {
      name: 'blocks.0.scramble',
      kind: 'reorder',
      where: 'embedded',
      operations: 10_240,
      steps: 0,
      cores: 0,
      memoryBytes: null,
      note: 'a permutation of the buffered clip',
    },
    {
      name: 'blocks.0.attention',
      kind: 'fast-weights',
      where: 'plasticity',
      operations: 2048,
      steps: 0,
      cores: 0,
      memoryBytes: null,
      note: 'written by coincidence, read by the query',
    },
    {
      name: 'blocks.0.gate',
      kind: 'gate',
      where: 'core',
      operations: null,
      steps: 0,
      cores: 0,
      memoryBytes: null,
      note: 'counted with the synaptic events',
    },
  ],
  cores,
  energy: {
    mode: 'fast',
    costs: 'own costs of loihi2',
    without: ['hostInput'],
    paces: [
      { mode: 'fast', poweredSeconds: 0.0021, staticJoules: 0.0021 * 0.104, joulesPerSample: null, knownJoules: 0.00028 },
      { mode: 'real-time', poweredSeconds: 1.0005, staticJoules: 1.0005 * 0.104, joulesPerSample: null, knownJoules: 0.1041 },
    ],
    basis: 'proxy',
    terms: [
      term('synapticEvents', 1_802_331.4, 23.6e-12, 'synaptic event'),
      term('neuronUpdatesActive', 87_040, 81e-12, 'neuron update'),
      term('neuronUpdatesInactive', 226_304, 52e-12, 'neuron update'),
      term('spikesInTile', 48_211.9, 1.7e-12, 'packet'),
      term('hops', 96_011.25, 3.5e-12, 'hop'),
      term('barriers', 163, null, 'barrier'),
      term('embeddedOperations', 17_408, null, 'operation'),
      term('staticEnergy', 0.0021, 0.104, 'chip second', 'static'),
    ],
    arithmetic45nm: { acJoules: 0.75e-6, macJoules: 19.24e-6 },
    sources: [
      {
        key: 'davies2018',
        title: 'Loihi: A Neuromorphic Manycore Processor with On-Chip Learning',
        reference: 'Davies et al., IEEE Micro 38(1), 2018, Table 2',
      },
    ],
  },
  latency: {
    model: 'simple',
    basis: 'proxy',
    terms: [
      { name: 'compute', seconds: 1.32e-3, basis: 'proxy', source: 'davies2018', reason: null },
      { name: 'mesh', seconds: 0.21e-3, basis: 'proxy', source: 'davies2018', reason: null },
      { name: 'barrier', seconds: 76e-6, basis: 'proxy', source: 'davies2018', reason: null },
      {
        name: 'embeddedProcessor',
        seconds: null,
        basis: 'assumed',
        source: 'none',
        reason: 'no figure has been published for Loihi 1 or 2',
      },
    ],
    secondsAfterLastFrame: null,
    timesteps: 163,
    addedLatencySteps: 43,
    criticalCore: 11,
    segments: [
      { index: 0, kind: 'run', steps: 44, seconds: 0.5e-3 },
      { index: 1, kind: 'run', steps: 41, seconds: 0.31e-3 },
      { index: 2, kind: 'write', steps: 40, seconds: null },
      { index: 3, kind: 'run', steps: 78, seconds: 0.79e-3 },
    ],
  },
  diagnostics: [
    {
      severity: 'warning',
      kind: 'mistake',
      code: 'initial-state',
      message: 'population `blocks.0.query_lif` starts from 0.25, not from its reset value',
      places: [{ file: 'loop.onnx', item: 'node Loop_120' }],
      notes: ['the value is honoured'],
      help: 'reset the neurons before exporting',
    },
  ],
  resolution: [],
  settings: {
    options: { target: 'loihi2', samples: null, 'weight-bits': 8, pace: 'fast', record: null },
    seed: 0,
    sha256: { model: '0f'.repeat(32), data: 'ab'.repeat(32) },
    versions: { spikec: '0.1.0', node: 'v20.20.2' },
  },
};

/** Spikes for those populations, every one of a different pattern. */
export const exampleRaster: Raster = {
  clip: 3,
  timesteps: 40,
  populations: populations.map(({ name, neurons }, p) => ({
    name,
    neurons,
    spikes: Int32Array.from(
      Array.from({ length: 40 * neurons }, (_, i) => i)
        .filter((i) => (i * 7919 + p * 31) % 97 < 4 + p)
        .flatMap((i) => [Math.floor(i / neurons), i % neurons]),
    ),
  })),
};
