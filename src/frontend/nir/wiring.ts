import { failure } from '../../diagnostics/index.ts';
import { type Current, Currents } from './currents.ts';
import { Fields } from './fields.ts';
import type { FlatGraph } from './flatten.ts';
import { INTEGRATOR_TYPES, NEURON_TYPES } from './neurons.ts';
import { orderNeurons } from './order.ts';
import { inferShapes } from './shapes.ts';

/** A graph as inputs, neurons and one output, and what arrives at each. */
export interface Wiring {
  readonly inputs: readonly string[];
  /** Neurons, and integrators that something but the output reads; in order of evaluation, feedback aside. */
  readonly neurons: readonly string[];
  /** The integrator whose potential is the output; null: the output is a sum of streams. */
  readonly integrator: string | null;
  readonly output: string;
  readonly into: (name: string) => Current;
  readonly sizeOf: (name: string) => number;
  readonly fieldsOf: (name: string) => Fields;
}

/** Throws `nir-invalid-graph` and `no-spiking-neuron`. */
export function wire(graph: FlatGraph, file: string): Wiring {
  const { shapes, linear } = inferShapes(graph, file);
  const fieldsOf = (name: string): Fields => {
    const node = graph.nodes.get(name);
    if (node === undefined) throw new Error(`no node ${name}`);
    return new Fields(node, file);
  };
  const sizeOf = (name: string): number => (shapes.get(name) ?? []).reduce((product, length) => product * length, 1);
  const named = (isType: (type: string) => boolean): readonly string[] =>
    [...graph.nodes.values()].flatMap(({ name, type }) => (isType(type) ? [name] : []));
  const inputs = named((type) => type === 'Input');
  const outputs = named((type) => type === 'Output');
  const steps = named((type) => NEURON_TYPES.has(type) || INTEGRATOR_TYPES.has(type));
  if (outputs.length !== 1 || inputs.length === 0)
    throw failure('nir-invalid-graph', `the graph has ${inputs.length} inputs and ${outputs.length} outputs`, {
      places: [{ file }],
      notes: ['read here: inputs, and one output'],
    });
  if (steps.length === 0) throw failure('no-spiking-neuron', 'the NIR graph has no spiking neuron', { places: [{ file }] });
  const integrator = readOutOf(graph, outputs[0]);
  const neurons = steps.filter((name) => name !== integrator);
  const sources = new Set([...inputs, ...steps]);
  const currents = new Currents(graph, linear, { sizeOf, fieldsOf, isSource: (name) => sources.has(name) });
  const read = new Map([...steps, ...outputs].map((name) => [name, currents.into(name)]));
  const into = (name: string): Current => read.get(name) ?? currents.into(name);
  const order = orderNeurons(neurons, (name) => into(name).arriving.map(({ source }) => source), inputs);
  return { inputs, neurons: order, integrator, output: outputs[0], into, sizeOf, fieldsOf };
}

/** The integrator that the output reads, if it reads nothing else and nothing else reads that. */
function readOutOf({ nodes, sources }: FlatGraph, output: string): string | null {
  const [name, ...others] = sources.get(output) ?? [];
  if (others.length > 0 || !INTEGRATOR_TYPES.has(nodes.get(name)?.type ?? '')) return null;
  const readers = [...sources.values()].filter((from) => from.includes(name)).length;
  return readers === 1 ? name : null;
}
