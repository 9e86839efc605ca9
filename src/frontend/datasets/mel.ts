import { resample } from './resample.ts';
import type { Sound } from './wav.ts';

/**
 * The front-end that SpikeSCR is published with for Google Speech Commands (`build_transform` in datasets.py of JackieWang9811/SpikeSCR):
 * one second at 8 kHz, windows of 256 samples, mel bands of the HTK formula from 50 Hz to 14 kHz, decibels. The upper end lies above the
 * highest frequency that there is, 4 kHz, so that with 140 bands 53 are always empty.
 */
export const MEL = { rate: 8000, seconds: 1, window: 256, lowHz: 50, highHz: 14_000, floorPower: 1e-10 } as const;

const BINS = MEL.window / 2 + 1;

/** Frames of a clip with `hop` samples between them, the first at its start. */
export const melFrames = (hop: number): number => Math.floor((MEL.rate * MEL.seconds) / hop) + 1;

/** Makes [frames, bands] decibels of sounds. */
export type MelFrontEnd = (sound: Sound) => Float32Array;

export async function loadMelFrontEnd(bands: number, hop: number): Promise<MelFrontEnd> {
  const { default: FFT } = await import('fft.js');
  const fft = new FFT(MEL.window);
  const input: number[] = new Array(MEL.window).fill(0);
  const spectrum: number[] = fft.createComplexArray();
  const window = hannWindow();
  const filters = melFilters(bands);
  const power = new Float64Array(BINS);
  return (sound) => {
    const signal = reflect(resample(oneSecond(sound), sound.rate, MEL.rate), MEL.window / 2);
    const frames = melFrames(hop);
    const decibels = new Float32Array(frames * bands);
    for (let frame = 0; frame < frames; frame++) {
      for (let i = 0; i < MEL.window; i++) input[i] = signal[frame * hop + i] * window[i];
      fft.realTransform(spectrum, input);
      for (let k = 0; k < BINS; k++) power[k] = spectrum[2 * k] ** 2 + spectrum[2 * k + 1] ** 2;
      filters.forEach(({ first, weights }, band) => {
        let sum = 0;
        for (let k = 0; k < weights.length; k++) sum += weights[k] * power[first + k];
        decibels[frame * bands + band] = 10 * Math.log10(Math.max(sum, MEL.floorPower));
      });
    }
    return decibels;
  };
}

/** Cut, or filled with silence at its end. */
function oneSecond({ rate, samples }: Sound): Float64Array {
  const second = new Float64Array(rate * MEL.seconds);
  second.set(samples.subarray(0, second.length));
  return second;
}

/** `width` samples mirrored at both ends, which themselves are not repeated: the first frame is centred on the first sample. */
function reflect(samples: Float64Array, width: number): Float64Array {
  const last = samples.length - 1;
  return Float64Array.from({ length: samples.length + 2 * width }, (_, i) => {
    const at = Math.abs(i - width);
    return samples[at > last ? 2 * last - at : at];
  });
}

/** Periodic: one longer than symmetric, less its last sample. */
const hannWindow = (): Float64Array =>
  Float64Array.from({ length: MEL.window }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / MEL.window));

interface Filter {
  /** First bin of the spectrum with a weight, and the weights from there. */
  readonly first: number;
  readonly weights: readonly number[];
}

const melOf = (hz: number): number => 2595 * Math.log10(1 + hz / 700);
const hzOf = (mel: number): number => 700 * (10 ** (mel / 2595) - 1);

/** Triangles of height 1 between neighbouring ones of bands + 2 frequencies at equal distances in mel (HTK), unnormalized. */
export function melFilters(bands: number): readonly Filter[] {
  const [low, high] = [melOf(MEL.lowHz), melOf(MEL.highHz)];
  const corners = Array.from({ length: bands + 2 }, (_, i) => hzOf(low + ((high - low) * i) / (bands + 1)));
  return Array.from({ length: bands }, (_, band) => {
    const [left, centre, right] = corners.slice(band, band + 3);
    const weights = Array.from({ length: BINS }, (__, bin) => {
      const hz = (bin * MEL.rate) / MEL.window;
      return Math.max(0, Math.min((hz - left) / (centre - left), (right - hz) / (right - centre)));
    });
    const first = Math.max(
      0,
      weights.findIndex((weight) => weight > 0),
    );
    const end = weights.findLastIndex((weight) => weight > 0) + 1;
    return { first, weights: weights.slice(first, Math.max(first, end)) };
  });
}
