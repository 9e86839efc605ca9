import type { NodeId } from './ids.ts';
import { isTarget, type Network, type NetworkNode, type Projection } from './network.ts';
import { operandsOf } from './operands.ts';
import { leastDelay } from './synapses.ts';

/** A stream that a node reads, and how many timesteps beyond its own step it reads it at; negative: only earlier ones. */
export interface Read {
  readonly source: NodeId;
  readonly ahead: number;
}

/** What a step of a node's output depends on. */
export interface Dependence {
  /** Timesteps beyond its own step that the node's own reads reach, at least 0; null: it reads something computed over the whole clip. */
  readonly lookahead: number | null;
  /** The same, counted from the network's input. */
  readonly lookaheadTotal: number | null;
  readonly dependsOn: 'past' | 'lookahead' | 'whole-clip';
}

/** Everything each node reads: operands, and the sources of its projections (recurrent ones too). */
export function readsOf(network: Network): (node: NetworkNode) => readonly Read[] {
  const incoming = new Map<NodeId, Read[]>();
  for (const projection of network.projections) {
    const read = { source: projection.source, ahead: reachAhead(projection) };
    const known = incoming.get(projection.target);
    if (known === undefined) incoming.set(projection.target, [read]);
    else known.push(read);
  }
  return (node) => [...(incoming.get(node.id) ?? []), ...operandsOf(node).map((source) => ({ source, ahead: 0 }))];
}

/** Timesteps beyond the target's own step at which a projection reads its source; negative where it is delayed. */
export const reachAhead = ({ synapses, delaySteps }: Projection): number => -leastDelay(synapses) - delaySteps;

/**
 * Nodes whose every step may need every step of what they read: attention, fast weights, and reorders that move values from step to
 * step or into another timeline. Rotary codes and reorders within a step are not among them.
 */
export function findWholeClipNodes(network: Network): ReadonlySet<NodeId> {
  const nodes = new Map(network.nodes.map((node) => [node.id, node]));
  return new Set(network.nodes.filter((node) => needsWholeClip(node, nodes)).map((node) => node.id));
}

function needsWholeClip(node: NetworkNode, nodes: ReadonlyMap<NodeId, NetworkNode>): boolean {
  switch (node.kind) {
    case 'attention':
    case 'fast-weights':
      return true;
    case 'reorder': {
      const source = nodes.get(node.source);
      if (source === undefined || source.timeline !== node.timeline) return true;
      return node.permutation.some((from, to) => Math.floor(from / source.size) !== Math.floor(to / node.size));
    }
    case 'input':
    case 'constant':
    case 'population':
    case 'integrator':
    case 'readout':
    case 'sum':
    case 'rotary':
      return false;
  }
}

/** What every node depends on in time. */
export function findDependences(network: Network): ReadonlyMap<NodeId, Dependence> {
  const wholeClip = findWholeClipNodes(network);
  const reads = readsOf(network);
  /** Is the stream computed over the whole clip, sums and rotary codes of such streams included? */
  const buffered = new Set<NodeId>();
  const totals = new Map<NodeId, number | null>();
  const found = new Map<NodeId, Dependence>();
  for (const node of network.nodes) {
    // What comes later in the order of evaluation is read with a delay, and cannot look ahead.
    const earlier = reads(node).filter(({ source }) => totals.has(source));
    const own = wholeClip.has(node.id) || earlier.some(({ source }) => buffered.has(source));
    const sums = earlier.map(({ source, ahead }) => add(totals.get(source) ?? null, ahead));
    const total =
      own || sums.includes(null)
        ? null
        : Math.max(...sums.flatMap((sum) => sum ?? []), node.kind === 'input' || node.kind === 'constant' ? 0 : Number.NEGATIVE_INFINITY);
    totals.set(node.id, total);
    if (own && !isTarget(node)) buffered.add(node.id);
    const lookaheadTotal = total === null ? null : Math.max(0, total);
    found.set(node.id, {
      lookahead: own ? null : Math.max(0, ...earlier.map(({ ahead }) => ahead)),
      lookaheadTotal,
      dependsOn: lookaheadTotal === null ? 'whole-clip' : lookaheadTotal > 0 ? 'lookahead' : 'past',
    });
  }
  return found;
}

const add = (total: number | null, ahead: number): number | null => (total === null ? null : total + ahead);
