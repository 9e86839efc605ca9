import { type NodeId, nodeId, projectionId, type TimelineId, timelineId } from '../../ir/ids.ts';
import type {
  ConstantNode,
  InputNode,
  Network,
  NetworkNode,
  Origin,
  Projection,
  ReorderNode,
  SumNode,
  Timeline,
} from '../../ir/network.ts';
import { operandsOf } from '../../ir/operands.ts';
import { BINARY, integer, type Payload, sumPayload } from '../../ir/payload.ts';
import type { Synapses } from '../../ir/synapses.ts';
import { Names } from './names.ts';
import type { NodeBase } from './values.ts';

export const TIME = timelineId('time');
/** One step for the whole clip. */
export const CLIP = timelineId('clip');

/** The node without what the builder decides. */
type Draft<Node> = Node extends NetworkNode ? Omit<Node, 'id' | 'origin'> : never;

/** Collects nodes, projections and timelines in the order of evaluation; ids are names, names are unique. */
export class NetworkBuilder {
  readonly nodes: NetworkNode[] = [];
  readonly timelines: Timeline[] = [];
  private readonly projections: Projection[] = [];
  private readonly file: string;
  private readonly names = new Names();
  private readonly parts: { readonly name: string; readonly first: number; readonly size: number }[] = [];
  /** Nodes that stand for spikes of the step before, by name. */
  private readonly feedback = new Map<string, NodeId>();
  /** Clip step of every element [steps, size] of a stream that is not in clip order; null: its walk is not a clip's. */
  private readonly walks = new Map<NodeId, Int32Array | null>();
  private readonly walkOf = new Map<TimelineId, Int32Array | null>();

  constructor(file: string, steps: number) {
    this.file = file;
    this.timelines.push({ id: TIME, steps, order: 'time' });
  }

  stepsOf(timeline: TimelineId): number {
    return this.timelines.find((known) => known.id === timeline)?.steps ?? 0;
  }

  baseOf(id: NodeId): NodeBase {
    const node = this.nodes.find((known) => known.id === id);
    if (node === undefined) throw new Error(`node ${id} is not in the network`);
    return { kind: 'node', node, steps: this.stepsOf(node.timeline), size: node.size, timeline: node.timeline };
  }

  addInput(name: string, role: InputNode['role'], size: number): NodeBase {
    // The file does not say what the features are; counts without a bound are what event data give.
    const payload = role === 'mask' ? BINARY : integer(0, null);
    return this.add({ kind: 'input', name, role, size, timeline: TIME, payload }, 'graph-input', [name]);
  }

  /** Notes that an input of the file is these channels of the clip. */
  nameChannels(name: string, first: number, size: number): void {
    this.parts.push({ name, first, size });
  }

  /** Channels of the clip that the file calls an input, as an input of their own; null where they are none. */
  inputPart(first: number, size: number): NodeBase | null {
    const part = this.parts.find((known) => known.first === first && known.size === size);
    if (part === undefined) return null;
    const known = this.nodes.find((node) => node.kind === 'input' && node.firstChannel === first && node.size === size);
    if (known !== undefined) return this.baseOf(known.id);
    const { name } = part;
    return this.add(
      { kind: 'input', name, role: 'features', size, firstChannel: first, timeline: TIME, payload: integer(0, null) },
      'graph-input',
      [name],
    );
  }

  /** Adds a node under a name of its own. `alike`: the stream whose order in time it shares, element by element. */
  add(draft: Draft<NetworkNode>, recogniser: string, nodes: readonly string[], alike: NodeId | null = null): NodeBase {
    const name = this.names.claim(draft.name);
    const origin: Origin = { file: this.file, recogniser, nodes };
    const node: NetworkNode = { ...draft, name, id: nodeId(name), origin };
    this.nodes.push(node);
    if (node.timeline !== TIME && node.timeline !== CLIP) this.walks.set(node.id, alike === null ? null : (this.walks.get(alike) ?? null));
    return this.baseOf(node.id);
  }

  project(source: NodeId, target: NodeId, synapses: Synapses, origin: Origin, delaySteps = 0): void {
    const id = projectionId(this.names.claim(`${source} -> ${target}`));
    this.projections.push({ id, source, target, synapses, delaySteps, weightExponent: 0, origin });
  }

  /** A stream [steps, size] that is the same in every clip; the same node for the same values. */
  constantOf(values: Float32Array, size: number, payload: Payload, timeline: TimelineId, name: string, nodes: readonly string[]): NodeBase {
    if (timeline === CLIP && !this.timelines.some(({ id }) => id === CLIP)) this.timelines.push({ id: CLIP, steps: 1, order: 'clip' });
    const known = this.nodes.find(
      (node): node is ConstantNode =>
        node.kind === 'constant' && node.timeline === timeline && node.size === size && sameValues(node.values, values),
    );
    return known === undefined
      ? this.add({ kind: 'constant', name, size, timeline, payload, values }, 'constant', nodes)
      : this.baseOf(known.id);
  }

