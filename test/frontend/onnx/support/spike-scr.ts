import { DataType } from '../../../../src/frontend/onnx/proto/index.ts';
import { floats, GraphMaker, int64s } from './graph-maker.ts';
import { customLif, loopLif, scanLif, unrolledLif } from './lif.ts';

export interface Shape {
  readonly steps: number;
  readonly inputs: number;
  readonly width: number;
  readonly heads: number;
  readonly depth: number;
  readonly classes: number;
  readonly form: 'loop' | 'sequence' | 'scan' | 'scan-operator' | 'custom' | 'unrolled';
  /** The scramble of the published code, or time moved to the front as it should be. */
  readonly published: boolean;
  /** What only the published code leaves in its graph: slices of size zero, products with 1, casts to the same type, an expanded mask. */
  readonly verbose?: boolean;
  /** Neurons in front of the head. */
  readonly normed?: boolean;
  /** Hidden channels of an Mlp, times the width; default: no hidden layer. */
  readonly expansion?: number;
}

/** A small SpikeSCR with seeded random weights, in the shape that exporters give it. */
export class SpikeScrMaker {
  private readonly graph = new GraphMaker();
  private readonly shape: Shape;
  private state = 1;

  constructor(shape: Shape) {
    this.shape = shape;
  }

  make(): Uint8Array {
    const { graph, shape } = this;
    const { steps, inputs, width, classes, depth } = shape;
    graph.path = '/embedding';
    let x = this.lif(this.norm(this.conv('spikes', inputs, width, 3, 1, true, [0, 2, 1]), width), 'embedding_lif');
    for (let k = 0; k < depth; k++) x = this.block(x, `blocks.${k}`);
    if (this.shape.normed === true) x = this.lif(x, 'head_lif');
    graph.path = '/head';
    const logits = graph.one('MatMul', [x, this.weights('head.weight', [width, classes], 0.3)]);
    return graph.encode({ spikes: [[1, steps, inputs], DataType.float], valid: [[1, steps], DataType.bool] }, [logits]);
  }

  private block(x: string, path: string): string {
    const { graph } = this;
    const sum = (a: string, b: string): string => {
      graph.path = `/${path}`;
      return graph.one('Add', [a, b]);
    };
    let y = sum(x, this.attention(x, `${path}.attention`));
    y = sum(y, this.mlp(y, `${path}.mlp_before`));
    y = sum(y, this.gatedConvolution(y, `${path}.convolution`));
    return sum(y, this.mlp(y, `${path}.mlp_after`));
  }

  private mlp(x: string, path: string): string {
    const { width, expansion } = this.shape;
    if (expansion === undefined) return this.projection(x, width, width, path);
    const hidden = this.projection(x, width, expansion * width, `${path}.hidden`);
    return this.projection(hidden, expansion * width, width, `${path}.output`);
  }

  private attention(x: string, path: string): string {
    const { graph } = this;
    const { steps, width, heads } = this.shape;
    const head = width / heads;
    const split = (name: string): string => graph.transpose(graph.reshape(name, steps, 1, heads, head), 1, 2, 0, 3);
    const q = this.relay(split(this.projection(x, width, width, `${path}.query`)), `${path}.query_relay`);
    const k = this.relay(split(this.projection(x, width, width, `${path}.key`)), `${path}.key_relay`);
    const v = split(this.projection(x, width, width, `${path}.value`));
    graph.path = `/${path.replaceAll('.', '/')}`;
    const scores = graph.one('MatMul', [q, graph.transpose(k, 0, 1, 3, 2)]);
    const valid = graph.one('Unsqueeze', [graph.one('Unsqueeze', ['valid', graph.ints(1)]), graph.ints(2)]);
    const masked = graph.one('Where', [this.invalid(valid, scores), graph.scalar(0), scores]);
    const y = graph.one('Mul', [graph.one('MatMul', [masked, v]), graph.scalar(Math.fround(1 / Math.sqrt(head)))]);
    const a = this.lif(graph.reshape(graph.transpose(y, 2, 0, 1, 3), steps, 1, width), `${path}.readout`);
    return this.projection(a, width, width, `${path}.output`);
  }

