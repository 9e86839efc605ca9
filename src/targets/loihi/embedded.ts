import type { DigitCode } from '../../ir/digits.ts';
import type { NodeId } from '../../ir/ids.ts';
import type { EmbeddedOperation } from '../../ir/mapping.ts';
import type { ConstantNode, Network, NetworkNode, RotaryNode } from '../../ir/network.ts';
import { homeOf, notLowered } from '../mapping/schedule.ts';
import type { Connectivity } from './connectivity.ts';
import { planeStream } from './digit-codes.ts';

/** Name of a stream whose masked steps are 0. */
export const maskedStream = (stream: NodeId): string => `${stream}#masked`;

/** What the embedded processor does after each segment, in order: rotations and reorderings as soon as their source is buffered, then masks; constants first. */
export function embeddedOperations(network: Network, connectivity: Connectivity): readonly EmbeddedOperation[] {
  const nodes = new Map(network.nodes.map((node) => [node.id, node]));
  const readyAfter = (id: NodeId): number => segmentAfterWhich(id, nodes, connectivity);
  const operations: EmbeddedOperation[] = [];
  for (const node of network.nodes) {
    const steps = connectivity.steps.get(node.id) ?? 0;
    if (node.kind === 'constant') operations.push(constantOperation(node, steps));
    if (node.kind !== 'rotary' && node.kind !== 'reorder') continue;
    const { source, size } = node;
    const common = { afterSegment: readyAfter(source), source, output: node.id, steps, size };
    if (node.kind === 'reorder') operations.push({ kind: 'reorder', ...common, permutation: node.permutation });
    else operations.push({ kind: 'rotary', ...common, ...tablesOf(node) });
  }
  const masked = new Set<string>();
  for (const { node } of connectivity.writes) {
    const output = maskedStream(node.key);
    if (node.mask === null || masked.has(output)) continue;
    masked.add(output);
    const steps = connectivity.steps.get(node.key) ?? 0;
    const size = nodes.get(node.key)?.size ?? 0;
    operations.push({ kind: 'mask', afterSegment: readyAfter(node.key), source: node.key, mask: node.mask, output, steps, size });
  }
  for (const [stream, code] of injectedCodes(connectivity)) {
    const steps = connectivity.steps.get(stream) ?? 0;
    const node = nodes.get(stream);
    const size = node?.size ?? 0;
    const output = planeStream(stream);
    // What the clip brings is there before the first segment.
    const afterSegment = node?.kind === 'input' ? -1 : readyAfter(stream);
    operations.push({ kind: 'bit-planes', afterSegment, source: stream, output, steps, size, ...code });
  }
  return operations.sort((a, b) => a.afterSegment - b.afterSegment);
}

function constantOperation({ id, size, values }: ConstantNode, steps: number): EmbeddedOperation {
  const positions = Int32Array.from(values.keys()).filter((position) => values[position] !== 0);
  return { kind: 'constant', afterSegment: -1, output: id, steps, size, positions };
}

/** Streams that are sent as digits. */
function injectedCodes(connectivity: Connectivity): ReadonlyMap<NodeId, DigitCode> {
  const codes = new Map<NodeId, DigitCode>();
  for (const { stream, code } of connectivity.bundles) if (code !== null) codes.set(stream, code);
  return codes;
}

function tablesOf({ id, direct, partner, partnerOf, fractionBits }: RotaryNode) {
  if (!(direct instanceof Int32Array) || !(partner instanceof Int32Array)) throw notLowered(`${id} has real tables`);
  return { direct, partner, partnerOf, fractionBits };
}

/** The segment after which a stream is in the buffer. */
function segmentAfterWhich(id: NodeId, nodes: ReadonlyMap<NodeId, NetworkNode>, connectivity: Connectivity): number {
  const node = nodes.get(id);
  if (node?.kind === 'rotary' || node?.kind === 'reorder') return segmentAfterWhich(node.source, nodes, connectivity);
  if (node?.kind === 'constant') return -1;
  if (node?.kind === 'input') throw notLowered(`${id} is worked on before any segment ran`);
  return homeOf(connectivity.homes, id).segment.index;
}

/** Populations whose spikes the embedded processor has to keep: worked on there, or replayed in a later segment. */
export function bufferedPopulations(network: Network, connectivity: Connectivity): ReadonlySet<string> {
  const kept = new Set<string>();
  for (const node of network.nodes) if (node.kind === 'rotary' || node.kind === 'reorder') kept.add(node.source);
  for (const { node } of connectivity.writes) kept.add(node.key);
  for (const bundle of connectivity.bundles) if (!bundle.live) kept.add(bundle.stream);
  return kept;
}
