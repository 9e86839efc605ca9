import type { NodeId } from '../ir/ids.ts';
import type { FastWeightsNode, Network, NetworkNode } from '../ir/network.ts';
import { operandsOf } from '../ir/operands.ts';

/**
 * Which populations run in lock-step, and which wait for a buffer. A *level* is a stage of buffering: what runs at level n can be
 * replayed from level n + 1 on. Rotary and reorder are computed on buffered streams, between levels; fast weights are written by
 * replaying keys and values at one level and read from the next.
 */
export interface Levels {
  /** Level at which a population or read-out runs. */
  readonly levelOf: ReadonlyMap<NodeId, number>;
  /** Level at which fast weights are written. */
  readonly writeLevelOf: ReadonlyMap<NodeId, number>;
  /** Stages in the order they run: at one level, writing comes first. */
  readonly order: readonly { readonly level: number; readonly kind: 'run' | 'write' }[];
  /** The stream that is sent when this one is read: a fast-weight read sends its queries. */
  carrierOf(id: NodeId): NodeId;
}

export function assignLevels(network: Network): Levels {
  const levelOf = new Map<NodeId, number>();
  const writeLevelOf = new Map<NodeId, number>();
  /** First level at which a stream can be injected from a buffer. */
  const ready = new Map<NodeId, number>();
  const fastWeights = new Map<NodeId, FastWeightsNode>();
  const readyAt = (id: NodeId): number => ready.get(id) ?? 0;

  for (const node of network.nodes) {
    switch (node.kind) {
      case 'input':
      case 'constant':
        ready.set(node.id, 0);
        break;
      case 'population':
      case 'integrator':
      case 'readout': {
        const sources = [...sourcesOf(network, node), ...operandsOf(node)];
        // A source that runs on the chip can be joined at its own level; anything else has to be ready.
        const level = Math.max(0, ...sources.map((source) => levelOf.get(source) ?? readyAt(source)));
        levelOf.set(node.id, level);
        ready.set(node.id, level + 1);
        break;
      }
      case 'fast-weights': {
        const write = Math.max(readyAt(node.key), readyAt(node.value));
        fastWeights.set(node.id, node);
        writeLevelOf.set(node.id, write);
        ready.set(node.id, Math.max(write, readyAt(node.query)));
        break;
      }
      case 'sum':
      case 'rotary':
      case 'reorder':
      case 'attention':
        ready.set(node.id, Math.max(0, ...operandsOf(node).map(readyAt)));
        break;
    }
  }
  return { levelOf, writeLevelOf, order: orderOf(levelOf, writeLevelOf), carrierOf: (id) => fastWeights.get(id)?.query ?? id };
}

function sourcesOf(network: Network, node: NetworkNode): readonly NodeId[] {
  return network.projections.filter((projection) => projection.target === node.id).map((projection) => projection.source);
}

function orderOf(levelOf: ReadonlyMap<NodeId, number>, writeLevelOf: ReadonlyMap<NodeId, number>): Levels['order'] {
  const run = new Set(levelOf.values());
  const write = new Set(writeLevelOf.values());
  const levels = [...new Set([...run, ...write])].sort((a, b) => a - b);
  return levels.flatMap((level) => [
    ...(write.has(level) ? [{ level, kind: 'write' as const }] : []),
    ...(run.has(level) ? [{ level, kind: 'run' as const }] : []),
  ]);
}
