import type { SpinnakerCore } from '../../src/ir/spinnaker-core.ts';
import { NEURON_FIELDS, type SpinnakerModel, SYNAPSE_TYPES } from '../../src/ir/spinnaker-neuron.ts';
import type { EmulatedNet } from '../../src/simulator/spinnaker/emulator.ts';
import { assembleCore, type CoreContent, type IncomingSynapses } from '../../src/targets/spinnaker/images/assemble.ts';
import { below, type Random } from './random.ts';

/** Keys of the two populations that reach a core made of an emulated net. */
export const SOURCE_KEY = 0x40000;
export const NEURON_KEY = 0x20000;
const KEY_MASK = 0xffff0000;

/** One core that runs an emulated net: its rows as weights in the units of its shifts, its sources as a population of their own. */
export function contentOf(net: EmulatedNet): CoreContent {
  const { indexBits, delayBits, shifts, sources } = net;
  const rowsOf = (projection: string, rows: EmulatedNet['rows']): IncomingSynapses => {
    const words = rows.flat();
    const first = Int32Array.from({ length: rows.length + 1 }, (_, i) => rows.slice(0, i).reduce((sum, row) => sum + row.length, 0));
    const type = (word: number): number => (word >>> indexBits) % SYNAPSE_TYPES;
    return {
      projection,
      first,
      target: words.map((word) => word % 2 ** indexBits),
      // A weight of 0 has no sign: it stays what it is, nothing, on either receptor.
      weight: words.map((word) => (type(word) === 0 ? 1 : -1) * (word >>> 16) * 2 ** (shifts[type(word)] - 15)),
      delay: words.map((word) => (word >>> (indexBits + 1)) % 2 ** delayBits || 2 ** delayBits),
    };
  };
  return {
    model: net.model,
    neurons: net.neurons,
    timestep: net.timestep,
    parameters: net.parameters,
    keys: Uint32Array.from({ length: net.neurons }, (_, n) => NEURON_KEY + n),
    layout: { indexBits, typeBits: 1, delayBits },
    shifts: Uint32Array.from(shifts),
    dropLatePackets: false,
    spikeQueue: 256,
    directBytesMax: 0,
    incoming: [
      { key: SOURCE_KEY, mask: KEY_MASK, cores: null, projections: [rowsOf('sources', net.rows.slice(0, sources))] },
      { key: NEURON_KEY, mask: KEY_MASK, cores: null, projections: [rowsOf('neurons', net.rows.slice(sources))] },
    ],
  };
}

/** A LIF neuron in SNN units: threshold 1, R = 1, a membrane that leaks. */
export const PLAIN_NEURON = [0, 0, 327680, 327680, 0, 0, 32768, 32768, 163840, 163840, 0, 0, 0] as const;

export const parametersOf = (neurons: number, values: readonly number[] = PLAIN_NEURON): Int32Array =>
  Int32Array.from({ length: neurons * NEURON_FIELDS }, (_, i) => values[i % NEURON_FIELDS]);

/** A small core; `edit` changes what matters to a test. */
export function plainContent(edit: Partial<CoreContent> = {}): CoreContent {
  const neurons = edit.neurons ?? 4;
  return {
    model: 'curr-delta',
    neurons,
    timestep: 32768,
    parameters: parametersOf(neurons),
    keys: Uint32Array.from({ length: neurons }, (_, n) => NEURON_KEY + n),
    layout: { indexBits: Math.max(1, Math.ceil(Math.log2(neurons))), typeBits: 1, delayBits: 2 },
    shifts: Uint32Array.of(0, 0),
    dropLatePackets: false,
    spikeQueue: 256,
    directBytesMax: 0,
    incoming: [],
    ...edit,
  };
}

/** Rows [target, weight, delay] of one projection. */
export function synapsesOf(rows: readonly (readonly (readonly [number, number, number])[])[], projection = 'input'): IncomingSynapses {
  const all = rows.flat();
  const first = new Int32Array(rows.length + 1);
  rows.forEach((row, i) => {
    first[i + 1] = first[i] + row.length;
  });
  return { projection, first, target: all.map(([n]) => n), weight: all.map(([, w]) => w), delay: all.map(([, , d]) => d) };
}

/** A core with everything in it that an image can hold. */
export function randomCore(random: Random): SpinnakerCore {
  const neurons = 1 + below(random, 40);
  const indexBits = Math.max(1, Math.ceil(Math.log2(neurons)));
  const delayBits = below(random, 6);
  const model: SpinnakerModel = random() < 0.5 ? 'curr-exp' : 'curr-delta';
  const signed = (limit: number): number => below(random, 2 * limit) - limit;
  const parameters = parametersOf(neurons).map((value) => (value === 0 ? signed(30000) : 1 + below(random, 2 * value)));
  // The time to the end of a refractory period is whole steps.
  for (let n = 0; n < neurons; n++) parameters[n * NEURON_FIELDS + 10] = below(random, 4);
  if (model === 'curr-delta') for (let n = 0; n < neurons; n++) parameters.fill(0, n * NEURON_FIELDS + 8, n * NEURON_FIELDS + 10);
  const rows = (sources: number, longest: number): IncomingSynapses =>
    synapsesOf(
      Array.from({ length: sources }, () =>
        Array.from(
          { length: below(random, longest + 1) },
          () => [below(random, neurons), 2 * random() - 1, 1 + below(random, 2 ** delayBits)] as const,
        ),
      ),
    );
  const oneToOne = synapsesOf(Array.from({ length: 8 }, (_, i) => [[i % neurons, random(), 1] as const]));
  return assembleCore(
    {
      ...plainContent({ neurons }),
      model,
      parameters,
      keys: random() < 0.2 ? null : Uint32Array.from({ length: neurons }, (_, n) => 0x30000 + n),
      layout: { indexBits, typeBits: 1, delayBits },
      shifts: Uint32Array.of(below(random, 4), below(random, 4)),
      dropLatePackets: random() < 0.5,
      spikeQueue: below(random, 1000),
      directBytesMax: random() < 0.5 ? 64 : 0,
      incoming: [
        { key: 0x50000, mask: 0xffff0000, cores: { mask: 3, shift: 6, neuronsPerCore: 10 }, projections: [rows(40, 20)] },
        { key: 0x40000, mask: 0xffffff00, cores: null, projections: [rows(9, 300), oneToOne, rows(9, 0)] },
      ],
    },
    'core 0',
  );
}
