/** Zero crossings of the sinc on each side, and where its pass band ends, as parts of the lower rate's: torchaudio.functional.resample. */
const ZEROS = 6;
const ROLL_OFF = 0.99;

/**
 * Band-limited resampling of `samples` from rate `from` to rate `to`, both whole numbers of samples a second: a sinc under a Hann window,
 * silence before and after (torchaudio's `sinc_interp_hann` with its defaults; Smith, Digital Audio Resampling,
 * ccrma.stanford.edu/~jos/resample). Output sample m is the sum over n of x[n] h(n / from - m / to); ceil(length * to / from) of them.
 */
export function resample(samples: Float64Array, from: number, to: number): Float64Array {
  if (from === to) return samples;
  const divisor = greatestDivisor(from, to);
  const [down, up] = [from / divisor, to / divisor];
  /** Cut-off in units in which the input has `down` samples and the output `up`. */
  const cutoff = Math.min(down, up) * ROLL_OFF;
  const reach = Math.ceil((ZEROS * down) / cutoff);
  const kernels = new Map<number, Float64Array>();
  const output = new Float64Array(Math.ceil((samples.length * up) / down));
  for (let m = 0; m < output.length; m++) {
    // Sample m lies `phase / up` of an input sample behind input sample `base`.
    const phase = (m * down) % up;
    const base = (m * down - phase) / up;
    const kernel = kernels.get(phase) ?? makeKernel(phase / up, reach, cutoff / down);
    kernels.set(phase, kernel);
    let sum = 0;
    for (let k = Math.max(0, reach - base); k < kernel.length && base - reach + k < samples.length; k++) {
      sum += kernel[k] * samples[base - reach + k];
    }
    output[m] = sum;
  }
  return output;
}

/** Weights of the input samples -reach .. reach + 1 for an output sample `fraction` of a sample behind input sample 0. */
function makeKernel(fraction: number, reach: number, scale: number): Float64Array {
  return Float64Array.from({ length: 2 * reach + 2 }, (_, k) => {
    const t = (k - reach - fraction) * scale;
    if (Math.abs(t) >= ZEROS) return 0;
    const window = Math.cos((t * Math.PI) / ZEROS / 2) ** 2;
    return t === 0 ? scale : (Math.sin(Math.PI * t) / (Math.PI * t)) * window * scale;
  });
}

const greatestDivisor = (a: number, b: number): number => (b === 0 ? a : greatestDivisor(b, a % b));
