import { failure } from '../../diagnostics/index.ts';
import type { SoftwareCosts } from '../../ir/spinnaker-chip.ts';
import type { SoftwareOperation } from '../../ir/spinnaker-program.ts';

/** What a core of software keeps: [steps, size] by name. */
export type Streams = Map<string, Int32Array>;

/** Executes one operation, adds its stream to `streams`, and returns the cycles that it takes. Dense work does not depend on the data. */
export function executeSoftware(operation: SoftwareOperation, streams: Streams, costs: SoftwareCosts): number {
  const output = new Int32Array(operation.steps * operation.size);
  streams.set(operation.output, output);
  switch (operation.kind) {
    case 'rotary': {
      const source = streamOf(streams, operation.source);
      for (let i = 0; i < output.length; i++) {
        const channel = i % operation.size;
        const other = source[i - channel + operation.partnerOf[channel]];
        const value = operation.direct[i] * source[i] + operation.partner[i] * other;
        output[i] = value;
        if (output[i] !== value) throw outOfRange(operation.output, value, i, operation.size, '32-bit integers');
      }
      return output.length * costs.rotaryCycles.value;
    }
    case 'reorder': {
      const source = streamOf(streams, operation.source);
      for (let i = 0; i < output.length; i++) output[i] = source[operation.permutation[i]];
      return output.length * costs.reorderCycles.value;
    }
    case 'attention':
      return attend(operation, streams, output) * costs.attentionCycles.value + output.length * costs.reorderCycles.value;
    case 'constant':
      for (const position of operation.positions) output[position] = 1;
      return operation.positions.length * costs.reorderCycles.value;
  }
}

/** Writes sum over s of mask[s] k[h, s]^T v[h, s], then reads a row of it for each component of a query; returns the additions. */
function attend(operation: Extract<SoftwareOperation, { kind: 'attention' }>, streams: Streams, output: Int32Array): number {
  const { size, heads, steps } = operation;
  const query = streamOf(streams, operation.query);
  const key = streamOf(streams, operation.key);
  const value = streamOf(streams, operation.value);
  const mask = operation.mask === null ? null : streamOf(streams, operation.mask);
  const width = size / heads;
  let additions = 0;
  for (let head = 0; head < heads; head++) {
    const memory = new Float64Array(width * width);
    for (let s = 0; s < key.length / size; s++) {
      if (mask !== null && mask[s] === 0) continue;
      const at = s * size + head * width;
      for (let i = 0; i < width; i++) {
        if (key[at + i] === 0) continue;
        for (let j = 0; j < width; j++) memory[i * width + j] += key[at + i] * value[at + j];
        additions += width;
      }
    }
    for (let t = 0; t < steps; t++) {
      const at = t * size + head * width;
      for (let i = 0; i < width; i++) {
        if (query[at + i] === 0) continue;
        for (let j = 0; j < width; j++) output[at + j] += query[at + i] * memory[i * width + j];
        additions += width;
      }
    }
  }
  return additions;
}

export function streamOf(streams: Streams, name: string): Int32Array {
  const stream = streams.get(name);
  if (stream === undefined) throw new Error(`stream ${name} is not there; the program was checked for this`);
  return stream;
}

export const outOfRange = (stream: string, value: number, index: number, size: number, allowed: string): Error =>
  failure('value-out-of-range', `\`${stream}\` has the value ${value} at step ${Math.floor(index / size)}, channel ${index % size}`, {
    notes: [`allowed: ${allowed}`],
    help: 'check the data for outliers',
  });
