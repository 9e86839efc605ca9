import type { Fields } from './fields.ts';
import type { FlatGraph } from './flatten.ts';
import { NIR_LIMITS } from './limits.ts';
import { type LinearNode, SYNAPSES_MAX } from './linear.ts';
import { applyMap, compose, identityMap, type LinearMap } from './linear-map.ts';

/** A stream that arrives: from which node, through which linear nodes, and how many seconds late. */
export interface Arriving {
  readonly source: string;
  readonly map: LinearMap;
  /** Seconds, one for all or one per source neuron. */
  readonly delayS: Float64Array | null;
  /** Linear nodes on the way. */
  readonly nodes: readonly string[];
}

/** What a node reads: streams of neurons and inputs, and what biases add in every step. */
export interface Current {
  readonly size: number;
  readonly arriving: readonly Arriving[];
  readonly bias: Float64Array | null;
}

/** Collects what arrives at neurons, through chains of linear nodes and delays. */
export class Currents {
  private readonly graph: FlatGraph;
  private readonly linear: ReadonlyMap<string, LinearNode>;
  private readonly sizeOf: (name: string) => number;
  private readonly fieldsOf: (name: string) => Fields;
  private readonly isSource: (name: string) => boolean;
  private readonly known = new Map<string, Current>();
  private readonly open = new Set<string>();

  constructor(
    graph: FlatGraph,
    linear: ReadonlyMap<string, LinearNode>,
    {
      sizeOf,
      fieldsOf,
      isSource,
    }: {
      sizeOf: (name: string) => number;
      fieldsOf: (name: string) => Fields;
      isSource: (name: string) => boolean;
    },
  ) {
    this.graph = graph;
    this.linear = linear;
    this.sizeOf = sizeOf;
    this.fieldsOf = fieldsOf;
    this.isSource = isSource;
  }

  /** The sum of what a node reads. */
  into(name: string): Current {
    const sources = this.graph.sources.get(name) ?? [];
    if (sources.length === 0) throw this.fieldsOf(name).fail('nir-invalid-graph', 'no edge leads to it');
    const parts = sources.map((source) => this.outOf(source));
    const { size } = parts[0];
    const streams = parts.reduce((sum, { arriving }) => sum + arriving.length, 0);
    if (streams > NIR_LIMITS.streams)
      throw this.fieldsOf(name).fail('nir-too-large', `${streams} ways of linear nodes lead to it`, [
        `up to ${NIR_LIMITS.streams} are read`,
      ]);
    const biases = parts.flatMap(({ bias }) => bias ?? []);
    const biased = parts.filter(({ bias }) => bias !== null);
    const bias =
      biases.length === 0
        ? null
        : Float64Array.from({ length: size }, (_, n) => biased.reduce((sum, part) => sum + (part.bias?.[n] ?? 0), 0));
    return { size, arriving: parts.flatMap(({ arriving }) => arriving), bias };
  }

  /** What a node gives to its readers. */
  private outOf(name: string): Current {
    const size = this.sizeOf(name);
    if (this.isSource(name)) return { size, arriving: [{ source: name, map: identityMap(size), delayS: null, nodes: [] }], bias: null };
    const found = this.known.get(name);
    if (found !== undefined) return found;
    if (this.open.has(name)) throw this.fieldsOf(name).fail('nir-invalid-graph', 'it is in a cycle without a neuron');
    if (this.open.size >= NIR_LIMITS.chain)
      throw this.fieldsOf(name).fail('nir-too-large', `it ends a chain of more than ${NIR_LIMITS.chain} nodes without a neuron`);
    this.open.add(name);
    const incoming = this.into(name);
    this.open.delete(name);
    const linear = this.linear.get(name);
    const current = linear === undefined ? this.delayed(name, incoming) : this.through(name, linear, incoming);
    this.known.set(name, current);
    return current;
  }

  private through(name: string, { map, bias }: LinearNode, incoming: Current): Current {
    const carried = incoming.bias === null ? null : applyMap(map, incoming.bias);
    const sum = bias === null || carried === null ? (bias ?? carried) : carried.map((value, n) => value + bias[n]);
    return {
      size: map.targets,
      arriving: incoming.arriving.map((stream) => {
        const composed = compose(stream.map, map, SYNAPSES_MAX);
        if (composed === null)
          throw this.fieldsOf(name).fail('nir-too-large', `it has more than ${SYNAPSES_MAX} synapses with the linear nodes before it`);
        return { ...stream, map: composed, nodes: [...stream.nodes, name] };
      }),
      bias: sum,
    };
  }

  /** y(t) = x(t - delay), element by element: every source neuron's delay, if what arrives is one stream, one to one. */
  private delayed(name: string, incoming: Current): Current {
    const fields = this.fieldsOf(name);
    const delay = fields.perNeuron('delay', incoming.size);
    const [stream] = incoming.arriving;
    const single = incoming.arriving.length === 1 && stream.map.sources === incoming.size && stream.map.weight.length === incoming.size;
    const uniform = typeof delay === 'number';
    if (!uniform && !single)
      throw fields.fail('nir-unsupported', 'it delays each element of a sum by its own time', [
        'read here: one time for all, or a delay right behind neurons',
      ]);
    if ((incoming.bias ?? []).some((value) => value !== 0))
      throw fields.fail('nir-unsupported', 'it delays a bias, which acts from the first step on here');
    return {
      ...incoming,
      arriving: incoming.arriving.map((each) => ({
        ...each,
        delayS: Float64Array.from(
          { length: each.map.sources },
          (_, n) => (each.delayS?.[n] ?? 0) + (typeof delay === 'number' ? delay : delay[n]),
        ),
        nodes: [...each.nodes, name],
      })),
    };
  }
}
