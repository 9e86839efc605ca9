import { type DiagnosticError, failure } from '../../diagnostics/index.ts';
import { type NodeId, nodeId, projectionId, type TimelineId, timelineId } from '../../ir/ids.ts';
import { NET_BIAS_EXPONENT, NET_THRESHOLD_MAX, NET_UNIT, type NetNeuron } from '../../ir/lava-net.ts';
import type { NetworkNode, Origin, PopulationNode, Projection, ReadoutNode } from '../../ir/network.ts';
import type { DiscreteMembrane, IntegerNeuron } from '../../ir/neuron.ts';
import { BINARY, integer, REAL } from '../../ir/payload.ts';
import type { LavaNetOptions } from './index.ts';
import type { Weighted } from './synapses.ts';

/** (channels, rows, columns). */
export type Volume = readonly [number, number, number];

/** What a layer reads. */
export interface Stream {
  readonly id: NodeId;
  readonly size: number;
  /** null: a row. */
  readonly volume: Volume | null;
  readonly spikes: boolean;
}

/** Never fires, the largest threshold being next to the end of the potential, and keeps nothing from step to step, or all of it. */
export const isReadout = ({ iDecay, vDecay, vThMant }: NetNeuron): boolean =>
  iDecay === 4096 && (vDecay === 4096 || vDecay === 0) && vThMant >= NET_THRESHOLD_MAX;

/** Adds up what arrives. */
const SUM: DiscreteMembrane = { parameters: 'discrete', decay: 1, leak: 0, inputGain: 1, currentDecay: null, initial: 0 };

/** Nodes and projections of a network, in order, each with the layer that it comes from. */
export class Parts {
  readonly timeline: TimelineId = timelineId('time');
  readonly nodes: NetworkNode[] = [];
  readonly projections: Projection[] = [];
  private readonly options: LavaNetOptions;

  constructor(options: LavaNetOptions) {
    this.options = options;
  }

  input(size: number, volume: Volume | null, index: number | null): Stream {
    const name = 'input';
    this.nodes.push({ ...this.common(name, 'lava-dl-input', index), kind: 'input', role: 'features', size, payload: integer(0, null) });
    return { id: nodeId(name), size, volume, spikes: false };
  }

  population(index: number, kind: string, size: number, volume: Volume | null, neuron: NetNeuron, bias: Int32Array | null): Stream {
    if (neuron.vThMant > NET_THRESHOLD_MAX)
      throw this.unsupported(
        index,
        `has a threshold mantissa of ${neuron.vThMant}, which is never reached`,
        `read here: up to ${NET_THRESHOLD_MAX}; from there on, a last dense layer as a read-out, if it forgets all or nothing in a step`,
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
    return { id: population.id, size, volume, spikes: true };
  }

  readout(index: number | null, size: number, bias: Int32Array | null, units: number, neuron: NetNeuron | null = null): NodeId {
    const name = index === null ? 'output' : `output${index}`;
    const node: ReadoutNode = {
      ...this.common(name, 'lava-dl-output', index),
      kind: 'readout',
      size,
      payload: REAL,
      bias: unitsOf(bias),
      normalization: null,
      scale: 1 / units,
      ...(neuron?.vDecay === 0 ? { membrane: SUM } : {}),
    };
    this.nodes.push(node);
    return node.id;
  }

  /** Into the node that was added last. */
  connect(source: NodeId, read: Weighted, index: number): void {
    const target = this.nodes[this.nodes.length - 1].id;
    this.projections.push({ id: projectionId(`${source} -> ${target}`), source, target, ...read, origin: this.origin('lava-dl', index) });
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

  noSpikes(): DiagnosticError {
    return failure('no-spiking-neuron', 'the lava-dl network has no spiking neuron', { places: [{ file: this.options.file }] });
  }

  malformed(index: number, message: string): DiagnosticError {
    return failure('lava-net-malformed', `layer ${index} ${message}`, { places: [{ file: this.options.file, item: `layer/${index}` }] });
  }

  unsupported(index: number, message: string, note: string): DiagnosticError {
    return failure('lava-net-unsupported', `layer ${index} ${message}`, {
      places: [{ file: this.options.file, item: `layer/${index}` }],
      notes: [note],
    });
  }
}

const unitsOf = (bias: Int32Array | null): Int32Array | null => bias?.map((value) => value * 2 ** NET_BIAS_EXPONENT) ?? null;
