import type { OnnxGraph, OnnxNode } from '../../proto/index.ts';

/** Tensors that depend on the clip, by more than its shape. `nodes` in order of evaluation. */
export function tensorsFromClip(nodes: readonly OnnxNode[], graph: OnnxGraph): ReadonlySet<string> {
  const initialized = new Set(graph.initializers.map((tensor) => tensor.name));
  const fromClip = new Set(graph.inputs.flatMap(({ name }) => (initialized.has(name) ? [] : [name ?? ''])));
  for (const node of nodes) {
    // What a body takes from around it is not among its node's inputs.
    const hasBody = node.attributes.some(({ g, graphs }) => g !== undefined || graphs.length > 0);
    if (node.opType !== 'Shape' && (hasBody || node.inputs.some((name) => fromClip.has(name))))
      for (const name of node.outputs) fromClip.add(name);
  }
  return fromClip;
}
