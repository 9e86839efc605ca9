import { failure } from '../../diagnostics/index.ts';
import type { ChipModel } from '../../ir/chip-model.ts';
import type { Clip } from '../../ir/clip.ts';
import { planeCount, writeDigits } from '../../ir/digits.ts';
import { type EmbeddedOperation, type Injection, outputSize, type ReadoutProgram } from '../../ir/mapping.ts';
import { quantizeFeatures } from '../../ir/quantized-features.ts';

/** What the embedded processor holds: [steps, size] by name. */
export type Streams = Map<string, Stream>;
export type Stream = Int32Array | Uint8Array;

/**
 * The clip's features as the graded payloads that are sent, quantized where the program says so: [steps, channels] integers. Throws
 * `data-shape-mismatch` where the clip is not what the program was compiled for, `data-malformed` for values that are no integers (NaN too).
 */
export function featuresOf(clip: Clip, steps: number, channels: number, { quantized = [] }: Pick<ReadoutProgram, 'quantized'>): Int32Array {
  if (clip.steps !== steps || clip.channels !== channels || clip.features.length !== steps * channels || clip.valid.length !== steps) {
    throw failure('data-shape-mismatch', `the clip has ${clip.steps} steps of ${clip.channels} channels`, {
      notes: [`the program was compiled for ${steps} steps of ${channels} channels`],
    });
  }
  const sent = quantizeFeatures(clip.features, channels, quantized).values;
  const values = new Int32Array(sent.length);
  for (let i = 0; i < values.length; i++) {
    values[i] = sent[i];
    if (values[i] !== sent[i]) {
      throw failure('data-malformed', `step ${Math.floor(i / channels)}, channel ${i % channels} is ${clip.features[i]}`, {
        notes: ['a chip receives whole numbers: event counts, or features that the program says how to round'],
      });
    }
  }
  return values;
}

/** Throws `value-out-of-range` where a value does not fit a graded spike of this chip. */
export function checkPayloads(injection: Injection, stream: Stream, chip: ChipModel): void {
  const bits = chip.limits.gradedPayloadBits.value;
  // One bit carries no sign: a spike or none.
  const largest = bits === 1 ? 1 : 2 ** (bits - 1) - 1;
  for (let i = 0; i < injection.steps * injection.size; i++) {
    if (Math.abs(stream[i]) <= largest && (bits > 1 || stream[i] >= 0)) continue;
    throw outOfRange(
      injection.stream,
      stream[i],
      i,
      injection.size,
      `a graded spike of ${chip.name} carries ${bits} bits, sign included: up to ${largest}`,
    );
  }
}

function outOfRange(stream: string, value: number, index: number, size: number, allowed: string): Error {
  const place = `step ${Math.floor(index / size)}, channel ${index % size}`;
  return failure('value-out-of-range', `\`${stream}\` has the value ${value} at ${place}`, {
    notes: [allowed],
    help: 'use a chip with wider graded spikes or more bit planes, or check the data for outliers',
  });
}

/** Executes one operation, writes its output stream, and returns the number of non-zero values it made, moved, rotated or decided on. */
export function executeEmbedded(operation: EmbeddedOperation, streams: Streams): number {
  const output = new Int32Array(operation.steps * outputSize(operation));
  if (operation.kind === 'constant') {
    for (const position of operation.positions) output[position] = 1;
    streams.set(operation.output, output);
    return operation.positions.length;
  }
  const source = streamOf(streams, operation.source);
  let operations = 0;
  switch (operation.kind) {
    case 'rotary':
      for (let i = 0; i < output.length; i++) {
        const channel = i % operation.size;
        const other = source[i - channel + operation.partnerOf[channel]];
        if (source[i] === 0 && other === 0) continue;
        const value = operation.direct[i] * source[i] + operation.partner[i] * other;
        output[i] = value;
        if (output[i] !== value) throw outOfRange(operation.output, value, i, operation.size, 'the embedded processor works in 32 bits');
        operations++;
      }
      break;
    case 'reorder':
      for (let i = 0; i < output.length; i++) {
        output[i] = source[operation.permutation[i]];
        if (output[i] !== 0) operations++;
      }
      break;
    case 'bit-planes': {
      const planes = planeCount(operation);
      for (let i = 0; i < operation.steps * operation.size; i++) {
        if (source[i] === 0) continue;
        operations++;
        if (!writeDigits(source[i], operation, output, i * planes)) {
          const allowed = `the program sends ${operation.signed ? 'signed' : 'unsigned'} values of ${operation.digits} digits`;
          throw outOfRange(operation.source, source[i], i, operation.size, allowed);
        }
      }
      break;
    }
    case 'mask': {
      const mask = streamOf(streams, operation.mask);
      for (let i = 0; i < output.length; i++) {
        if (source[i] === 0) continue;
        operations++;
        if (mask[Math.floor(i / operation.size)] !== 0) output[i] = source[i];
      }
      break;
    }
  }
  streams.set(operation.output, output);
  return operations;
}

export function streamOf(streams: Streams, name: string): Stream {
  const stream = streams.get(name);
  if (stream === undefined) throw new Error(`stream ${name} is not there; the program was checked for this`);
  return stream;
}
