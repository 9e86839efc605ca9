import { buildHdf5, type Hdf5Group } from '../../../ir/hdf5/build-hdf5.ts';
import type { ElementType } from '../../datasets/numbers.ts';
import type { NirArray, NirGraph, NirNode } from '../graph.ts';

/** Whose layout is written. */
const NIR_VERSION = '1.0.7';

/** A graph as `nir.write` lays it out; `readNirGraph` gives it back. float16 becomes float32, which holds the same numbers. */
export const writeNirGraph = (graph: NirGraph): Promise<Uint8Array> =>
  buildHdf5((root) => {
    writeText(root, 'version', NIR_VERSION);
    writeGraph(root.create_group('node'), graph);
  });

function writeGraph(group: Hdf5Group, { nodes, edges }: NirGraph): void {
  writeText(group, 'type', 'NIRGraph');
  const inner = group.create_group('nodes');
  for (const [name, node] of nodes) writeNode(inner.create_group(name), node);
  if (edges.length > 0) group.create_dataset({ name: 'edges', data: edges.flat(), shape: [edges.length, 2], dtype: 'S' });
}

function writeNode(group: Hdf5Group, { type, numbers, texts, graph }: NirNode): void {
  if (graph !== null) {
    writeGraph(group, graph);
    return;
  }
  writeText(group, 'type', type);
  for (const [name, text] of texts) if (name !== 'type') writeText(group, name, text);
  for (const [name, array] of numbers) writeNumbers(group, name, array);
}

const writeText = (group: Hdf5Group, name: string, data: string): void => {
  group.create_dataset({ name, data, dtype: 'S' });
};

function writeNumbers(group: Hdf5Group, name: string, { shape, element, values }: NirArray): void {
  const [data, dtype] = stored(element, values);
  group.create_dataset({ name, data, shape: [...shape], dtype });
}

function stored({ kind, bytes }: ElementType, values: Float64Array) {
  switch (kind) {
    case 'float':
      return bytes === 8 ? ([values, '<d'] as const) : ([Float32Array.from(values), '<f'] as const);
    case 'signed':
      if (bytes === 8) return [BigInt64Array.from(values, BigInt), '<q'] as const;
      if (bytes === 4) return [Int32Array.from(values), '<i'] as const;
      return bytes === 2 ? ([Int16Array.from(values), '<h'] as const) : ([Int8Array.from(values), '<b'] as const);
    case 'unsigned':
      if (bytes === 8) return [BigUint64Array.from(values, BigInt), '<Q'] as const;
      if (bytes === 4) return [Uint32Array.from(values), '<I'] as const;
      return bytes === 2 ? ([Uint16Array.from(values), '<H'] as const) : ([Uint8Array.from(values), '<B'] as const);
  }
}
