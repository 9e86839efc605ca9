import type { SpinnakerCore } from '../../../ir/spinnaker-core.ts';
import { NEURON_FIELDS, NeuronField, type SpinnakerModel, synapseTypesOf } from '../../../ir/spinnaker-neuron.ts';
import { readStruct } from './bit-fields.ts';
import { CORE_PARAMETERS, RegionId, STEP_WINDOW, SYNAPSE_PARAMETERS } from './layouts.ts';
import { neuronStructs, STEPS_PER_TIMESTEP } from './neuron-structs.ts';
import { type Refuse, readRegions, refuseAll } from './read-regions.ts';
import { decodeTable } from './read-table.ts';

const BYTES = 4;
/** Bits that number slots; what they may be together is the simulator's check. */
const BITS_MAX = 16;

/**
 * The core that `encodeCore` wrote, from its image alone, which was loaded at address `base`. `model` is the program that runs it: the image
 * does not say. Throws `program-malformed`, which names `file` and the field. What the rows hold is checked by the simulator, which has to
 * hold against any core.
 */
export function decodeCore(bytes: Uint8Array, base: number, model: SpinnakerModel, file: string): SpinnakerCore {
  const regions = readRegions(bytes, base, file);
  const region = (id: number): Uint32Array => regions.get(id) ?? new Uint32Array(0);
  const core = refuseAll(file, (refuse) => coreParameters(region(RegionId.coreParameters), synapseTypesOf(model), refuse));
  const synapses = refuseAll(file, (refuse) => synapseParameters(region(RegionId.synapseParameters), core, refuse));
  const neurons = refuseAll(file, (refuse) => neuronParameters(region(RegionId.neuronParameters), core.neurons, model, refuse));
  const table = refuseAll(file, (refuse) => decodeTable(region(RegionId.populationTable), refuse));
  const direct = refuseAll(file, (refuse) => directMatrix(region(RegionId.directMatrix), refuse));
  const window = refuseAll(file, (refuse) => stepWindow(region(RegionId.window), refuse));
  return { model, ...neurons, ...synapses, ...core, table, matrix: new Int32Array(region(RegionId.synapticMatrix)), direct, ...window };
}

/** A core without this region moves in every step. */
function stepWindow(words: Uint32Array, refuse: Refuse): Pick<SpinnakerCore, 'window'> {
  if (words.length === 0 || !expectWords('window', words, STEP_WINDOW.words, refuse)) return {};
  const { start, steps } = readStruct(STEP_WINDOW, words, 0);
  return { window: { start, steps } };
}

function expectWords(item: string, words: Uint32Array, length: number, refuse: Refuse): boolean {
  if (words.length === length) return true;
  refuse(item, `have ${words.length} words`, `${length}`);
  return false;
}

function coreParameters(words: Uint32Array, types: number, refuse: Refuse): Pick<SpinnakerCore, 'neurons' | 'keys' | 'shifts'> {
  const nothing = { neurons: 0, keys: null, shifts: new Uint32Array(0) };
  if (words.length < CORE_PARAMETERS.words) {
    expectWords('core parameters', words, CORE_PARAMETERS.words, refuse);
    return nothing;
  }
  const { hasKey, neurons, neuronsPeak, colourBits, synapseTypes } = readStruct(CORE_PARAMETERS, words, 0);
  if (synapseTypes !== types) refuse('core parameters, synapseTypes', `are ${synapseTypes}`, `${types}`);
  if (colourBits !== 0) refuse('core parameters, colourBits', `are ${colourBits}`, '0: this population table has no room for them');
  if (hasKey > 1) refuse('core parameters, hasKey', `is ${hasKey}`, '0 or 1');
  if (neurons < 1 || neuronsPeak > 2 ** BITS_MAX || neuronsPeak < neurons) {
    refuse('core parameters, neurons', `are ${neurons} of ${neuronsPeak}`, `1 .. ${2 ** BITS_MAX}, at most neuronsPeak`);
  }
  const keysAt = CORE_PARAMETERS.words + synapseTypes;
  if (!expectWords('core parameters', words, keysAt + neurons, refuse)) return nothing;
  const keys = words.slice(keysAt);
  return { neurons, keys: hasKey === 1 ? keys : null, shifts: words.slice(CORE_PARAMETERS.words, keysAt) };
}

