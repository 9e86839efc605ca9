import type { OrderedGraph } from '../../graph.ts';
import type { OnnxGraph, OnnxNode } from '../../proto/index.ts';
import { countReads, type Extended, findUnrolledLoops, type UnrolledLoop } from './find-copies.ts';
import { readShapesOfRows } from './shapes-of-rows.ts';
import { tensorsFromClip } from './tensors-from-clip.ts';

/** The graph without the copies of unrolled steps: the node that joins them stands for all. */
export interface Collapsed extends OrderedGraph {
  readonly loops: ReadonlyMap<OnnxNode, UnrolledLoop>;
}

export function collapseUnrolled(written: OrderedGraph, graph: OnnxGraph, extended: Extended | null): Collapsed {
  const fromClip = tensorsFromClip(written.nodes, graph);
  const ordered = readShapesOfRows(written, fromClip);
  const found = findUnrolledLoops(ordered, graph, fromClip, extended);
  if (found.length === 0) return { ...written, loops: new Map() };
  const copies = new Set(found.flatMap(({ steps }) => steps.flat()));
  const reads = countReads([...copies, ...found.map(({ join }) => join)]);
  // A row that is picked may be read by something else too.
  const isNeeded = (node: OnnxNode): boolean => node.outputs.some((name) => (reads.get(name) ?? 0) < (ordered.readers.get(name) ?? 0));
  const nodes = ordered.nodes.filter((node) => !copies.has(node) || isNeeded(node));
  return { ...ordered, nodes, loops: new Map(found.map((loop) => [loop.join, loop])) };
}
