import type { NodeId } from '../../ir/ids.ts';
import { type LavaNet, NET_UNIT, type NetLayer } from '../../ir/lava-net.ts';
import { NETWORK_VERSION, type Network } from '../../ir/network.ts';
import { networkName } from '../network-name.ts';
import type { LavaNetOptions } from './index.ts';
import { isReadout, Parts, type Stream, type Volume } from './parts.ts';
import { denseSynapses, oneToOne, windowSynapses } from './synapses.ts';

/** Units of one spike through a weight of 1: what a read-out of spikes divides by. */
const SPIKE_UNITS = 64;

/** The layers as populations in a row, behind them a read-out. Throws `lava-net-malformed` and `lava-net-unsupported`. */
export function networkOf(net: LavaNet, options: LavaNetOptions & { readonly steps: number }): Network {
  return new Builder(net, options).build();
}

class Builder {
  private readonly net: LavaNet;
  private readonly options: LavaNetOptions & { readonly steps: number };
  private readonly parts: Parts;
  private stream: Stream | null = null;
  private output: NodeId | null = null;

  constructor(net: LavaNet, options: LavaNetOptions & { readonly steps: number }) {
    this.net = net;
    this.options = options;
    this.parts = new Parts(options);
  }

  build(): Network {
    const { file, steps } = this.options;
    for (const [index, layer] of this.net.layers.entries()) this.add(layer, index);
    const output = this.output ?? this.readSpikes();
    if (!this.parts.nodes.some(({ kind }) => kind === 'population')) throw this.parts.noSpikes();
    return {
      version: NETWORK_VERSION,
      name: networkName(file, 'net'),
      format: 'lava-dl',
      timesteps: steps,
      timelines: [{ id: this.parts.timeline, steps, order: 'time' }],
      nodes: this.parts.nodes,
      projections: this.parts.projections,
      output,
      parameterCount: parametersOf(this.net),
      schedule: null,
    };
  }

  private add(layer: NetLayer, index: number): void {
    if (this.output !== null) throw this.parts.malformed(index, 'stands behind a read-out');
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
    if (this.stream !== null) throw this.parts.malformed(index, 'is an input behind another layer');
    const size = shape.reduce((product, length) => product * length, 1);
    const volume: Volume | null = shape.length === 3 ? [shape[0], shape[1], shape[2]] : null;
    const stream = this.parts.input(size, volume, index);
    this.stream = stream;
    if (neurons === null) return;
    const { neuron, weight, bias } = neurons;
    if (neuron.iDecay !== 4096 && bias !== 0)
      throw this.parts.unsupported(
        index,
        'has neurons with a synaptic current and a bias',
        'SLAYER adds such a bias to the current, Lava to the potential',
      );
    this.stream = this.parts.population(index, 'input', size, volume, neuron, bias === 0 ? null : new Int32Array(size).fill(bias));
    this.parts.connect(stream.id, oneToOne(size, weight), index);
  }

  private addDense(layer: Extract<NetLayer, { kind: 'dense' }>, index: number): void {
    const stream = this.stream ?? this.parts.input(layer.inFeatures, null, null);
    if (stream.size !== layer.inFeatures)
      throw this.parts.malformed(index, `reads ${layer.inFeatures} values of a layer of ${stream.size}`);
    const { outFeatures, neuron, bias, weightRec } = layer;
    const read = denseSynapses(layer);
    if (neuron === null || isReadout(neuron)) {
      if (weightRec !== null) throw this.parts.unsupported(index, 'is recurrent and never fires', 'a read-out has no spikes to feed back');
      this.output = this.parts.readout(index, outFeatures, bias, NET_UNIT, neuron);
      this.parts.connect(stream.id, this.delayed(read), index);
      return;
    }
    const layerOwn = this.parts.population(index, 'dense', outFeatures, null, neuron, bias);
    this.stream = layerOwn;
    this.parts.connect(stream.id, this.delayed(read), index);
    if (weightRec === null) return;
    const loop = denseSynapses({ inFeatures: outFeatures, outFeatures, weight: weightRec, delay: null });
    this.parts.connect(layerOwn.id, { ...loop, delaySteps: 1 }, index);
  }

  private addWindow(layer: Extract<NetLayer, { kind: 'conv' | 'pool' }>, index: number): void {
    const stream = this.stream;
    if (stream === null)
      throw this.parts.unsupported(
        index,
        'reads an input whose rows and columns the file does not say',
        'an `input` layer in front of it says them',
      );
    const { volume } = stream;
    if (volume === null) throw this.parts.malformed(index, 'reads a layer without rows and columns');
    const [channels, ...lengths] = volume;
    const read = layer.kind === 'conv' ? layer.inChannels : layer.shape[0];
    if (read !== channels) throw this.parts.malformed(index, `reads ${read} channels of a layer that has ${channels}`);
    const wanted = lengths.map(
      (length, k) => Math.floor((length + 2 * layer.padding[k] - layer.dilation[k] * (layer.kernelSize[k] - 1) - 1) / layer.stride[k]) + 1,
    );
    if (wanted[0] !== layer.shape[1] || wanted[1] !== layer.shape[2])
      throw this.parts.malformed(
        index,
        `has a shape of ${layer.shape.slice(1).join(' x ')}, and its window over ${lengths.join(' x ')} gives ${wanted.join(' x ')}`,
      );
    const [, rows, columns] = layer.shape;
    const bias =
      layer.bias === null
        ? null
        : Int32Array.from({ length: layer.shape[0] * rows * columns }, (_, i) => layer.bias?.[Math.floor(i / (rows * columns))] ?? 0);
    const size = layer.shape[0] * rows * columns;
    this.stream = this.parts.population(index, layer.kind, size, layer.shape, layer.neuron, bias);
    this.parts.connect(stream.id, this.delayed(windowSynapses(layer, volume)), index);
  }

  private addAverage(outputs: number, index: number): void {
    const stream = this.stream ?? this.noInput(index);
    const run = stream.size / outputs;
    if (!Number.isInteger(run)) throw this.parts.malformed(index, `takes ${outputs} means of a layer of ${stream.size}`);
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
    this.output = this.parts.readout(index, outputs, null, SPIKE_UNITS * run);
    this.parts.connect(stream.id, { synapses, delaySteps: 0, weightExponent: 0 }, index);
  }

  /** The spikes of the last layer as they are. */
  private readSpikes(): NodeId {
    const stream = this.stream;
    const index = this.net.layers.length - 1;
    if (stream === null || !stream.spikes) throw this.parts.noSpikes();
    const output = this.parts.readout(null, stream.size, null, SPIKE_UNITS);
    this.parts.connect(stream.id, oneToOne(stream.size, 1), index);
    return output;
  }

  private delayed<Read extends { readonly delaySteps: number }>(read: Read): Read {
    return { ...read, delaySteps: read.delaySteps + this.options.layerLatency };
  }

  private noInput(index: number): never {
    throw this.parts.malformed(index, 'has nothing to read');
  }
}

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