  private invalid(valid: string, scores: string): string {
    const { graph } = this;
    if (this.shape.verbose !== true) return graph.one('Not', [valid]);
    const asMask = graph.one('Cast', [graph.one('Cast', [valid], { to: DataType.float })], { to: DataType.bool });
    return graph.one('Equal', [
      graph.one('Cast', [graph.one('Expand', [asMask, graph.one('Shape', [scores])])], { to: DataType.float }),
      graph.scalar(0),
    ]);
  }

  private relay(x: string, path: string): string {
    const { graph } = this;
    const { steps, width, heads, published } = this.shape;
    const head = width / heads;
    graph.path = `/${path}`;
    const rotated = this.rotate(x);
    if (published) return graph.reshape(this.lif(graph.reshape(rotated, steps, 1, width), path), 1, heads, steps, head);
    const moved = this.lif(graph.reshape(graph.transpose(rotated, 2, 0, 1, 3), steps, 1, width), path);
    return graph.transpose(graph.reshape(moved, steps, 1, heads, head), 1, 2, 0, 3);
  }

  private rotate(x: string): string {
    const { graph } = this;
    const { steps, width, heads } = this.shape;
    const head = width / heads;
    if (this.shape.verbose === true) return this.rotateVerbosely(x);
    const table = (f: (angle: number) => number): string => {
      const values = Float32Array.from({ length: steps * head }, (_, i) =>
        f(Math.floor(i / head) * 10000 ** ((-2 * Math.floor((i % head) / 2)) / head)),
      );
      return graph.constant(floats([steps, head], values));
    };
    const pairs = graph.reshape(x, 1, heads, steps, head / 2, 2);
    const [even, odd] = graph.op('Split', [pairs, graph.ints(1, 1)], { axis: -1 }, 2);
    const turned = graph.reshape(graph.one('Concat', [graph.one('Neg', [odd]), even], { axis: -1 }), 1, heads, steps, head);
    return graph.one('Add', [graph.one('Mul', [x, table(Math.cos)]), graph.one('Mul', [turned, table(Math.sin)])]);
  }

  /** With the table in the graph, as libraries for rotary codes write it. */
  private rotateVerbosely(x: string): string {
    const { graph } = this;
    const { steps, width, heads } = this.shape;
    const head = width / heads;
    const scalar = (value: number): string => graph.constant(int64s([], [value]));
    const cut = (from: number, to: number): string =>
      graph.one('Slice', [x, graph.ints(from), graph.ints(to), graph.ints(3), graph.ints(1)]);
    const seconds = graph.one('Cast', [graph.one('Range', [scalar(0), scalar(steps), scalar(1)])], { to: DataType.float });
    const frequencies = graph.constant(
      floats(
        [head / 2],
        Float32Array.from({ length: head / 2 }, (_, i) => 10000 ** ((-2 * i) / head)),
      ),
    );
    const angles = graph.one('Einsum', [graph.one('Cast', [seconds], { to: DataType.float }), frequencies], {
      equation: '..., f -> ... f',
    });
    const doubled = graph.one('Expand', [graph.one('Unsqueeze', [angles, graph.ints(-1)]), graph.ints(steps, head / 2, 2)]);
    const table = graph.reshape(doubled, steps, head);
    const [left, middle, right] = [cut(0, 0), cut(0, head), cut(head, 2 ** 40)];
    const pairs = graph.reshape(middle, 1, heads, steps, head / 2, 2);
    const [even, odd] = graph.op('Split', [pairs, graph.ints(1, 1)], { axis: 4 }, 2);
    const flat = (part: string): string => graph.one('Unsqueeze', [graph.one('Squeeze', [part, graph.ints(4)]), graph.ints(-1)]);
    const turned = graph.reshape(graph.one('Concat', [graph.one('Neg', [flat(odd)]), flat(even)], { axis: -1 }), 1, heads, steps, head);
    const scaled = (part: string, factor: string): string =>
      graph.one('Mul', [graph.one('Mul', [part, graph.one(factor, [table])]), graph.scalar(1)]);
    const sum = graph.one('Add', [scaled(middle, 'Cos'), scaled(turned, 'Sin')]);
    return graph.one('Cast', [graph.one('Concat', [left, sum, right], { axis: -1 })], { to: DataType.float });
  }

