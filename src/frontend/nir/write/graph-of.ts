import { type Diagnostic, DiagnosticError, diagnostic } from '../../../diagnostics/index.ts';
import { isTarget, type Network, type NetworkNode, type Origin, type Projection, type TargetNode } from '../../../ir/network.ts';
import type { NirGraph, NirNode } from '../graph.ts';
import { Inexpressible, nirNode, wholes } from './fields.ts';
import { linearParts } from './linear-nodes.ts';
import { Names } from './names.ts';
import { integratorNode, populationNode, type Seconds } from './neuron-node.ts';
import { shapesOf } from './shapes-of.ts';

/**
 * A real-valued network as a NIR graph: `buildNetwork` of it is the network again, or one that fires the same (docs/frontend-nir.md says where).
 * Batch normalization has to be folded, and sums distributed. Throws `nir-inexpressible`, one for each part that NIR has no node for, and
 * `timestep-missing` where timesteps have to become seconds and their length is not known.
 */
export function graphOf(network: Network, seconds: Seconds): NirGraph {
  requireSeconds(network, seconds);
  return new Writer(network, seconds).write();
}

class Writer {
  readonly #network: Network;
  readonly #seconds: Seconds;
  readonly #names: Names;
  readonly #shapes: ReadonlyMap<string, readonly number[]>;
  readonly #nodes = new Map<string, NirNode>();
  readonly #edges: (readonly [string, string])[] = [];
  readonly #problems: Diagnostic[] = [];

  constructor(network: Network, seconds: Seconds) {
    this.#network = network;
    this.#seconds = seconds;
    this.#names = new Names(network);
    this.#shapes = shapesOf(network);
  }

  write(): NirGraph {
    for (const node of this.#network.nodes) this.#attempt(node, 'cannot be written', () => this.#node(node));
    for (const node of this.#network.nodes) if (isTarget(node)) this.#arriving(node);
    if (this.#problems.length > 0) throw new DiagnosticError(this.#problems);
    return { nodes: this.#nodes, edges: this.#edges };
  }

  #node(node: NetworkNode): void {
    const [name, shape] = [this.#names.of(node.id), this.#shapes.get(node.id) ?? [node.size]];
    switch (node.kind) {
      case 'input':
        if (node.role === 'mask') throw new Inexpressible('it says which steps belong to the clip; NIR knows no clips');
        this.#add(name, nirNode('Input', { shape: wholes(shape) }));
        return;
      case 'population':
        if (node.gate !== null) throw new Inexpressible('its current is multiplied by a gate; NIR multiplies no streams');
        this.#add(name, populationNode(node, shape, this.#seconds));
        return;
      case 'integrator':
        this.#add(name, integratorNode(node, shape, this.#seconds));
        return;
      case 'readout':
        if (node.scale !== 1) throw new Inexpressible('its sums are integers of a chip');
        this.#add(name, nirNode('Output', { shape: wholes(shape) }));
        if (node.membrane === undefined) return;
        this.#add(this.#names.membraneOf(node), integratorNode({ ...node, membrane: node.membrane }, shape, this.#seconds));
        this.#edges.push([this.#names.membraneOf(node), name]);
        return;
      case 'constant':
        throw new Inexpressible('it is a stream of its own, the same in every clip; a stream of NIR comes from an Input or a neuron');
      case 'sum':
        throw new Inexpressible('it is a sum of streams that is no current; in NIR edges add up in front of a node');
      case 'rotary':
        throw new Inexpressible('it rotates by an angle that depends on the step; nodes of NIR do not know the step');
      case 'reorder':
        throw new Inexpressible('it reorders the steps of a clip; NIR runs step by step');
      case 'attention':
      case 'fast-weights':
        throw new Inexpressible('it is an attention; NIR has no products of streams');
    }
  }

  /** The nodes on the way to a target, and the edges. A bias goes along the first way that can carry one. */
  #arriving(target: TargetNode): void {
    const incoming = this.#network.projections.filter((projection) => projection.target === target.id);
    if (incoming.length === 0) this.#attempt(target, 'cannot be written', () => nothingArrives());
    const forward = incoming.filter((projection) => !this.#isBack(projection));
    const carrier =
      target.bias === null ? null : ([...forward, ...incoming].find(({ synapses }) => carriesBias(synapses.kind)) ?? incoming[0]);
    const end = target.kind === 'readout' && target.membrane !== undefined ? this.#names.membraneOf(target) : this.#names.of(target.id);
    for (const projection of incoming) {
      this.#attempt(projection, 'cannot be written', () => this.#projection(projection, end, projection === carrier ? target.bias : null));
    }
  }

  #projection(projection: Projection, end: string, bias: ArrayLike<number> | null): void {
    const parts = linearParts(projection, {
      sourceShape: this.#shapes.get(projection.source) ?? [projection.synapses.sources],
      bias,
      timestepS: this.#seconds.timestepS,
      back: this.#isBack(projection),
    });
    const names = this.#names.along(projection, end, parts);
    for (const [k, { node }] of parts.entries()) this.#add(names[k], node);
    const path = [this.#names.of(projection.source), ...names, end];
    const edges = path.slice(1).map((to, k) => [path[k], to] as const);
    if (parts.length === 0 && this.#edges.some(([from, to]) => from === edges[0][0] && to === edges[0][1]))
      throw new Inexpressible('is a second edge between two nodes; NIR has one at most');
    this.#edges.push(...edges);
  }

  #isBack({ source, target }: Projection): boolean {
    const { nodes } = this.#network;
    return nodes.findIndex(({ id }) => id === source) >= nodes.findIndex(({ id }) => id === target);
  }

  #add(name: string, node: Omit<NirNode, 'name'>): void {
    this.#nodes.set(name, { ...node, name });
  }

  #attempt(part: { readonly id: string; readonly origin: Origin }, what: string, write: () => void): void {
    try {
      write();
    } catch (error) {
      if (!(error instanceof Inexpressible)) throw error;
      const { file, nodes } = part.origin;
      this.#problems.push(
        diagnostic('nir-inexpressible', `${part.id} ${what} as NIR: ${error.message}`, {
          places: [nodes.length === 0 ? { file } : { file, item: nodes[0] }],
        }),
      );
    }
  }
}

const carriesBias = (kind: Projection['synapses']['kind']): boolean => kind === 'dense' || kind === 'sparse' || kind === 'convolution';

function nothingArrives(): never {
  throw new Inexpressible('nothing leads to it, and a node of NIR reads something');
}

/** Neurons in timesteps, and delays, need to know how long a step is. */
function requireSeconds({ nodes, projections }: Network, { timestepS }: Seconds): void {
  if (timestepS !== null) return;
  const inSteps = nodes.find((node) => {
    const membrane =
      node.kind === 'population' ? node.neuron : node.kind === 'integrator' || node.kind === 'readout' ? node.membrane : undefined;
    return membrane?.parameters === 'discrete';
  });
  const delay = projections.find(({ delaySteps, synapses }) => delaySteps > 0 || (synapses.kind === 'sparse' && synapses.delays !== null));
  const part = inSteps ?? delay;
  if (part === undefined) return;
  throw new DiagnosticError([
    diagnostic('timestep-missing', `${part.id} counts timesteps, and NIR files hold seconds`, { places: [{ file: part.origin.file }] }),
  ]);
}
