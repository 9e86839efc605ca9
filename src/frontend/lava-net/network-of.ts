import { type DiagnosticError, failure } from '../../diagnostics/index.ts';
import { type NodeId, nodeId, projectionId, type TimelineId, timelineId } from '../../ir/ids.ts';
import { type LavaNet, NET_BIAS_EXPONENT, NET_UNIT, type NetLayer, type NetNeuron } from '../../ir/lava-net.ts';
import {
  NETWORK_VERSION,
  type Network,
  type NetworkNode,
  type Origin,
  type PopulationNode,
  type Projection,
  type ReadoutNode,
} from '../../ir/network.ts';
import type { IntegerNeuron } from '../../ir/neuron.ts';
import { BINARY, integer, REAL } from '../../ir/payload.ts';
import { networkName } from '../network-name.ts';
import type { LavaNetOptions } from './index.ts';
import { denseSynapses, windowSynapses } from './synapses.ts';

type Volume = readonly [number, number, number];

/** Units of one spike through a weight of 1: what a read-out of spikes divides by. */
const SPIKE_UNITS = 64;

/** The threshold register's values; a layer above it never fires. */
const THRESHOLD_MAX = 2 ** 17 - 1;

/** What the next layer reads. */
interface Stream {
  readonly id: NodeId;
  readonly size: number;
  /** null: a row. */
  readonly volume: Volume | null;
  readonly spikes: boolean;
}

/** The layers as populations in a row, behind them a read-out. Throws `lava-net-malformed` and `lava-net-unsupported`. */
export function networkOf(net: LavaNet, options: LavaNetOptions & { readonly steps: number }): Network {
  return new Builder(net, options).build();
}

class Builder {
  private readonly net: LavaNet;
  private readonly options: LavaNetOptions & { readonly steps: number };
  private readonly timeline: TimelineId = timelineId('time');
  private readonly nodes: NetworkNode[] = [];
  private readonly projections: Projection[] = [];
  private stream: Stream | null = null;
  private output: NodeId | null = null;

  constructor(net: LavaNet, options: LavaNetOptions & { readonly steps: number }) {
    this.net = net;
    this.options = options;
  }

  build(): Network {
    const { file, steps } = this.options;
    for (const [index, layer] of this.net.layers.entries()) this.add(layer, index);
    const output = this.output ?? this.readSpikes();
    return {
      version: NETWORK_VERSION,
      name: networkName(file, 'net'),
      format: 'lava-dl',
      timesteps: steps,
      timelines: [{ id: this.timeline, steps, order: 'time' }],
      nodes: this.nodes,
      projections: this.projections,
      output,
      parameterCount: parametersOf(this.net),
      schedule: null,
    };
  }

  private add(layer: NetLayer, index: number): void {
    if (this.output !== null) throw this.malformed(index, 'stands behind a read-out');
    switch (layer.kind) {
      case 'input':
        this.addInput(layer, index);
        return;
      case 'flatten': {
        const stream = this.stream ?? this.noInput(index);
        this.stream = { ...stream, volume: null };
        return;
      }
      case 'average':
        this.addAverage(layer.outputs, index);
        return;
      case 'dense':
        this.addDense(layer, index);
        return;
      case 'conv':
      case 'pool':
        this.addWindow(layer, index);
    }
  }

  private addInput({ shape, neurons }: Extract<NetLayer, { kind: 'input' }>, index: number): void {
    if (this.stream !== null) throw this.malformed(index, 'is an input behind another layer');
    const size = shape.reduce((product, length) => product * length, 1);
    const volume: Volume | null = shape.length === 3 ? [shape[0], shape[1], shape[2]] : null;
    const stream = this.input(size, volume, index);
    this.stream = stream;
    if (neurons === null) return;
    const { neuron, weight, bias } = neurons;
    if (neuron.iDecay !== 4096 && bias !== 0)
      throw this.unsupported(
        index,
        'has neurons with a synaptic current and a bias',
        'SLAYER adds such a bias to the current, Lava to the potential',
      );
    const weights = new Int16Array(size).fill(weight);
    this.addPopulation(index, 'input', size, volume, neuron, bias === 0 ? null : new Int32Array(size).fill(bias));
    this.connect(
      stream.id,
      { synapses: { kind: 'one-to-one', sources: size, targets: size, weights }, delaySteps: 0, weightExponent: 0 },
      index,
    );
  }

