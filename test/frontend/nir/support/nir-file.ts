import type { Group } from 'h5wasm';

/** Fields of a node: numbers with their shape, text, or, for an inner graph, a graph. */
export interface NirSource {
  readonly type: string;
  readonly [field: string]: string | number | NirNumbers | GraphSource;
}
export interface NirNumbers {
  readonly shape: readonly number[];
  readonly values: readonly number[];
  /** As h5wasm names it; left out: float64. */
  readonly dtype?: '<d' | '<f' | '<q' | '<i';
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

interface Style {
  /** null: none is written. */
  readonly version?: string | null;
  /** Of texts, as h5wasm names it: `S` has any length, `S32` has 32 bytes. */
  readonly text?: 'S' | 'S32';
}

/** A NIR file as nir.write lays it out. */
export async function nirFile(
  graph: GraphSource,
  change: (root: Group) => void = () => undefined,
  { version = '1.0.7', text = 'S' }: Style = {},
): Promise<Uint8Array> {
  const h5wasm = await import('h5wasm');
  const { FS } = await h5wasm.ready;
  const path = `/made-${written++}.nir`;
  const file = new h5wasm.File(path, 'w');
  if (version !== null) file.create_dataset({ name: 'version', data: version, dtype: text });
  writeGraph(file.create_group('node'), graph, text);
  change(file);
  file.close();
  const bytes: Uint8Array = FS.readFile(path).slice();
  FS.unlink(path);
  return bytes;
}

function writeGraph(group: Group, { nodes, edges }: GraphSource, text: string): void {
  group.create_dataset({ name: 'type', data: 'NIRGraph', dtype: text });
  const inner = group.create_group('nodes');
  for (const [name, node] of Object.entries(nodes)) writeNode(inner.create_group(name), node, text);
  if (edges.length > 0) group.create_dataset({ name: 'edges', data: edges.flat(), shape: [edges.length, 2], dtype: text });
}

function stored({ values, dtype = '<d' }: NirNumbers) {
  if (dtype === '<q') return BigInt64Array.from(values, BigInt);
  return dtype === '<d' ? Float64Array.from(values) : dtype === '<f' ? Float32Array.from(values) : Int32Array.from(values);
}

function writeNode(group: Group, { type, ...fields }: NirSource, text: string): void {
  for (const [name, field] of Object.entries(fields)) {
    if (typeof field === 'string') group.create_dataset({ name, data: field, dtype: text });
    else if (typeof field === 'number') group.create_dataset({ name, data: Float64Array.of(field), shape: [], dtype: '<d' });
    else if ('nodes' in field) writeGraph(group, field, text);
    else group.create_dataset({ name, data: stored(field), shape: [...field.shape], dtype: field.dtype ?? '<d' });
  }
  if (!('graph' in fields)) group.create_dataset({ name: 'type', data: type, dtype: text });
}
