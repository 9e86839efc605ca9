import { failure } from '../../diagnostics/index.ts';
import { Fields } from './fields.ts';
import type { FlatGraph } from './flatten.ts';
import { NIR_LIMITS } from './limits.ts';
import { LINEAR_TYPES, type LinearNode, readLinear } from './linear.ts';
import { INTEGRATOR_TYPES, NEURON_TYPES } from './neurons.ts';

/** What each node gives: its shape, and for linear nodes the map. */
export interface Shaped {
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  readonly linear: ReadonlyMap<string, LinearNode>;
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);

/**
 * Shapes from the inputs on. Neurons with a value for each neuron know theirs, so that loops of feedback have one to begin with; those with
 * one value for all take what reaches them first. Throws `nir-invalid-graph` where shapes differ, or where none is known.
 */
export function inferShapes({ nodes, sources }: FlatGraph, file: string): Shaped {
  const shapes = new Map<string, readonly number[]>();
  const linear = new Map<string, LinearNode>();
  for (const node of nodes.values()) {
    const fields = new Fields(node, file);
    const counts = NEURON_TYPES.get(node.type) ?? INTEGRATOR_TYPES.get(node.type) ?? [];
    if (node.type === 'Input') shapes.set(node.name, bounded(fields, fields.wholes('shape', fields.array('shape').values.length, 1)));
    for (const count of counts) {
      const { shape, values } = fields.array(count);
      if (values.length > 1 && !shapes.has(node.name)) shapes.set(node.name, shape);
    }
  }
  const readers = new Map<string, string[]>();
  for (const [name, from] of sources) for (const source of from) readers.set(source, [...(readers.get(source) ?? []), name]);
  const open = [...shapes.keys()];
  for (let name = open.shift(); name !== undefined; name = open.shift()) {
    const shape = shapes.get(name) ?? [];
    for (const reader of readers.get(name) ?? []) {
      const node = nodes.get(reader);
      if (node === undefined || shapes.has(reader) || node.type === 'Output') continue;
      if (LINEAR_TYPES.has(node.type)) {
        const fields = new Fields(node, file);
        const made = readLinear(fields, shape);
        linear.set(reader, made);
        shapes.set(reader, bounded(fields, made.shape));
      } else shapes.set(reader, shape);
      open.push(reader);
    }
  }
  for (const [reader, from] of sources) {
    const fields = new Fields(nodes.get(reader) ?? missing(reader, file), file);
    for (const source of from) {
      const [given, wanted] = [shapes.get(source), inputSize(reader, fields, shapes, linear)];
      if (given === undefined) throw fields.fail('nir-invalid-graph', `no input reaches ${source}, which it reads`);
      if (wanted !== null && sizeOf(given) !== wanted)
        throw fields.fail('nir-invalid-graph', `it reads ${wanted} values a step, and ${source} gives [${given.join(', ')}]`);
    }
  }
  return { shapes, linear };
}

function bounded(fields: Fields, shape: readonly number[]): readonly number[] {
  if (sizeOf(shape) <= NIR_LIMITS.streamValues) return shape;
  throw fields.fail('nir-too-large', `it gives [${shape.join(', ')}] values a step`, [`up to ${NIR_LIMITS.streamValues} are read`]);
}

function inputSize(
  name: string,
  { node }: Fields,
  shapes: ReadonlyMap<string, readonly number[]>,
  linear: ReadonlyMap<string, LinearNode>,
): number | null {
  if (node.type === 'Output') return null;
  const shape = shapes.get(name);
  return linear.get(name)?.map.sources ?? (shape === undefined ? null : sizeOf(shape));
}

const missing = (name: string, file: string): never => {
  throw failure('nir-invalid-graph', `there is no node ${name}`, { places: [{ file }] });
};