  private addDense(layer: Extract<NetLayer, { kind: 'dense' }>, index: number): void {
    const stream = this.stream ?? this.input(layer.inFeatures, null, null);
    if (stream.size !== layer.inFeatures) throw this.malformed(index, `reads ${layer.inFeatures} values of a layer of ${stream.size}`);
    const { outFeatures, neuron, bias, weightRec } = layer;
    const read = denseSynapses(layer);
    if (neuron === null || isReadout(neuron)) {
      if (weightRec !== null) throw this.unsupported(index, 'is recurrent and never fires', 'a read-out has no spikes to feed back');
      this.addReadout(index, outFeatures, bias, NET_UNIT);
      this.connect(stream.id, this.delayed(read), index);
      return;
    }
    const id = this.addPopulation(index, 'dense', outFeatures, null, neuron, bias);
    this.connect(stream.id, this.delayed(read), index);
    if (weightRec === null) return;
    const loop = denseSynapses({ inFeatures: outFeatures, outFeatures, weight: weightRec, delay: null });
    this.connect(id, { ...loop, delaySteps: 1 }, index);
  }

  private addWindow(layer: Extract<NetLayer, { kind: 'conv' | 'pool' }>, index: number): void {
    const stream = this.stream;
    if (stream === null)
      throw this.unsupported(
        index,
        'reads an input whose rows and columns the file does not say',
        'an `input` layer in front of it says them',
      );
    const { volume } = stream;
    if (volume === null) throw this.malformed(index, 'reads a layer without rows and columns');
    const [channels, ...lengths] = volume;
    const read = layer.kind === 'conv' ? layer.inChannels : layer.shape[0];
    if (read !== channels) throw this.malformed(index, `reads ${read} channels of a layer that has ${channels}`);
    const wanted = lengths.map(
      (length, k) => Math.floor((length + 2 * layer.padding[k] - layer.dilation[k] * (layer.kernelSize[k] - 1) - 1) / layer.stride[k]) + 1,
    );
    if (wanted[0] !== layer.shape[1] || wanted[1] !== layer.shape[2])
      throw this.malformed(
        index,
        `has a shape of ${layer.shape.slice(1).join(' x ')}, and its window over ${lengths.join(' x ')} gives ${wanted.join(' x ')}`,
      );
    const [, rows, columns] = layer.shape;
    const bias =
      layer.bias === null
        ? null
        : Int32Array.from({ length: layer.shape[0] * rows * columns }, (_, i) => layer.bias?.[Math.floor(i / (rows * columns))] ?? 0);
    const size = layer.shape[0] * rows * columns;
    this.addPopulation(index, layer.kind, size, layer.shape, layer.neuron, bias);
    this.connect(stream.id, this.delayed(windowSynapses(layer, volume)), index);
  }

  private addAverage(outputs: number, index: number): void {
    const stream = this.stream ?? this.noInput(index);
    const run = stream.size / outputs;
    if (!Number.isInteger(run)) throw this.malformed(index, `takes ${outputs} means of a layer of ${stream.size}`);
    const sources = stream.size;
    const synapses = {
      kind: 'sparse',
      sources,
      targets: outputs,
      sourceIndex: Int32Array.from({ length: sources }, (_, i) => i),
      targetIndex: Int32Array.from({ length: sources }, (_, i) => Math.floor(i / run)),
      weights: new Int16Array(sources).fill(1),
      delays: null,
    } as const;
    this.addReadout(index, outputs, null, SPIKE_UNITS * run);
    this.connect(stream.id, { synapses, delaySteps: 0, weightExponent: 0 }, index);
  }

  /** The spikes of the last layer as they are. */
  private readSpikes(): NodeId {
    const stream = this.stream;
    const index = this.net.layers.length - 1;
    if (stream === null || !stream.spikes)
      throw failure('no-spiking-neuron', 'the lava-dl network has no spiking neuron', { places: [{ file: this.options.file }] });
    const weights = new Int16Array(stream.size).fill(1);
    const output = this.addReadout(null, stream.size, null, SPIKE_UNITS);
    this.connect(
      stream.id,
      { synapses: { kind: 'one-to-one', sources: stream.size, targets: stream.size, weights }, delaySteps: 0, weightExponent: 0 },
      index,
    );
    return output;
  }

  private input(size: number, volume: Volume | null, index: number | null): Stream {
    const name = 'input';
    this.nodes.push({ ...this.common(name, 'lava-dl-input', index), kind: 'input', role: 'features', size, payload: integer(0, null) });
    return { id: nodeId(name), size, volume, spikes: false };
  }

