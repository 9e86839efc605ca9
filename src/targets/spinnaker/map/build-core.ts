import type { NodeId } from '../../../ir/ids.ts';
import { type AccumNeuron, at, type PerNeuron } from '../../../ir/neuron.ts';
import type { SpinnakerCore } from '../../../ir/spinnaker-core.ts';
import { EXCITATORY, INHIBITORY, NEURON_FIELDS, NeuronField, synapseTypesOf } from '../../../ir/spinnaker-neuron.ts';
import type { Slice } from '../../mapping/slices.ts';
import { bitsFor, type KeyBlock, type PopulationKeys } from '../allocate-keys.ts';
import { assembleCore, type IncomingPopulation, type IncomingSynapses } from '../images/assemble.ts';
import { membraneConstants } from '../lowering/neuron-constants.ts';
import { delayBits } from '../partition/slice-shares.ts';
import { receptorOf } from '../weights.ts';
import type { Connections, Feed, Owner } from './connect.ts';
import { DIRECT_BYTES, longestDelay, modelOf, queueLength } from './demand.ts';

const ONE = 32768;
/** Never reached: v is below 65536. */
const NEVER = 2 ** 31 - 1;
/** A shift is a left shift of 16 bits within 32. */
const SHIFT_MAX = 15;

/** Keys that a stream is sent with; `negative`: those of values below 0. `sliceLength`: neurons of each slice but the last. */
export interface StreamKeys extends PopulationKeys {
  readonly negative: KeyBlock | null;
  readonly sliceLength: number;
}

/** Keys of a stream, as software sends it in a segment; null: as its owner's cores send it. */
export type KeysOf = (stream: NodeId, segment: number | null) => StreamKeys;

const keysFor = (keysOf: KeysOf, { stream, live }: Feed, { segment }: Owner): StreamKeys => keysOf(stream, live ? null : segment);

/** The image of one slice. */
export function buildCore(
  owner: Owner,
  slice: Slice,
  own: KeyBlock | null,
  connections: Connections,
  keysOf: KeysOf,
  item: string,
): SpinnakerCore {
  const model = modelOf(owner);
  const core = assembleCore(
    {
      model,
      neurons: slice.count,
      timestep: ONE,
      parameters: parametersOf(owner, slice),
      keys: own === null ? null : Uint32Array.from({ length: slice.count }, (_, n) => own.key + n),
      layout: { indexBits: bitsFor(slice.count), typeBits: bitsFor(synapseTypesOf(model)), delayBits: delayBits(longestDelay(owner)) },
      shifts: shiftsOf(owner, keysOf),
      dropLatePackets: false,
      spikeQueue: queueLength(owner, connections),
      directBytesMax: DIRECT_BYTES,
      incoming: incomingOf(owner, slice, keysOf),
    },
    item,
  );
  return { ...core, window: { start: owner.start, steps: owner.steps } };
}

function parametersOf({ node }: Owner, slice: Slice): Int32Array {
  const neuron: Omit<AccumNeuron, 'parameters' | 'unit'> =
    node.kind === 'population' && node.neuron.parameters === 'accum' ? node.neuron : { ...membraneConstants(0), threshold: NEVER };
  const parameters = new Int32Array(slice.count * NEURON_FIELDS);
  for (let n = 0; n < slice.count; n++) {
    const first = n * NEURON_FIELDS;
    const of = (value: PerNeuron): number => at(value, slice.first + n);
    parameters[first + NeuronField.capacitance] = of(neuron.capacitance);
    parameters[first + NeuronField.tauMembrane] = of(neuron.timeConstant);
    parameters[first + NeuronField.threshold] = neuron.threshold;
    parameters[first + NeuronField.currentOffset] = node.bias === null ? 0 : node.bias[slice.first + n];
    // Means nothing where a current lasts one step.
    parameters[first + NeuronField.tauExcitatory] = of(neuron.synapticTimeConstant ?? 0);
    parameters[first + NeuronField.tauInhibitory] = of(neuron.synapticTimeConstant ?? 0);
  }
  return parameters;
}

/** Of all slices of a population: as far as every weight of a receptor can be shifted without loss. */
function shiftsOf(owner: Owner, keysOf: KeysOf): Uint32Array {
  const shifts = new Uint32Array(synapseTypesOf(modelOf(owner)));
  const bits = [EXCITATORY, INHIBITORY].map(() => 0);
  for (const feed of owner.feeds) {
    const { synapses, receptor } = feed;
    if (receptor !== null) continue;
    // Values below 0 come with keys of their own, whose weights are negated.
    const signed = keysFor(keysOf, feed, owner).negative !== null;
    for (const weight of synapses.weight) {
      bits[receptorOf(weight)] |= Math.abs(weight);
      if (signed) bits[receptorOf(-weight)] |= Math.abs(weight);
    }
  }
  bits.forEach((union, type) => {
    shifts[type] = union === 0 ? 0 : Math.min(SHIFT_MAX, 31 - Math.clz32(union & -union));
  });
  return shifts;
}

function incomingOf(owner: Owner, slice: Slice, keysOf: KeysOf): readonly IncomingPopulation[] {
  const streams = new Map<NodeId, Feed[]>();
  for (const feed of owner.feeds) streams.set(feed.stream, [...(streams.get(feed.stream) ?? []), feed]);
  return [...streams.values()].flatMap((feeds) => {
    const keys = keysFor(keysOf, feeds[0], owner);
    const projections = feeds.map((feed) => withinSlice(feed, slice));
    if (keys.negative === null) return [{ ...coverOf(keys), projections }];
    const negated = projections.map((each) => ({ ...each, weight: Float64Array.from(each.weight, (weight) => -weight) }));
    return [
      { ...keys.slices[0], cores: null, projections },
      { ...keys.negative, cores: null, projections: negated },
    ];
  });
}

/** One entry for all slices of a population, which says how their numbers follow each other. */
function coverOf({ key, mask, slices, sliceLength }: StreamKeys): Pick<IncomingPopulation, 'key' | 'mask' | 'cores'> {
  const [first] = slices;
  if (slices.length === 1) return { ...first, cores: null };
  const shift = bitsOf(first.mask);
  return { key, mask, cores: { mask: 2 ** (bitsOf(mask) - shift) - 1, shift, neuronsPerCore: sliceLength } };
}

/** Open bits of a mask. */
export const bitsOf = (mask: number): number => Math.round(Math.log2(2 ** 32 - mask));

/** Synapses that end in the slice, counted from its first neuron. */
function withinSlice({ synapses, lag, projection, receptor }: Feed, slice: Slice): IncomingSynapses {
  const { first, target, weight, extra } = synapses;
  const sources = first.length - 1;
  const kept: number[] = [];
  const from = new Int32Array(sources + 1);
  for (let source = 0; source < sources; source++) {
    for (let k = first[source]; k < first[source + 1]; k++) {
      if (target[k] >= slice.first && target[k] < slice.first + slice.count) kept.push(k);
    }
    from[source + 1] = kept.length;
  }
  return {
    projection,
    first: from,
    target: Int32Array.from(kept, (k) => target[k] - slice.first),
    weight: Float64Array.from(kept, (k) => weight[k] / ONE),
    delay: Int32Array.from(kept, (k) => lag + extra[k]),
    ...(receptor === null ? {} : { receptor }),
  };
}
