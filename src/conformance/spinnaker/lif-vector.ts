import { NEURON_FIELDS, type SpinnakerModel, SYNAPSE_TYPES } from '../../ir/spinnaker-neuron.ts';
import { DIALECTS, type Dialect, ROUNDED } from '../../simulator/spinnaker/dialect.ts';
import type { EmulatedNet } from '../../simulator/spinnaker/emulator.ts';
import type { JsonValue } from '../json.ts';

/** Bounds that no honest vector comes near. */
const LIMITS = { steps: 1_000_000, neurons: 1 << 14, sources: 1 << 20, work: 5e9 } as const;
const INT32 = [-(2 ** 31), 2 ** 31 - 1] as const;
const POSITIVE = [1, 2 ** 31 - 1] as const;
/** A synaptic word keeps this for index, type and delay beside the weight. */
const LOW_BITS = 16;

const MODELS: ReadonlyMap<string, SpinnakerModel> = new Map([
  ['lif_curr_exp', 'curr-exp'],
  ['lif_curr_delta', 'curr-delta'],
]);

/** Columns of `neuron_params_s1615`: NeuronField without the initial state. Time constants and capacitance divide; a time is not negative. */
const COLUMNS: readonly (readonly [least: number, most: number])[] = [
  INT32,
  INT32,
  POSITIVE,
  POSITIVE,
  INT32,
  INT32,
  [0, INT32[1]],
  INT32,
  [0, INT32[1]],
  [0, INT32[1]],
];
const TIME_CONSTANTS = [8, 9];

/** `config` of a `lif_*` vector. */
export function readLifNet(file: JsonValue): EmulatedNet {
  const config = file.get('config');
  const named = config.get('model');
  const model = MODELS.get(named.text()) ?? named.fail(`is ${JSON.stringify(named.json)}; known: ${[...MODELS.keys()].join(', ')}`);
  const neurons = config.get('n_neurons').integer(1, LIMITS.neurons);
  const sources = config.get('n_sources').integer(0, LIMITS.sources);
  const steps = config.get('timesteps').integer(1, LIMITS.steps);
  const indexBits = readIndexBits(file, neurons);
  const delayBits = config.get('log_max_delay').integer(0, LOW_BITS - 1 - indexBits);
  const net: EmulatedNet = {
    model,
    neurons,
    sources,
    steps,
    timestep: config.get('timestep_s1615').integer(...POSITIVE),
    parameters: readParameters(config.get('neuron_params_s1615'), neurons, model),
    indexBits,
    delayBits,
    shifts: config.get('ring_buffer_left_shifts').integers(SYNAPSE_TYPES, 0, 31),
    rows: config
      .get('rows')
      .items(sources + neurons)
      .map((row) => row.integers(null, 0, 2 ** 32 - 1)),
    sourceSpikes: config
      .get('source_spikes')
      .items(steps)
      .map((row) => row.integers(null, 0, sources - 1)),
  };
  const synapses = net.rows.reduce((sum, row) => sum + row.length, 0);
  if (steps * (neurons + synapses) > LIMITS.work) config.fail('asks for too many steps of too large a net');
  return net;
}

/** The dialect that a file names in `config.dialect`; without a name, products are rounded. */
export function readDialect(file: JsonValue): Dialect {
  const named = file.get('config').optional('dialect');
  if (named === null) return ROUNDED;
  const dialect = DIALECTS.find(({ name }) => name === named.json);
  return dialect ?? named.fail(`is ${JSON.stringify(named.json)}; known: ${DIALECTS.map(({ name }) => name).join(', ')}`);
}

/** As `row_word` states it; else as many bits as number all neurons, one at least. */
function readIndexBits(file: JsonValue, neurons: number): number {
  const least = Math.max(1, Math.ceil(Math.log2(neurons)));
  const statement = file.optional('row_word');
  const stated = statement === null ? null : /neuron index\((\d+)b\)/.exec(statement.text());
  if (statement === null || stated === null) return least;
  const bits = Number(stated[1]);
  if (bits > LOW_BITS - 1 || 2 ** bits < neurons) statement.fail(`states ${bits} bits for the index of ${neurons} neurons`);
  return bits;
}

function readParameters(json: JsonValue, neurons: number, model: SpinnakerModel): Int32Array {
  const parameters = new Int32Array(neurons * NEURON_FIELDS);
  json.items(neurons).forEach((row, n) => {
    row.items(COLUMNS.length).forEach((value, column) => {
      const [least, most] = model === 'curr-exp' && TIME_CONSTANTS.includes(column) ? POSITIVE : COLUMNS[column];
      parameters[n * NEURON_FIELDS + column] = value.integer(least, most);
    });
  });
  return parameters;
}
