import type { NodeId } from './ids.ts';
import type { NetworkNode } from './network.ts';

/** Streams that a node reads directly, besides what its projections bring. */
export function operandsOf(node: NetworkNode): readonly NodeId[] {
  switch (node.kind) {
    case 'input':
    case 'constant':
    case 'integrator':
    case 'readout':
      return [];
    case 'population':
      return node.gate === null ? [] : [node.gate];
    case 'sum':
      return node.terms;
    case 'rotary':
    case 'reorder':
      return [node.source];
    case 'attention':
    case 'fast-weights':
      return node.mask === null ? [node.query, node.key, node.value] : [node.query, node.key, node.value, node.mask];
  }
}
