import type { Stream } from '../../ir/accumulate.ts';
import type { AttentionNode, FastWeightsNode, ReorderNode, RotaryNode } from '../../ir/network.ts';

/** Rotation of channel pairs; float32 products and sum as the exported graph does them, exact integers once the tables are integers. */
export function rotate(node: RotaryNode, x: Stream): Stream {
  const { direct, partner, partnerOf, size } = node;
  const y = direct instanceof Float32Array ? new Float32Array(x.length) : new Int32Array(x.length);
  for (let i = 0; i < x.length; i++) {
    const channel = i % size;
    const other = x[i - channel + partnerOf[channel]];
    y[i] = Math.fround(direct[i] * x[i]) + Math.fround(partner[i] * other);
  }
  return y;
}

export function reorder(node: ReorderNode, x: Stream): Stream {
  const y = x instanceof Float32Array ? new Float32Array(x.length) : new Int32Array(x.length);
  for (let i = 0; i < y.length; i++) y[i] = x[node.permutation[i]];
  return y;
}

interface Operands {
  readonly query: Stream;
  readonly key: Stream;
  readonly value: Stream;
  /** [steps of the keys]; null: every step counts. */
  readonly mask: Stream | null;
}

/** y[h, t] = scale * sum_s mask[s] (q[h, t] . k[h, s]) v[h, s], step by step as written. */
export function attend(node: AttentionNode, operands: Operands): Float32Array {
  const { query, key, value, mask } = operands;
  const width = node.size / node.heads;
  const steps = query.length / node.size;
  const keySteps = key.length / node.size;
  const y = new Float32Array(query.length);
  const row = new Float64Array(width);
  for (let h = 0; h < node.heads; h++) {
    for (let t = 0; t < steps; t++) {
      row.fill(0);
      const q = t * node.size + h * width;
      for (let s = 0; s < keySteps; s++) {
        if (mask !== null && mask[s] === 0) continue;
        const k = s * node.size + h * width;
        let score = 0;
        for (let d = 0; d < width; d++) score += query[q + d] * key[k + d];
        if (score !== 0) for (let d = 0; d < width; d++) row[d] += score * value[k + d];
      }
      for (let d = 0; d < width; d++) y[q + d] = row[d] * node.scale;
    }
  }
  return y;
}

/** The same through fast weights: M[h] = sum_s mask[s] k[h, s]^T v[h, s] first, y[h, t] = scale * q[h, t] M[h] after. */
export function recall(node: FastWeightsNode, operands: Operands): Stream {
  const { query, key, value, mask } = operands;
  const width = node.size / node.heads;
  const steps = query.length / node.size;
  const keySteps = key.length / node.size;
  const y = query instanceof Int32Array ? new Int32Array(query.length) : new Float32Array(query.length);
  for (let h = 0; h < node.heads; h++) {
    const memory = new Float64Array(width * width);
    for (let s = 0; s < keySteps; s++) {
      if (mask !== null && mask[s] === 0) continue;
      const at = s * node.size + h * width;
      for (let i = 0; i < width; i++) {
        const k = key[at + i];
        if (k !== 0) for (let j = 0; j < width; j++) memory[i * width + j] += k * value[at + j];
      }
    }
    for (let t = 0; t < steps; t++) {
      const at = t * node.size + h * width;
      const row = new Float64Array(width);
      for (let i = 0; i < width; i++) {
        const q = query[at + i];
        if (q !== 0) for (let j = 0; j < width; j++) row[j] += q * memory[i * width + j];
      }
      for (let j = 0; j < width; j++) y[at + j] = row[j] * node.scale;
    }
  }
  return y;
}
