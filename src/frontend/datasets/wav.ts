import { DiagnosticError, failure, type Place } from '../../diagnostics/index.ts';

/** One channel of sound. */
export interface Sound {
  /** Samples a second. */
  readonly rate: number;
  /** Within -1 .. 1 unless the file holds floats beyond; several channels are averaged. */
  readonly samples: Float64Array;
}

/** Ceilings and what is read; a minute of 16 kHz in 16 bits has 2 MB. */
const LIMITS = { bytes: 2 ** 26, channels: 64, rateLeast: 1000, rateMost: 384_000 } as const;
const PCM = 1;
const FLOAT = 3;
const EXTENSIBLE = 0xfffe;

/** What a sample of a format is divided by to lie within -1 .. 1; 8 bits are unsigned around 128. */
const SCALES: ReadonlyMap<string, { readonly scale: number; readonly zero: number }> = new Map([
  [`${PCM}:8`, { scale: 2 ** 7, zero: 2 ** 7 }],
  [`${PCM}:16`, { scale: 2 ** 15, zero: 0 }],
  [`${PCM}:24`, { scale: 2 ** 23, zero: 0 }],
  [`${PCM}:32`, { scale: 2 ** 31, zero: 0 }],
  [`${FLOAT}:32`, { scale: 1, zero: 0 }],
  [`${FLOAT}:64`, { scale: 1, zero: 0 }],
]);

export const isWav = (bytes: Uint8Array): boolean => ['RIFF', 'RIFX', 'RF64'].includes(textAt(bytes, 0)) && textAt(bytes, 8) === 'WAVE';

/** Reads sounds; `check` finds what is wrong with a file without decoding its samples, as far as that can be. */
export interface WavReader {
  check(bytes: Uint8Array, place: Place): void;
  read(bytes: Uint8Array, place: Place): Sound;
}

/**
 * The sound of a WAV file: PCM of 8, 16, 24 or 32 bits or floats of 32 or 64, any number of channels. The header is checked before the
 * library that reads it is asked, which trusts what it declares. Throws `data-malformed`, `data-foreign` and `data-too-large`.
 */
export async function loadWavReader(): Promise<WavReader> {
  const { default: wavefile } = await import('wavefile');
  const read: WavReader['read'] = (bytes, place) => {
    const { channels, rate, scale, zero } = checkHeader(bytes, place);
    try {
      const wave = new wavefile.WaveFile();
      wave.fromBuffer(bytes);
      // Interleaved, as the file has them; the declarations leave that out.
      const mixed = wave.getSamples(true, Float64Array) as unknown as Float64Array;
      return { rate, samples: average(mixed, channels, scale, zero, place) };
    } catch (error) {
      if (error instanceof DiagnosticError) throw error;
      throw malformed(`not a readable WAV file: ${error instanceof Error ? error.message : String(error)}`, place);
    }
  };
  // Whole numbers are always finite.
  const check: WavReader['check'] = (bytes, place) => (checkHeader(bytes, place).scale === 1 ? void read(bytes, place) : undefined);
  return { check, read };
}

function average(mixed: Float64Array, channels: number, scale: number, zero: number, place: Place): Sound['samples'] {
  const samples = new Float64Array(Math.floor(mixed.length / channels));
  for (let i = 0; i < samples.length; i++) {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += mixed[i * channels + c] - zero;
    samples[i] = sum / channels / scale;
    if (!Number.isFinite(samples[i])) throw malformed(`sample ${i} is ${samples[i]}`, place);
  }
  return samples;
}

/** The chunks `fmt ` and `data`, both whole, in a format that is read. */
function checkHeader(bytes: Uint8Array, place: Place): { channels: number; rate: number; scale: number; zero: number } {
  if (bytes.length > LIMITS.bytes) {
    throw failure('data-too-large', `a sound of ${bytes.length} bytes`, { places: [place], notes: [`at most ${LIMITS.bytes} are read`] });
  }
  if (!isWav(bytes)) throw malformed('it does not begin as a WAV file', place);
  if (textAt(bytes, 0) !== 'RIFF') {
    throw failure('data-foreign', `a WAV file of kind ${textAt(bytes, 0)}`, { places: [place], notes: ['read: RIFF, little-endian'] });
  }
  const format = findChunk(bytes, 'fmt ', place);
  const data = findChunk(bytes, 'data', place);
  if (format.length < 16) throw malformed(`its chunk \`fmt \` has ${format.length} bytes, and 16 are the least`, place);
  const view = new DataView(format.buffer, format.byteOffset, format.length);
  const declared = view.getUint16(0, true);
  const code = declared === EXTENSIBLE && format.length >= 26 ? view.getUint16(24, true) : declared;
  const [channels, rate, blockBytes, bits] = [
    view.getUint16(2, true),
    view.getUint32(4, true),
    view.getUint16(12, true),
    view.getUint16(14, true),
  ];
  const found = SCALES.get(`${code}:${bits}`);
  if (found === undefined) {
    throw failure('data-foreign', `a WAV file in format ${code} with ${bits} bits`, {
      places: [place],
      notes: ['read: PCM (format 1) of 8, 16, 24 or 32 bits, and floats (format 3) of 32 or 64'],
      help: 'convert it, as with `sox in.wav -b 16 -e signed-integer out.wav`',
    });
  }
  if (channels < 1 || channels > LIMITS.channels || blockBytes !== (channels * bits) / 8) {
    throw malformed(`${channels} channels of ${bits} bits in blocks of ${blockBytes} bytes`, place);
  }
  if (rate < LIMITS.rateLeast || rate > LIMITS.rateMost) {
    throw malformed(`${rate} samples a second; allowed: ${LIMITS.rateLeast} to ${LIMITS.rateMost}`, place);
  }
  if (data.length === 0) throw failure('data-empty', 'the WAV file has no samples', { places: [place] });
  if (data.length % blockBytes !== 0) throw malformed(`${data.length} bytes of samples, not a multiple of ${blockBytes}`, place);
  return { channels, rate, ...found };
}

/** Content of the first chunk of this name. */
function findChunk(bytes: Uint8Array, name: string, place: Place): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 12; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at + 4, true);
    const end = at + 8 + size;
    if (end > bytes.length) {
      throw malformed(`it ends within its chunk \`${printableName(textAt(bytes, at))}\`: ${bytes.length - at - 8} of ${size} bytes`, place);
    }
    if (textAt(bytes, at) === name) return bytes.subarray(at + 8, end);
    at = end + (size % 2);
  }
  throw malformed(`it has no chunk \`${name}\``, place);
}

const malformed = (message: string, place: Place): DiagnosticError =>
  failure('data-malformed', message, { places: [place], help: 'record or convert it again; `soxi` can show what it holds' });

const printableName = (name: string): string => name.replace(/[^ -~]/g, '?');

const textAt = (bytes: Uint8Array, at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));
