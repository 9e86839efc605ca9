import { type Dependence, findDependences, findWholeClipNodes, reachAhead } from './dependence.ts';
import { membraneParameters, type NeuronParameters, neuronKind, neuronParameters } from './describe-neuron.ts';
import type { NodeId } from './ids.ts';
import type { Network, NetworkNode, Origin, Timeline } from './network.ts';
import { describePayload } from './payload.ts';
import { findSegments, type ReplayedStream } from './segments.ts';
import { type Synapses, synapseCount } from './synapses.ts';

export const INSPECTED_VERSION = 1;

/** What was recovered from a model: the data of `spikec inspect --json`. Nodes go by their names. */
export interface InspectedNetwork {
  readonly version: typeof INSPECTED_VERSION;
  readonly model: { readonly name: string; readonly file: string; readonly format: Network['format']; readonly parameters: number };
  readonly timesteps: number;
  readonly classes: number;
  readonly inputs: readonly { readonly name: string; readonly role: string; readonly size: number; readonly payload: string }[];
  readonly populations: readonly InspectedPopulation[];
  readonly projections: readonly InspectedEdge[];
  readonly operations: readonly InspectedOperation[];
  readonly segments: readonly InspectedSegment[];
}

interface InspectedPopulation extends Dependence {
  readonly name: string;
  readonly origin: Origin;
  readonly neurons: number;
  /** 'LIF', 'IF', 'CUBA-LIF', … */
  readonly kind: string;
  readonly parameters: NeuronParameters;
}

/** A projection, or a stream that something reads directly. */
interface InspectedEdge {
  readonly from: string;
  readonly to: string;
  /** 'dense', 'time-convolution', 'one-to-one', …; 'gate'; or the kind of the operation that reads: 'sum', 'rotary', … */
  readonly kind: string;
  /** Which operand it is, where there are several kinds: 'query', 'key', 'value', 'mask', 'gate'. */
  readonly role: string | null;
  /** What travels along it: 'binary', 'integer 0..5', 'real'. */
  readonly payload: string;
  /** Trained links; 0 for an edge without weights. */
  readonly synapses: number;
  /** Timesteps from a spike to the step that reads it; left out: 0. */
  readonly delaySteps?: number;
  /** Timesteps beyond the reader's own step that it is read at; null: the whole clip. */
  readonly lookahead: number | null;
}

/** What is no neuron: constants, sums, rotary codes, reorders, attention, and the read-out. */
interface InspectedOperation extends Dependence {
  readonly name: string;
  readonly kind: string;
  readonly origin: Origin;
  readonly inputs: readonly string[];
  readonly payload: string;
  /** Of the membranes of an integrator, or of a read-out that integrates. */
  readonly parameters?: NeuronParameters;
  /** Does a step of its output need every step of its input? */
  readonly wholeClip: boolean;
}

/** Populations that advance in lock-step; between segments, spikes are buffered and replayed. */
interface InspectedSegment {
  readonly index: number;
  /** Why a new segment begins here. */
  readonly reason: string;
  readonly timeline: { readonly name: string; readonly steps: number; readonly order: Timeline['order'] };
  readonly populations: readonly string[];
  /** Steps by which its last node lags behind what is replayed into it. */
  readonly lookahead: number;
  readonly prepared: readonly string[];
  readonly replayed: readonly InspectedBuffer[];
  readonly buffered: readonly InspectedBuffer[];
}

interface InspectedBuffer {
  readonly stream: string;
  readonly values: number;
  readonly payload: string;
}

export function inspectNetwork(network: Network): InspectedNetwork {
  const output = network.nodes.find((node) => node.id === network.output);
  if (output === undefined) throw new Error('the network has no read-out');
  return new Inspector(network).inspect(output);
}

class Inspector {
  private readonly network: Network;
  private readonly nodes: ReadonlyMap<NodeId, NetworkNode>;
  private readonly dependences: ReadonlyMap<NodeId, Dependence>;
  private readonly wholeClip: ReadonlySet<NodeId>;

  constructor(network: Network) {
    this.network = network;
    this.nodes = new Map(network.nodes.map((node) => [node.id, node]));
    this.dependences = findDependences(network);
    this.wholeClip = findWholeClipNodes(network);
  }

  inspect(output: NetworkNode): InspectedNetwork {
    const { name, format, parameterCount, timesteps, nodes } = this.network;
    const edges = nodes.flatMap((node) => this.edgesInto(node));
    return {
      version: INSPECTED_VERSION,
      model: { name, file: output.origin.file, format, parameters: parameterCount },
      timesteps,
      classes: output.size,
      inputs: nodes.flatMap((node) =>
        node.kind === 'input' ? [{ name: node.name, role: node.role, size: node.size, payload: describePayload(node.payload) }] : [],
      ),
      populations: nodes.flatMap((node) => this.population(node)),
      projections: edges,
      operations: nodes.flatMap((node) => this.operation(node, edges)),
      segments: this.segments(),
    };
  }

