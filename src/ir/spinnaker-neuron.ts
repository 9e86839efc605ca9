/**
 * How synaptic input becomes a current: `curr-exp` decays by neuron and receptor, `curr-delta` acts for one step. `gated-delta` is `curr-delta` with
 * a third receptor: in a step in which nothing arrives there, neither input nor offset counts [INF: not of sPyNNaker, a program of spikec's own].
 */
export type SpinnakerModel = 'curr-exp' | 'curr-delta' | 'gated-delta';

/**
 * Parameters of a LIF neuron as its core reads them, s16.15 (mV, nF, ms, nA; or any units that fit together), NEURON_FIELDS integers a neuron.
 * `refractoryInit` alone is whole steps. The time constants of synapses mean nothing to `curr-delta`.
 */
export const NeuronField = {
  vInit: 0,
  vRest: 1,
  capacitance: 2,
  tauMembrane: 3,
  currentOffset: 4,
  vReset: 5,
  refractoryTime: 6,
  threshold: 7,
  tauExcitatory: 8,
  tauInhibitory: 9,
  refractoryInit: 10,
  excitatoryInit: 11,
  inhibitoryInit: 12,
} as const;
export const NEURON_FIELDS = 13;

/** Receptors: a weight's sign is its synapse type. */
export const EXCITATORY = 0;
export const INHIBITORY = 1;
export const SYNAPSE_TYPES = 2;
/** The receptor of a gate, which has `gated-delta` alone. */
export const GATE = 2;

/** Receptors of a neuron's program. */
export const synapseTypesOf = (model: SpinnakerModel): number => (model === 'gated-delta' ? GATE + 1 : SYNAPSE_TYPES);