  /** One spike in each channel, once a clip. */
  spikesOnce(size: number): NodeBase {
    return this.constantOf(new Float32Array(size).fill(1), size, BINARY, CLIP, 'once', []);
  }

  /** The sum of these streams, which share timeline and size; the same node for the same streams. */
  sumOf(terms: readonly NodeId[], name: string, nodes: readonly string[]): NodeBase {
    const known = this.nodes.find((node): node is SumNode => node.kind === 'sum' && node.terms.join('\n') === terms.join('\n'));
    if (known !== undefined) return this.baseOf(known.id);
    const first = this.baseOf(terms[0]);
    const payload = sumPayload(terms.map((term) => this.baseOf(term).node.payload));
    return this.add({ kind: 'sum', name, size: first.size, timeline: first.timeline, payload, terms }, 'residual-sum', nodes, terms[0]);
  }

  /** A stream that stands for spikes of the step before, until closeFeedback says whose. */
  addFeedback(name: string, size: number): NodeBase {
    const base = this.add({ kind: 'input', name, role: 'features', size, timeline: TIME, payload: BINARY }, 'feedback', []);
    this.feedback.set(name, base.node.id);
    return base;
  }

  /** Projections from the stream become projections from the population, a step later. False where something else reads the stream. */
  closeFeedback(name: string, { node: { id, size }, timeline }: NodeBase): boolean {
    const stream = this.feedback.get(name);
    const fits = stream !== undefined && timeline === TIME && this.baseOf(stream).size === size;
    if (!fits || this.nodes.some((node) => operandsOf(node).includes(stream))) return false;
    this.projections.forEach((projection, k) => {
      if (projection.source !== stream) return;
      const closed = { ...projection, source: id, delaySteps: projection.delaySteps + 1 };
      this.projections[k] = { ...closed, id: projectionId(this.names.claim(`${id} -> ${projection.target}`)) };
    });
    return true;
  }

  /** The stream in another order; the same node for the same order. Its timeline is the clip's where the order is the clip's again. */
  reorder(source: NodeId, permutation: Int32Array, name: string, nodes: readonly string[]): NodeBase {
    const known = this.nodes.find(
      (node): node is ReorderNode => node.kind === 'reorder' && node.source === source && sameValues(node.permutation, permutation),
    );
    if (known !== undefined) return this.baseOf(known.id);
    const { node, size, timeline } = this.baseOf(source);
    const before = this.walks.get(source);
    const walk = before === null ? null : permutation.map((from) => (before === undefined ? Math.floor(from / size) : before[from]));
    const target = this.timelineFor(walk, size, this.stepsOf(timeline));
    const added = this.add({ kind: 'reorder', name, size, timeline: target, payload: node.payload, source, permutation }, 'reorder', nodes);
    if (target !== TIME) this.walks.set(added.node.id, walk);
    return added;
  }

  finish(name: string, output: NodeId, parameterCount: number): Network {
    const read = new Set([...this.projections.map(({ source }) => source), ...this.nodes.flatMap(operandsOf)]);
    // Where inputs are read apart, nothing reads them as one.
    const apart = this.nodes.some((node) => node.kind === 'input' && node.firstChannel !== undefined);
    if (apart) for (const { first, size } of this.parts) this.inputPart(first, size);
    const standsIn = new Set(this.feedback.values());
    const unread = (node: NetworkNode): boolean =>
      standsIn.has(node.id) ||
      (apart && node.kind === 'input' && node.role === 'features' && node.firstChannel === undefined && !read.has(node.id));
    return {
      version: 1,
      name,
      format: 'onnx',
      timesteps: this.stepsOf(TIME),
      timelines: this.timelines,
      nodes: this.nodes.filter((node) => !unread(node)),
      projections: this.projections,
      output,
      parameterCount,
      schedule: null,
    };
  }

  /** Streams that walk the clip in the same way advance together. */
  private timelineFor(walk: Int32Array | null, size: number, steps: number): TimelineId {
    if (walk?.every((step, i) => step === Math.floor(i / size))) return TIME;
    for (const [id, known] of this.walkOf) if (walk !== null && known !== null && sameValues(known, walk)) return id;
    const id = timelineId(`permuted-${this.walkOf.size + 1}`);
    this.timelines.push({ id, steps, order: 'permuted' });
    this.walkOf.set(id, walk);
    return id;
  }
}

const sameValues = <Values extends Int32Array | Float32Array>(a: Values, b: Values): boolean =>
  a.length === b.length && a.every((value, i) => value === b[i]);
