/** Float32 in a discrete network, integer mantissas (even, -256..254 or 0..255) in Loihi's integers, raw accums in SpiNNaker's. */
export type WeightValues = Float32Array | Int16Array | Int32Array;

/**
 * How a projection's synapses are laid out. Rows belong to *sources*, so that one spike touches one run of memory:
 *
 * - `dense`: weights[source][target], y[t, target] = sum over sources of w * x[t, source].
 * - `time-convolution`: weights[tap][source][target within the group], y[t] = sum over taps of W_tap x[t + firstOffset + tap * dilation];
 *   x is zero outside the clip. Depthwise: groups = sources = targets, so weights[tap][channel].
 * - `one-to-one`: target i reads source i with weights[i]; weights null stands for 1.
 * - `sparse`: synapse k goes from sources[k] to targets[k] with weights[k]; sorted by source, then target, then delay.
 *   `delays` (null: none) are timesteps of the model, on top of the projection's own.
 * - `convolution` and `pooling`: over space; sources and targets are (channel, row, column) in row-major order,
 *   weights[outChannel][inChannel / groups][row][column]; pooling multiplies the window's sum by `factor`.
 */
export type Synapses =
  | { readonly kind: 'dense'; readonly sources: number; readonly targets: number; readonly weights: WeightValues }
  | {
      readonly kind: 'time-convolution';
      readonly sources: number;
      readonly targets: number;
      readonly taps: number;
      readonly groups: number;
      /** Model timesteps from the target's step to the first tap; -1 for a centred kernel of 3. */
      readonly firstOffset: number;
      readonly dilation: number;
      readonly weights: WeightValues;
    }
  | { readonly kind: 'one-to-one'; readonly sources: number; readonly targets: number; readonly weights: WeightValues | null }
  | {
      readonly kind: 'sparse';
      readonly sources: number;
      readonly targets: number;
      readonly sourceIndex: Int32Array;
      readonly targetIndex: Int32Array;
      readonly weights: WeightValues;
      readonly delays: Int32Array | null;
    }
  | (SpatialWindow & { readonly kind: 'convolution'; readonly groups: number; readonly weights: WeightValues })
  | (SpatialWindow & { readonly kind: 'pooling'; readonly factor: number });

export interface SpatialWindow {
  readonly sources: number;
  readonly targets: number;
  /** (channels, rows, columns) of source and target. */
  readonly sourceShape: readonly [number, number, number];
  readonly targetShape: readonly [number, number, number];
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number];
  readonly dilation: readonly [number, number];
}

/** Stored weights times taps of sharing aside: the number of synapses, one per (source, target, tap) that exists on a long clip. */
export function synapseCount(synapses: Synapses): number {
  switch (synapses.kind) {
    case 'dense':
      return synapses.sources * synapses.targets;
    case 'time-convolution':
      return (synapses.taps * synapses.sources * synapses.targets) / synapses.groups;
    case 'one-to-one':
      return synapses.sources;
    case 'sparse':
      return synapses.weights.length;
    case 'convolution':
      return synapses.targets * (synapses.sourceShape[0] / synapses.groups) * synapses.kernel[0] * synapses.kernel[1];
    case 'pooling':
      return synapses.targets * synapses.kernel[0] * synapses.kernel[1];
  }
}

/** Sources that one target reads, at most. */
export function sourcesPerTarget(synapses: Synapses): number {
  switch (synapses.kind) {
    case 'dense':
      return synapses.sources;
    case 'time-convolution':
      return synapses.sources / synapses.groups;
    case 'one-to-one':
      return 1;
    case 'sparse': {
      // Sorted by source: a pair with several delays stands together.
      const { sourceIndex, targetIndex, targets } = synapses;
      const counts = new Int32Array(targets);
      for (let k = 0; k < targetIndex.length; k++)
        if (k === 0 || sourceIndex[k] !== sourceIndex[k - 1] || targetIndex[k] !== targetIndex[k - 1]) counts[targetIndex[k]]++;
      return counts.reduce((most, count) => Math.max(most, count), 0);
    }
    case 'convolution':
      return (synapses.sourceShape[0] / synapses.groups) * synapses.kernel[0] * synapses.kernel[1];
    case 'pooling':
      return synapses.kernel[0] * synapses.kernel[1];
  }
}

/** Steps the synapses look ahead of the target's own step (0: causal). */
export function lookahead(synapses: Synapses): number {
  return synapses.kind === 'time-convolution' ? Math.max(0, synapses.firstOffset + (synapses.taps - 1) * synapses.dilation) : 0;
}

/** Model timesteps from a spike to its earliest effect, the projection's own delay aside; negative where synapses look ahead. */
export function leastDelay(synapses: Synapses): number {
  switch (synapses.kind) {
    case 'time-convolution':
      return -(synapses.firstOffset + (synapses.taps - 1) * synapses.dilation);
    case 'sparse':
      return synapses.delays === null ? 0 : synapses.delays.reduce((least, delay) => Math.min(least, delay), Number.POSITIVE_INFINITY);
    case 'dense':
    case 'one-to-one':
    case 'convolution':
    case 'pooling':
      return 0;
  }
}
