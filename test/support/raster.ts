/** Spikes [step, neuron] of the pairs of a raster; `order`: neuron i is number order[i] of the model. */
export function spikesOf(raster: ArrayLike<number> | undefined, steps: number, size: number, order?: ArrayLike<number>): Uint8Array {
  const spikes = new Uint8Array(steps * size);
  for (let k = 0; k < (raster?.length ?? 0); k += 2) {
    const [step, neuron] = [raster?.[k] ?? 0, raster?.[k + 1] ?? 0];
    spikes[step * size + (order?.[neuron] ?? neuron)] = 1;
  }
  return spikes;
}