  private population(node: NetworkNode): InspectedPopulation[] {
    if (node.kind !== 'population') return [];
    const { name, origin, size, neuron } = node;
    return [{ name, origin, neurons: size, kind: neuronKind(neuron), parameters: neuronParameters(neuron), ...this.dependenceOf(node.id) }];
  }

  private operation(node: NetworkNode, edges: readonly InspectedEdge[]): InspectedOperation[] {
    if (node.kind === 'population' || node.kind === 'input') return [];
    const { name, kind, origin, payload } = node;
    const inputs = edges.filter((edge) => edge.to === name).map((edge) => edge.from);
    const wholeClip = this.wholeClip.has(node.id);
    const membrane = node.kind === 'integrator' || node.kind === 'readout' ? node.membrane : undefined;
    const parameters = membrane === undefined ? {} : { parameters: membraneParameters(membrane) };
    return [{ name, kind, origin, inputs, payload: describePayload(payload), ...parameters, wholeClip, ...this.dependenceOf(node.id) }];
  }

  private edgesInto(node: NetworkNode): InspectedEdge[] {
    const lookahead = this.wholeClip.has(node.id) ? null : 0;
    const direct = (source: NodeId, kind: string, role: string | null = null): InspectedEdge => ({
      ...this.edge(source, node),
      kind,
      role,
      synapses: 0,
      lookahead,
    });
    switch (node.kind) {
      case 'input':
      case 'constant':
        return [];
      case 'population':
      case 'integrator':
      case 'readout': {
        const projections = this.network.projections.filter((projection) => projection.target === node.id);
        const edges = projections.map((projection) => ({
          ...this.edge(projection.source, node),
          kind: projection.synapses.kind,
          role: null,
          synapses: trainedLinks(projection.synapses),
          ...(projection.delaySteps === 0 ? {} : { delaySteps: projection.delaySteps }),
          lookahead: Math.max(0, reachAhead(projection)),
        }));
        return node.kind !== 'population' || node.gate === null ? edges : [...edges, direct(node.gate, 'gate', 'gate')];
      }
      case 'sum':
        return node.terms.map((term) => direct(term, 'sum'));
      case 'rotary':
      case 'reorder':
        return [direct(node.source, node.kind)];
      case 'attention':
      case 'fast-weights': {
        const edges = [direct(node.query, node.kind, 'query'), direct(node.key, node.kind, 'key'), direct(node.value, node.kind, 'value')];
        return node.mask === null ? edges : [...edges, direct(node.mask, node.kind, 'mask')];
      }
    }
  }

  private edge(source: NodeId, target: NetworkNode): { readonly from: string; readonly to: string; readonly payload: string } {
    return { from: this.nameOf(source), to: target.name, payload: this.payloadOf(source) };
  }

  private segments(): readonly InspectedSegment[] {
    const timelines = new Map(this.network.timelines.map((timeline) => [timeline.id, timeline]));
    return findSegments(this.network).map((segment) => {
      const { steps, order } = timelines.get(segment.timeline) ?? { steps: 0, order: 'time' };
      const populations = segment.nodes.filter((id) => this.nodes.get(id)?.kind === 'population');
      return {
        index: segment.index,
        reason: segment.index === 0 ? 'the clip begins' : describeCut(segment.cutBy.map((id) => this.nameOf(id))),
        timeline: { name: segment.timeline, steps, order },
        populations: populations.map((id) => this.nameOf(id)),
        lookahead: segment.lookahead,
        prepared: segment.prepared.map((id) => this.nameOf(id)),
        replayed: segment.replayed.map((stream) => this.buffer(stream)),
        buffered: segment.buffered.map((stream) => this.buffer(stream)),
      };
    });
  }

  private buffer({ stream, values }: ReplayedStream): InspectedBuffer {
    return { stream: this.nameOf(stream), values, payload: this.payloadOf(stream) };
  }

  private nameOf(id: NodeId): string {
    return this.nodes.get(id)?.name ?? id;
  }

  private payloadOf(id: NodeId): string {
    const node = this.nodes.get(id);
    return node === undefined ? '' : describePayload(node.payload);
  }

  private dependenceOf(id: NodeId): Dependence {
    const dependence = this.dependences.get(id);
    if (dependence === undefined) throw new Error(`${id} is not in the network`);
    return dependence;
  }
}

const trainedLinks = (synapses: Synapses): number =>
  synapses.kind === 'one-to-one' && synapses.weights === null ? 0 : synapseCount(synapses);

const describeCut = (names: readonly string[]): string =>
  names.length === 0 ? 'another walk over the same clip' : `${names.join(', ')} ${names.length === 1 ? 'needs' : 'need'} the whole clip`;
