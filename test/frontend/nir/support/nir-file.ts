import type { Group } from 'h5wasm';

/** Fields of a node: numbers with their shape, text, or, for an inner graph, a graph. */
export interface NirSource {
  readonly type: string;
  readonly [field: string]: string | number | NirNumbers | GraphSource;
}
export interface NirNumbers {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}
export interface GraphSource {
  readonly nodes: Readonly<Record<string, NirSource>>;
  readonly edges: readonly (readonly [string, string])[];
}

export const numbers = (shape: readonly number[], values: readonly number[] | ((i: number) => number)): NirNumbers => ({
  shape,
  values: typeof values === 'function' ? Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => values(i)) : values,
});

let written = 0;

/** A NIR file as nir.write lays it out. */
export async function nirFile(graph: GraphSource, change: (root: Group) => void = () => undefined): Promise<Uint8Array> {
  const h5wasm = await import('h5wasm');
  const { FS } = await h5wasm.ready;
  const path = `/made-${written++}.nir`;
  const file = new h5wasm.File(path, 'w');
  file.create_dataset({ name: 'version', data: '1.0.7', dtype: 'S' });
  writeGraph(file.create_group('node'), graph);
  change(file);
  file.close();
  const bytes: Uint8Array = FS.readFile(path).slice();
  FS.unlink(path);
  return bytes;
}

function writeGraph(group: Group, { nodes, edges }: GraphSource): void {
  group.create_dataset({ name: 'type', data: 'NIRGraph', dtype: 'S' });
  const inner = group.create_group('nodes');
  for (const [name, node] of Object.entries(nodes)) writeNode(inner.create_group(name), node);
  if (edges.length > 0) group.create_dataset({ name: 'edges', data: edges.flat(), shape: [edges.length, 2], dtype: 'S' });
}

function writeNode(group: Group, { type, ...fields }: NirSource): void {
  for (const [name, field] of Object.entries(fields)) {
    if (typeof field === 'string') group.create_dataset({ name, data: field, dtype: 'S' });
    else if (typeof field === 'number') group.create_dataset({ name, data: Float64Array.of(field), shape: [], dtype: '<d' });
    else if ('nodes' in field) writeGraph(group, field);
    else group.create_dataset({ name, data: Float64Array.from(field.values), shape: [...field.shape], dtype: '<d' });
  }
  if (!('graph' in fields)) group.create_dataset({ name: 'type', data: type, dtype: 'S' });
}
