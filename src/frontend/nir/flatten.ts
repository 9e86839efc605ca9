import { type Diagnostic, DiagnosticError, diagnostic } from '../../diagnostics/index.ts';
import type { NirGraph, NirNode } from './graph.ts';

/** A graph without graphs in it. Nodes of an inner one are named `outer.inner`; its Input and Output pass on what they get. */
export interface FlatGraph {
  readonly nodes: ReadonlyMap<string, NirNode>;
  /** Names of the nodes that each node reads, in order of the file's edges. */
  readonly sources: ReadonlyMap<string, readonly string[]>;
}

/** Type of the Input and Output of an inner graph. */
export const PASS = 'pass';

/** Throws `nir-invalid-graph` for edges that begin or end nowhere. */
export function flattenGraph(graph: NirGraph, file: string): FlatGraph {
  const nodes = new Map<string, NirNode>();
  const edges: (readonly [string, string])[] = [];
  const problems: Diagnostic[] = [];
  const invalid = (message: string): void => {
    problems.push(diagnostic('nir-invalid-graph', message, { places: [{ file }] }));
  };
  const ports = (outer: NirGraph, name: string, prefix: string, type: 'Input' | 'Output'): readonly string[] => {
    const node = outer.nodes.get(name);
    if (node === undefined) return [];
    if (node.graph === null) return [prefix + name];
    const found = [...node.graph.nodes.values()].filter((inner) => inner.type === type).map((inner) => `${prefix}${name}.${inner.name}`);
    if (found.length !== 1) invalid(`the inner graph ${prefix}${name} has ${found.length} nodes of type ${type}; one is read here`);
    return found.slice(0, 1);
  };
  const visit = (inner: NirGraph, prefix: string): void => {
    for (const [name, node] of inner.nodes) {
      if (node.graph !== null) visit(node.graph, `${prefix}${name}.`);
      else {
        const isPort = prefix !== '' && (node.type === 'Input' || node.type === 'Output');
        if (nodes.has(prefix + name)) invalid(`two nodes are called ${prefix}${name}`);
        nodes.set(prefix + name, { ...node, name: prefix + name, type: isPort ? PASS : node.type });
      }
    }
    for (const [from, to] of inner.edges) {
      for (const end of [from, to])
        if (!inner.nodes.has(end)) invalid(`the edge ${prefix}${from} -> ${prefix}${to} names ${end}, which is no node`);
      for (const source of ports(inner, from, prefix, 'Output'))
        for (const target of ports(inner, to, prefix, 'Input')) edges.push([source, target]);
    }
  };
  visit(graph, '');
  if (problems.length > 0) throw new DiagnosticError(problems.slice(0, 20));
  const sources = new Map<string, string[]>([...nodes.keys()].map((name) => [name, []]));
  for (const [from, to] of new Map(edges.map((edge) => [edge.join(' '), edge])).values()) sources.get(to)?.push(from);
  return { nodes, sources };
}
