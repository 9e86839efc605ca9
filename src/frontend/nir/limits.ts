/** Ceilings on what a file may declare, checked before memory is taken for it. */
export const NIR_LIMITS = {
  nodes: 2 ** 14,
  edges: 2 ** 17,
  /** Graphs in graphs. */
  depth: 16,
  /** Numbers in the file. */
  values: 2 ** 26,
  /** Groups and datasets of the file. */
  paths: 2 ** 18,
  /** Values of a step of one stream: both polarities of a camera with a million pixels. */
  streamValues: 2 ** 21,
  /** Of all streams of a clip; 2^29 bytes as float32. */
  clipValues: 2 ** 27,
  /** Linear nodes one behind the other. */
  chain: 2 ** 10,
  /** Ways from neurons to one neuron. */
  streams: 2 ** 12,
} as const;
