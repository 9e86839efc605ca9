import { accumulate, type Stream } from '../../ir/accumulate.ts';
import type { Clip } from '../../ir/clip.ts';
import type { NodeId } from '../../ir/ids.ts';
import type { InputNode, Network, NetworkNode, PopulationNode, Projection, ReadoutNode, TargetNode } from '../../ir/network.ts';
import { isIntegerNeuron } from '../../ir/neuron.ts';
import { quantizeFeatures } from '../../ir/quantized-features.ts';
import { findStages } from '../../ir/stages.ts';
import { discreteOf, integrate } from '../integrate.ts';
import { stepAccum } from './accum-neurons.ts';
import { runFeedback } from './feedback.ts';
import { finishCurrent, initialState, type NeuronState, stepDiscrete, stepInteger } from './neurons.ts';
import { attend, recall, reorder, rotate } from './operations.ts';
import { byReceptor, neuronOf, receptorsOf } from './receptors.ts';

export type { Stream } from '../../ir/accumulate.ts';

/** Every stream of one clip, and what the read-out says. */
export interface NetworkRun {
  /** [steps, size] row-major, by node. */
  readonly streams: ReadonlyMap<NodeId, Stream>;
  /** [steps, classes]. */
  readonly logits: Float32Array;
  /** Integer networks: input currents that left the chip's 24 bits, and the largest |v|; by population. */
  readonly ranges: ReadonlyMap<NodeId, { readonly overflows: number; readonly peak: number }>;
  /** Updates that changed a membrane potential (see NeuronState), of all populations together; those of SpiNNaker's neurons are not counted. */
  readonly membraneUpdates: number;
}

/** What the readers of a node get in place of its stream: the stream itself, or one from elsewhere. */
export type HandOn = (node: NetworkNode, stream: Stream) => Stream;

/** Shown what projections brought to a node of a real-valued network, [steps, size], before its bias and normalisation. */
export type Watch = (node: TargetNode, sums: Stream) => void;

/**
 * Runs a network on one clip in model time, node after node over the whole buffered clip: the definition of what a Network computes.
 * Discrete networks in float32, integer ones in the chip's integers.
 */
export function simulateNetwork(network: Network, clip: Clip, handOn: HandOn = (_, stream) => stream, watch: Watch = () => {}): NetworkRun {
  const run = new Evaluation(network, clip, handOn, watch);
  for (const { nodes, feedback } of findStages(network)) {
    if (feedback) run.evaluateTogether(nodes);
    else for (const node of nodes) run.evaluate(node);
  }
  return run.finish();
}

/** Loihi counts an arriving mantissa 64 times. */
const INPUT_FACTOR = 64;

class Evaluation {
  private readonly network: Network;
  private readonly clip: Clip;
  private readonly handOn: HandOn;
  private readonly watch: Watch;
  private membraneUpdates = 0;
  private readonly streams = new Map<NodeId, Stream>();
  private readonly ranges = new Map<NodeId, { overflows: number; peak: number }>();
  private readonly steps: ReadonlyMap<string, number>;
  private readonly incoming = new Map<NodeId, Projection[]>();

  constructor(network: Network, clip: Clip, handOn: HandOn, watch: Watch) {
    this.network = network;
    this.clip = clip;
    this.handOn = handOn;
    this.watch = watch;
    this.steps = new Map(network.timelines.map((timeline) => [timeline.id, timeline.steps]));
    for (const projection of network.projections) {
      const list = this.incoming.get(projection.target);
      if (list === undefined) this.incoming.set(projection.target, [projection]);
      else list.push(projection);
    }
  }

  evaluate(node: NetworkNode): void {
    this.streams.set(node.id, this.handOn(node, this.streamOf(node)));
  }

  /** Populations in a loop of feedback, all of them step by step. */
  evaluateTogether(nodes: readonly NetworkNode[]): void {
    const results = runFeedback(this.network, nodes, {
      steps: this.stepsOf(nodes[0]),
      accumulateOutside: (node, currents) => this.accumulateInto(node, currents),
      read: (id) => this.streams.get(id) ?? null,
    });
    for (const { node, currents, stream, ranges, state } of results) {
      for (const each of currents) this.watch(node, each);
      this.membraneUpdates += state.updates;
      this.streams.set(node.id, this.handOn(node, stream));
      if (node.kind === 'population' && isIntegerNeuron(node.neuron)) this.ranges.set(node.id, ranges);
    }
  }

  finish(): NetworkRun {
    const output = this.network.nodes.find((node): node is ReadoutNode => node.id === this.network.output && node.kind === 'readout');
    if (output === undefined) throw new Error('the network has no read-out');
    const values = this.read(output.id);
    const sums = Float32Array.from(values, (value) => value * output.scale);
    const logits = output.membrane === undefined ? sums : integrate(discreteOf(output), sums, output.size);
    return { streams: this.streams, logits, ranges: this.ranges, membraneUpdates: this.membraneUpdates };
  }