function synapseParameters(
  words: Uint32Array,
  core: Pick<SpinnakerCore, 'neurons' | 'shifts'>,
  refuse: Refuse,
): Pick<SpinnakerCore, 'layout' | 'dropLatePackets' | 'spikeQueue'> {
  const layout = { indexBits: 0, typeBits: 0, delayBits: 0 };
  if (!expectWords('synapse parameters', words, SYNAPSE_PARAMETERS.words + core.shifts.length, refuse)) {
    return { layout, dropLatePackets: false, spikeQueue: 0 };
  }
  const { dropLatePackets, spikeQueue, neurons, synapseTypes, ...bits } = readStruct(SYNAPSE_PARAMETERS, words, 0);
  if (neurons !== core.neurons) refuse('synapse parameters, neurons', `are ${neurons}`, `${core.neurons}, as in the core parameters`);
  if (synapseTypes !== core.shifts.length) refuse('synapse parameters, synapseTypes', `are ${synapseTypes}`, `${core.shifts.length}`);
  if (dropLatePackets > 1) refuse('synapse parameters, dropLatePackets', `is ${dropLatePackets}`, '0 or 1');
  for (const [name, value] of Object.entries(bits)) {
    if (value > BITS_MAX) refuse(`synapse parameters, ${name}`, `are ${value}`, `0 .. ${BITS_MAX}`);
  }
  core.shifts.forEach((shift, type) => {
    const other = words[SYNAPSE_PARAMETERS.words + type];
    if (other !== shift) refuse(`synapse parameters, shift ${type}`, `is ${other}`, `${shift}, as in the core parameters`);
  });
  return { layout: { ...layout, ...bits }, dropLatePackets: dropLatePackets === 1, spikeQueue };
}

function neuronParameters(
  words: Uint32Array,
  neurons: number,
  model: SpinnakerModel,
  refuse: Refuse,
): Pick<SpinnakerCore, 'timestep' | 'parameters'> {
  const structs = neuronStructs(model);
  const parameters = new Int32Array(neurons * NEURON_FIELDS);
  const length = 1 + neurons * structs.reduce((sum, layout) => sum + layout.words, 0);
  if (!expectWords(`neuron parameters of ${model}`, words, length, refuse)) return { timestep: 0, parameters };
  if (words[0] !== STEPS_PER_TIMESTEP) refuse('neuron parameters, steps per timestep', `are ${words[0]}`, `${STEPS_PER_TIMESTEP}`);
  const timesteps = new Set<number>();
  let at = 1;
  for (const layout of structs) {
    for (let n = 0; n < neurons; n++, at += layout.words) {
      const { timestep, ...values } = readStruct(layout, words, at);
      if (layout.fields.some(({ name }) => name === 'timestep')) timesteps.add(timestep);
      for (const [name, value] of Object.entries(values)) {
        parameters[n * NEURON_FIELDS + NeuronField[name as keyof typeof NeuronField]] = value;
      }
    }
  }
  const [timestep] = timesteps;
  if (timesteps.size > 1) refuse('neuron parameters, timestep', `is ${[...timesteps].slice(0, 4).join(', ')}`, 'the same of all neurons');
  return { timestep, parameters };
}

/** Bytes, then the words. */
function directMatrix(words: Uint32Array, refuse: Refuse): Int32Array {
  const direct = new Int32Array(words.subarray(1));
  if (words[0] !== direct.length * BYTES)
    refuse('direct matrix', `has ${words[0]} bytes`, `${direct.length * BYTES}, the words that follow`);
  return direct;
}