  private addPopulation(
    index: number,
    kind: string,
    size: number,
    volume: Volume | null,
    neuron: NetNeuron,
    bias: Int32Array | null,
  ): NodeId {
    if (neuron.vThMant > THRESHOLD_MAX)
      throw this.unsupported(
        index,
        `has a threshold mantissa of ${neuron.vThMant}, which is never reached`,
        `read here: up to ${THRESHOLD_MAX}; above it, a last dense layer without memory as a read-out`,
      );
    const population: PopulationNode = {
      ...this.common(`${kind}${index}`, neuron.iDecay === 4096 ? 'lava-dl-lif' : 'lava-dl-cuba-lif', index),
      kind: 'population',
      size,
      payload: BINARY,
      bias: unitsOf(bias),
      normalization: null,
      neuron: this.neuronOf(neuron),
      gate: null,
    };
    this.nodes.push(population);
    this.stream = { id: population.id, size, volume, spikes: true };
    return population.id;
  }

  private addReadout(index: number | null, size: number, bias: Int32Array | null, units: number): NodeId {
    const name = index === null ? 'output' : `output${index}`;
    const readout: ReadoutNode = {
      ...this.common(name, 'lava-dl-output', index),
      kind: 'readout',
      size,
      payload: REAL,
      bias: unitsOf(bias),
      normalization: null,
      scale: 1 / units,
    };
    this.nodes.push(readout);
    this.output = readout.id;
    return readout.id;
  }

  /** Into the node that was added last. */
  private connect(source: NodeId, read: Pick<Projection, 'synapses' | 'delaySteps' | 'weightExponent'>, index: number): void {
    const target = this.nodes[this.nodes.length - 1].id;
    this.projections.push({ id: projectionId(`${source} -> ${target}`), source, target, ...read, origin: this.origin('lava-dl', index) });
  }

  private delayed<Read extends { readonly delaySteps: number }>(read: Read): Read {
    return { ...read, delaySteps: read.delaySteps + this.options.layerLatency };
  }

  private neuronOf({ iDecay, vDecay, vThMant }: NetNeuron): IntegerNeuron {
    const neuron: IntegerNeuron = {
      parameters: 'integer',
      currentDecay: iDecay - 1,
      voltageDecay: vDecay,
      thresholdMantissa: vThMant,
      unit: NET_UNIT,
    };
    return this.options.thresholdRule === 'ge' ? { ...neuron, tie: 'ge' } : neuron;
  }

  private common(name: string, recogniser: string, index: number | null) {
    return { id: nodeId(name), name, timeline: this.timeline, origin: this.origin(recogniser, index) };
  }

  private origin(recogniser: string, index: number | null): Origin {
    return { file: this.options.file, recogniser, nodes: index === null ? [] : [`layer/${index}`] };
  }

  private noInput(index: number): never {
    throw this.malformed(index, 'has nothing to read');
  }

  private malformed(index: number, message: string): DiagnosticError {
    return failure('lava-net-malformed', `layer ${index} ${message}`, { places: [{ file: this.options.file, item: `layer/${index}` }] });
  }

  private unsupported(index: number, message: string, note: string): DiagnosticError {
    return failure('lava-net-unsupported', `layer ${index} ${message}`, {
      places: [{ file: this.options.file, item: `layer/${index}` }],
      notes: [note],
    });
  }
}

/** Keeps nothing from step to step and never fires. */
const isReadout = ({ iDecay, vDecay, vThMant }: NetNeuron): boolean => iDecay === 4096 && vDecay === 4096 && vThMant > THRESHOLD_MAX;

const unitsOf = (bias: Int32Array | null): Int32Array | null => bias?.map((value) => value * 2 ** NET_BIAS_EXPONENT) ?? null;

/** Numbers that were trained: weights and biases. */
function parametersOf({ layers }: LavaNet): number {
  let count = 0;
  for (const layer of layers) {
    if (layer.kind === 'input') count += layer.neurons === null ? 0 : 2;
    if (layer.kind === 'dense') count += layer.weight.length + (layer.weightRec?.length ?? 0) + (layer.bias?.length ?? 0);
    if (layer.kind === 'conv') count += layer.weight.length + (layer.bias?.length ?? 0);
    if (layer.kind === 'pool') count += 1 + (layer.bias?.length ?? 0);
  }
  return count;
}
