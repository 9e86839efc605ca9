/** Bounds that no honest vector comes near. */
export const LIMITS = {
  steps: 1_000_000,
  neurons: 1 << 20,
  synapses: 1 << 24,
  cores: 1 << 16,
  /** Of neuron updates, and of synaptic events. */
  work: 5e9,
} as const;

/** Weights, thresholds, potentials: far inside what doubles and 64ths of them hold exactly. */
export const VALUE = [-(2 ** 40), 2 ** 40] as const;
/** Joules and seconds of one event. */
export const COST = [0, 1] as const;
