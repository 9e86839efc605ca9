import type { NodeId } from '../../../ir/ids.ts';
import type { Network, Projection, ReadoutNode } from '../../../ir/network.ts';
import type { LinearPart } from './linear-nodes.ts';

/** Names of a graph's nodes, no two alike. HDF5 cuts names at slashes. */
export class Names {
  readonly #taken = new Set<string>();
  readonly #nodes = new Map<NodeId, string>();
  readonly #membranes = new Map<NodeId, string>();

  constructor({ nodes }: Network) {
    for (const node of nodes) this.#nodes.set(node.id, this.#free(node.name));
    for (const node of nodes) {
      if (node.kind !== 'readout' || node.membrane === undefined) continue;
      // Its membrane is a node of its own in NIR, and has a name if it comes from there.
      const own = node.origin.recogniser === 'nir-output' ? node.origin.nodes[0] : `${node.name}.membrane`;
      this.#membranes.set(node.id, this.#free(own));
    }
  }

  of(id: NodeId): string {
    const name = this.#nodes.get(id);
    if (name === undefined) throw new Error(`${id} is no node`);
    return name;
  }

  membraneOf({ id }: ReadoutNode): string {
    const name = this.#membranes.get(id);
    if (name === undefined) throw new Error(`${id} has no membrane`);
    return name;
  }

  /** Of the linear nodes that stand for a projection: the file's own, where one stands for one. */
  along({ origin }: Projection, end: string, parts: readonly LinearPart[]): readonly string[] {
    if (origin.recogniser === 'nir' && origin.nodes.length === parts.length) return origin.nodes.map((name) => this.#free(name));
    return parts.map(({ role }) => this.#free(`${end}.${role}`));
  }

  #free(wanted: string): string {
    const plain =
      wanted
        .split('/')
        .filter((part) => part !== '' && part !== '.')
        .join('.') || 'node';
    let name = plain;
    for (let k = 2; this.#taken.has(name); k++) name = `${plain}_${k}`;
    this.#taken.add(name);
    return name;
  }
}