  private streamOf(node: NetworkNode): Stream {
    switch (node.kind) {
      case 'input':
        return node.role === 'mask' ? Float32Array.from(this.clip.valid) : channelsFrom(this.clip, node);
      case 'constant':
        return node.values;
      case 'population':
        return this.spikesOf(node);
      case 'integrator':
        return integrate(discreteOf(node), this.currentOf(node), node.size);
      case 'readout':
        return node.bias instanceof Int32Array || this.isInteger() ? this.integerReadout(node) : this.currentOf(node);
      case 'sum': {
        const out = new Float32Array(this.stepsOf(node) * node.size);
        for (const term of node.terms) {
          const x = this.read(term);
          for (let i = 0; i < out.length; i++) out[i] += x[i];
        }
        return out;
      }
      case 'rotary':
        return rotate(node, this.read(node.source));
      case 'reorder':
        return reorder(node, this.read(node.source));
      case 'attention':
        return attend(node, this.operandsOf(node));
      case 'fast-weights':
        return recall(node, this.operandsOf(node));
    }
  }

  private spikesOf(node: PopulationNode): Stream {
    const gate = node.gate === null ? null : this.read(node.gate);
    const { neuron } = node;
    switch (neuron.parameters) {
      case 'discrete':
        return this.counted(initialState(neuron, node.size), (state) => stepDiscrete(neuron, this.currentOf(node), gate, node.size, state));
      case 'integer': {
        const bias = node.bias === null ? null : Int32Array.from(node.bias);
        const result = this.counted(initialState(neuron, node.size), (state) =>
          stepInteger(neuron, this.arrivingAt(node)[0], bias, gate, node.size, state),
        );
        this.ranges.set(node.id, { overflows: result.overflows, peak: result.peak });
        return result.spikes;
      }
      case 'accum': {
        const bias = node.bias === null ? null : Int32Array.from(node.bias);
        const result = stepAccum(neuron, this.arrivingAt(node), bias, gate, node.size);
        this.ranges.set(node.id, { overflows: result.overflows, peak: result.peak });
        return result.spikes;
      }
      case 'continuous':
        throw new Error(`population ${node.name} is in continuous time: discretize it first`);
    }
  }

  private counted<Result>(state: NeuronState, step: (state: NeuronState) => Result): Result {
    const result = step(state);
    this.membraneUpdates += state.updates;
    return result;
  }

  /** normalization(sum of projections + bias), float32 [steps, size]. */
  private currentOf(node: TargetNode): Float32Array {
    const out = new Float32Array(this.stepsOf(node) * node.size);
    this.accumulateInto(node, [out]);
    this.watch(node, out);
    finishCurrent(node, out);
    return out;
  }

  /** Sums of projections, int32 [steps, size], by receptor. */
  private arrivingAt(node: TargetNode): readonly Int32Array[] {
    const out = Array.from({ length: receptorsOf(neuronOf(node)) }, () => new Int32Array(this.stepsOf(node) * node.size));
    this.accumulateInto(node, out);
    return out;
  }

  private integerReadout(node: ReadoutNode): Int32Array {
    const { bias, size } = node;
    const factor = this.isAccum() ? 1 : INPUT_FACTOR;
    return this.arrivingAt(node)[0].map((sum, i) => sum * factor + (bias === null ? 0 : bias[i % size]));
  }

  private accumulateInto(node: TargetNode, out: readonly Stream[]): void {
    for (const projection of this.incoming.get(node.id) ?? []) {
      const stream = this.streams.get(projection.source);
      // Inside a loop of feedback: its spikes arrive step by step.
      if (stream === undefined) continue;
      const source = { stream, steps: stream.length / projection.synapses.sources };
      const { synapses, delaySteps, weightExponent } = projection;
      for (const [receptor, part] of byReceptor(synapses, neuronOf(node)).entries())
        accumulate(part, source, { stream: out[receptor], steps: this.stepsOf(node) }, delaySteps, weightExponent);
    }
  }

  private isInteger(): boolean {
    return this.network.nodes.some((node) => node.kind === 'population' && isIntegerNeuron(node.neuron));
  }

  private isAccum(): boolean {
    return this.network.nodes.some((node) => node.kind === 'population' && node.neuron.parameters === 'accum');
  }

  private operandsOf(node: { query: NodeId; key: NodeId; value: NodeId; mask: NodeId | null }) {
    return {
      query: this.read(node.query),
      key: this.read(node.key),
      value: this.read(node.value),
      mask: node.mask === null ? null : this.read(node.mask),
    };
  }

  private stepsOf(node: NetworkNode): number {
    return this.steps.get(node.timeline) ?? 0;
  }

  private read(id: NodeId): Stream {
    const stream = this.streams.get(id);
    if (stream === undefined) throw new Error(`stream ${id} is read before it exists`);
    return stream;
  }
}

/** The clip's features, as they are sent, or the channels of one input among several. */
function channelsFrom({ features, channels, steps }: Clip, { firstChannel = 0, size, quantized = [] }: InputNode): Float32Array {
  const { values } = quantizeFeatures(features, channels, quantized);
  if (size === channels) return values;
  const out = new Float32Array(steps * size);
  for (let t = 0; t < steps; t++) out.set(values.subarray(t * channels + firstChannel, t * channels + firstChannel + size), t * size);
  return out;
}
