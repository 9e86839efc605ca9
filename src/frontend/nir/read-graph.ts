import { DiagnosticError, failure, printable } from '../../diagnostics/index.ts';
import { type Hdf5File, openHdf5 } from '../datasets/hdf5.ts';
import { decodeNumbers } from '../datasets/numbers.ts';
import type { NirArray, NirGraph, NirNode } from './graph.ts';
import { NIR_LIMITS } from './limits.ts';

/**
 * The graph in a NIR file (HDF5: /version, and the root graph in /node). Throws `nir-malformed` for a file that is damaged or lacks a part,
 * `nir-too-large` beyond the ceilings.
 */
export async function readNirGraph(bytes: Uint8Array, file: string): Promise<NirGraph> {
  try {
    const hdf5 = await openHdf5(bytes);
    try {
      return new GraphReader(hdf5, file).readGraph('/node', 0);
    } finally {
      hdf5.close();
    }
  } catch (error) {
    if (error instanceof DiagnosticError) throw error;
    throw malformed(file, (error instanceof Error ? error.message : String(error)).split('\n')[0]);
  }
}

const malformed = (file: string, reason: string, item?: string): DiagnosticError =>
  failure('nir-malformed', `not a readable NIR file: ${reason}`, { places: [item === undefined ? { file } : { file, item }] });

class GraphReader {
  private readonly hdf5: Hdf5File;
  private readonly file: string;
  /** Children of every group, by its path. */
  private readonly children = new Map<string, string[]>();
  private values = 0;
  private nodes = 0;

  constructor(hdf5: Hdf5File, file: string) {
    this.hdf5 = hdf5;
    this.file = file;
    const paths = hdf5.names();
    if (paths.length > NIR_LIMITS.paths) throw this.tooLarge(`${paths.length} groups and datasets`, `up to ${NIR_LIMITS.paths}`);
    for (const path of paths) {
      const full = path.startsWith('/') ? path : `/${path}`;
      const cut = full.lastIndexOf('/');
      const parent = full.slice(0, cut);
      const known = this.children.get(parent);
      if (known === undefined) this.children.set(parent, [full.slice(cut + 1)]);
      else known.push(full.slice(cut + 1));
    }
  }

  readGraph(path: string, depth: number): NirGraph {
    if (depth > NIR_LIMITS.depth) throw this.tooLarge(`graphs nested more than ${NIR_LIMITS.depth} deep`, `up to ${NIR_LIMITS.depth}`);
    if (!this.children.has(path)) throw this.malformed(`there is no group ${path}`);
    const names = this.children.get(`${path}/nodes`) ?? [];
    if (names.length === 0) throw this.malformed(`there is no node in ${path}/nodes`);
    this.nodes += names.length;
    if (this.nodes > NIR_LIMITS.nodes) throw this.tooLarge(`${this.nodes} nodes`, `up to ${NIR_LIMITS.nodes}`);
    const nodes = new Map(names.map((name) => [name, this.readNode(`${path}/nodes/${name}`, name, depth)]));
    return { nodes, edges: this.readEdges(`${path}/edges`) };
  }

  private readNode(path: string, name: string, depth: number): NirNode {
    const numbers = new Map<string, NirArray>();
    const texts = new Map<string, string>();
    for (const field of this.children.get(path) ?? []) {
      const dataset = this.hdf5.describe(`${path}/${field}`);
      if (dataset?.content === 'text') texts.set(field, this.hdf5.readText(dataset)[0] ?? '');
      else if (dataset?.content === 'numbers') numbers.set(field, this.readNumbers(`${path}/${field}`));
    }
    const type = texts.get('type');
    if (type === undefined) throw this.malformed('the node has no type', `node ${printable(name, 80)}`);
    return { name, type, numbers, texts, graph: type === 'NIRGraph' ? this.readGraph(path, depth + 1) : null };
  }

  private readNumbers(path: string): NirArray {
    const dataset = this.hdf5.describe(path);
    if (dataset === null || dataset.element === null) throw this.malformed(`${path} holds no numbers`);
    const count = dataset.shape.reduce((product, length) => product * length, 1);
    this.values += count;
    if (!(this.values <= NIR_LIMITS.values)) throw this.tooLarge(`${this.values} numbers`, `up to ${NIR_LIMITS.values} numbers`);
    const values = new Float64Array(count);
    if (count > 0) decodeNumbers(this.hdf5.readRows(dataset, 0, dataset.shape[0] ?? 1), dataset.element, values);
    return { shape: dataset.shape, element: dataset.element, values };
  }

  private readEdges(path: string): NirGraph['edges'] {
    const dataset = this.hdf5.describe(path);
    if (dataset === null) throw this.malformed(`there is no dataset ${path}`);
    const [count = 0, width = 0] = dataset.shape;
    if (count === 0) return [];
    if (dataset.content !== 'text' || dataset.shape.length !== 2 || width !== 2)
      throw this.malformed(`${path} is [${dataset.shape.join(', ')}] of ${dataset.content}, and has to be [edges, 2] of text`);
    if (count > NIR_LIMITS.edges) throw this.tooLarge(`${count} edges`, `up to ${NIR_LIMITS.edges}`);
    const names = this.hdf5.readText(dataset);
    return Array.from({ length: count }, (_, k) => [names[2 * k], names[2 * k + 1]] as const);
  }

  private malformed(reason: string, item?: string): DiagnosticError {
    return malformed(this.file, reason, item);
  }

  private tooLarge(found: string, allowed: string): DiagnosticError {
    return failure('nir-too-large', `the NIR file declares ${found}`, {
      places: [{ file: this.file }],
      notes: [`accepted here: ${allowed}`],
    });
  }
}
