import { failure } from '../../../diagnostics/index.ts';
import type { NodeId } from '../../../ir/ids.ts';
import type { NetworkNode } from '../../../ir/network.ts';
import type { SoftwareOperation } from '../../../ir/spinnaker-program.ts';
import { homeOf, notLowered } from '../../mapping/schedule.ts';
import type { Connections, Injected } from './connect.ts';

/** A stream that a core of software keeps. */
export type Kept =
  | { readonly from: 'host'; readonly stream: NodeId; readonly steps: number; readonly size: number }
  | {
      readonly from: 'packets';
      readonly stream: NodeId;
      readonly steps: number;
      readonly size: number;
      readonly segment: number;
      readonly start: number;
    };

/** A core of software: what it keeps, what it makes of that, and when it sends the result. */
export interface SoftwarePlan {
  readonly stream: NodeId;
  readonly size: number;
  readonly kept: readonly Kept[];
  readonly operations: readonly SoftwareOperation[];
  readonly sends: readonly Injected[];
  /** Values below 0 occur, and values other than 0 and 1. */
  readonly signed: boolean;
  readonly payload: boolean;
  /** Bits of kept spikes, words of other streams and of tables. */
  readonly memoryBytes: number;
}

/** One core for every stream that is sent from a buffer; what it is made of is kept on that core, however often elsewhere too. */
export function planSoftware(connections: Connections): readonly SoftwarePlan[] {
  const streams = [...new Set(connections.injected.map(({ stream }) => stream))];
  return streams.map((stream) => {
    const closure = new Closure(connections);
    closure.need(stream);
    const node = nodeOf(connections, stream);
    return {
      stream,
      size: node.size,
      kept: closure.kept,
      operations: closure.operations,
      sends: connections.injected.filter((injected) => injected.stream === stream),
      signed: isSigned(connections, stream),
      payload: node.payload.kind !== 'binary' || node.kind === 'attention',
      memoryBytes: closure.bytes(),
    };
  });
}

class Closure {
  readonly kept: Kept[] = [];
  readonly operations: SoftwareOperation[] = [];
  readonly #connections: Connections;
  readonly #there = new Set<NodeId>();

  constructor(connections: Connections) {
    this.#connections = connections;
  }

  /** Adds what a stream is made of, operands before what is made of them. */
  need(id: NodeId): void {
    if (this.#there.has(id)) return;
    this.#there.add(id);
    const node = nodeOf(this.#connections, id);
    const { size } = node;
    const steps = this.#connections.steps.get(id) ?? 0;
    const common = { output: id, steps, size };
    switch (node.kind) {
      case 'input':
        this.kept.push({ from: 'host', stream: id, steps, size });
        return;
      case 'population': {
        const { segment, start } = homeOf(this.#connections.homes, id);
        this.kept.push({ from: 'packets', stream: id, steps, size, segment: segment.index, start });
        return;
      }
      case 'constant':
        this.operations.push({
          kind: 'constant',
          ...common,
          positions: Int32Array.from(node.values.keys()).filter((i) => node.values[i] !== 0),
        });
        return;
      case 'rotary': {
        const { direct, partner, partnerOf, fractionBits, source } = node;
        if (!(direct instanceof Int32Array) || !(partner instanceof Int32Array)) throw notLowered(`${id} has real tables`);
        this.need(source);
        this.operations.push({ kind: 'rotary', source, ...common, direct, partner, partnerOf, fractionBits });
        return;
      }
      case 'reorder':
        this.need(node.source);
        this.operations.push({ kind: 'reorder', source: node.source, ...common, permutation: node.permutation });
        return;
      case 'attention': {
        const { query, key, value, mask, heads } = node;
        for (const operand of mask === null ? [query, key, value] : [query, key, value, mask]) this.need(operand);
        this.operations.push({ kind: 'attention', query, key, value, mask, ...common, heads });
        return;
      }
      case 'sum':
        throw failure('operation-unsupported', `${node.name} sums streams that are read as a whole`, {
          places: [{ file: node.origin.file, item: node.origin.nodes[0] ?? node.name }],
          notes: ['software works on spikes, rotated, reordered and attention streams; sums are left to synapses'],
        });
      case 'fast-weights':
      case 'integrator':
      case 'readout':
        throw notLowered(`${id} is a ${node.kind}, and is read from a buffer`);
    }
  }

  bytes(): number {
    const bits = this.kept.reduce((sum, { from, steps, size }) => sum + steps * size * (from === 'host' ? 32 : 1), 0);
    return this.operations.reduce((sum, operation) => sum + 4 * wordsOf(operation), Math.ceil(bits / 8));
  }
}

/** Words of an operation's result and tables. An attention keeps a matrix of each head besides. */
function wordsOf(operation: SoftwareOperation): number {
  const result = operation.steps * operation.size;
  switch (operation.kind) {
    case 'rotary':
      return result + operation.direct.length + operation.partner.length + operation.partnerOf.length;
    case 'reorder':
      return result + operation.permutation.length;
    case 'attention':
      return result + operation.size ** 2 / operation.heads;
    case 'constant':
      return operation.positions.length;
  }
}

function isSigned(connections: Connections, id: NodeId): boolean {
  const node = nodeOf(connections, id);
  switch (node.kind) {
    case 'rotary':
      return true;
    case 'reorder':
      return isSigned(connections, node.source);
    case 'input':
      return node.payload.kind === 'real' || (node.payload.kind === 'integer' && node.payload.min < 0);
    case 'constant':
    case 'population':
    case 'attention':
    case 'sum':
    case 'fast-weights':
    case 'integrator':
    case 'readout':
      return false;
  }
}

export function nodeOf({ nodes }: Pick<Connections, 'nodes'>, id: NodeId): NetworkNode {
  const node = nodes.get(id);
  if (node === undefined) throw notLowered(`${id} is no node`);
  return node;
}