  private gatedConvolution(x: string, path: string): string {
    const { graph } = this;
    const { width } = this.shape;
    const back = [1, 2, 0];
    const enter = this.lif(this.norm(this.conv(x, width, width, 1, 1, true, back), width), `${path}.enter_lif`);
    const mixed = this.lif(this.norm(this.conv(enter, width, width, 31, width, false, back), width), `${path}.mix_lif`);
    const both = this.norm(this.conv(mixed, width, 2 * width, 1, 1, true, back), 2 * width);
    const half = (first: number): string =>
      graph.one('Slice', [both, graph.ints(first), graph.ints(first + width), graph.ints(2), graph.ints(1)]);
    const signal = half(0);
    const gate = this.projection(this.lif(half(width), `${path}.gating.lif`), width, width, `${path}.gating.gate`);
    return this.lif(graph.one('Mul', [signal, gate]), `${path}.lif`);
  }

  private projection(x: string, inputs: number, outputs: number, path: string): string {
    const { graph } = this;
    graph.path = `/${path}`;
    const product = graph.one('MatMul', [x, this.weights(`${path}.weight`, [inputs, outputs], 0.5)]);
    return this.lif(this.norm(graph.one('Add', [this.weights(`${path}.bias`, [outputs], 0.3), product]), outputs), `${path}.lif`, outputs);
  }

  private conv(x: string, inputs: number, outputs: number, taps: number, group: number, biased: boolean, perm: number[]): string {
    const { graph } = this;
    const name = `conv.${graph.nodes.length}`;
    const kernel = this.weights(`${name}.weight`, [outputs, inputs / group, taps], 0.6);
    const operands = [graph.transpose(x, ...perm), kernel, ...(biased ? [this.weights(`${name}.bias`, [outputs], 0.3)] : [])];
    const pad = (taps - 1) / 2;
    const y = graph.one('Conv', operands, { kernel_shape: [taps], pads: [pad, pad], strides: [1], dilations: [1], group });
    return graph.transpose(y, 2, 0, 1);
  }

  private norm(x: string, width: number): string {
    const { graph } = this;
    const name = `norm.${graph.nodes.length}`;
    const positive = graph.initializer(
      `${name}.var`,
      [width],
      Float32Array.from({ length: width }, () => 0.5 + this.random() ** 2),
    );
    const operands = [
      this.weights(`${name}.weight`, [width], 1),
      this.weights(`${name}.bias`, [width], 0.5),
      this.weights(`${name}.mean`, [width], 0.3),
    ];
    const flat = graph.one('Flatten', [x], { axis: 2 });
    return graph.reshape(
      graph.one('BatchNormalization', [flat, ...operands, positive], { epsilon: { float: 1e-5 } }),
      this.shape.steps,
      1,
      -1,
    );
  }

  private lif(x: string, path: string, channels = this.shape.width): string {
    const { form, steps } = this.shape;
    if (form === 'custom') return customLif(this.graph, x, path);
    if (form === 'scan-operator') return scanLif(this.graph, x, steps, channels);
    if (form === 'unrolled') return unrolledLif(this.graph, x, steps);
    return loopLif(this.graph, x, steps, channels, { collect: form === 'loop' ? 'scatter' : form });
  }

  private weights(name: string, dims: readonly number[], scale: number): string {
    const length = dims.reduce((a, b) => a * b, 1);
    return this.graph.initializer(
      name,
      dims,
      Float32Array.from({ length }, () => scale * this.random() * 2),
    );
  }

  /** Uniform in -1 .. 1 (Lehmer). */
  private random(): number {
    this.state = (this.state * 48271) % 2147483647;
    return this.state / 1073741823.5 - 1;
  }
}
