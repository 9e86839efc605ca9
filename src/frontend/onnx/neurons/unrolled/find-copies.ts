import type { OrderedGraph } from '../../graph.ts';
import type { OnnxGraph, OnnxNode } from '../../proto/index.ts';
import { STEP_OPERATORS } from '../step-machine.ts';
import { isPick, PICKS, type ReadFromRows } from './shapes-of-rows.ts';

/** The copies of a step that an unrolled time loop leaves, and the node that joins what they give. */
export interface UnrolledLoop {
  readonly join: OnnxNode;
  /** Step by step, the nodes that this step needs and no earlier one does, in order of evaluation. */
  readonly steps: readonly (readonly OnnxNode[])[];
  /** Steps of what is recovered: more than there are results where a file left out the last ones. */
  readonly total: number;
  /** Does each step compare? If none does, the steps integrate and never fire. */
  readonly fires: boolean;
  /** Results before those of the steps, 0 or 1: where an input acts a step late, the first result does not depend on the clip. */
  readonly lead: number;
  /** The tensor that the steps pick their rows from. */
  readonly source: string;
  /** Tensors of the steps that have to have the shape of a row: something outside reads the shape of the row in their stead. */
  readonly likeRows: ReadonlySet<string>;
}

/** Joins that stand for all steps of the clip, however many they join. */
export interface Extended {
  readonly names: ReadonlySet<string>;
  readonly steps: number;
}

const JOINS: ReadonlySet<string> = new Set(['Concat', 'SequenceConstruct']);
const COMPARISON = /^(Greater|Less)(OrEqual)?$/;
/** Fewer steps do not show what is carried from one to the next. */
const STEPS_MIN = 3;

/**
 * Finds joins of at least three results, each of which follows by step operators, one comparison among them or none in all of them, from
 * rows of one and the same tensor, from constants and from the step before it. Linear in the nodes: a node that one search has seen is not searched again.
 * Shapes and values are not looked at; recover-copies.ts proves the copies to be one neuron.
 */
export function findUnrolledLoops(
  ordered: ReadFromRows,
  graph: OnnxGraph,
  fromClip: ReadonlySet<string>,
  extended: Extended | null,
): readonly UnrolledLoop[] {
  if (!ordered.nodes.some(({ opType, inputs }) => JOINS.has(opType ?? '') && inputs.length >= STEPS_MIN)) return [];
  const search = new CopySearch(ordered, graph, fromClip, extended);
  return ordered.nodes.flatMap((node) => search.copiesJoinedBy(node) ?? []);
}

class CopySearch {
  private readonly position: ReadonlyMap<OnnxNode, number>;
  private readonly makers: ReadonlyMap<string, OnnxNode>;
  private readonly readers: OrderedGraph['readers'];
  private readonly fromClip: ReadonlySet<string>;
  private readonly seen = new Set<OnnxNode>();
  private readonly outputs: ReadonlySet<string>;

  private readonly assumed: ReadonlySet<string>;

  private readonly extended: Extended | null;

  constructor({ nodes, readers, assumed }: ReadFromRows, graph: OnnxGraph, fromClip: ReadonlySet<string>, extended: Extended | null) {
    this.extended = extended;
    this.readers = readers;
    this.assumed = assumed;
    this.position = new Map(nodes.map((node, k) => [node, k]));
    this.makers = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node])));
    this.outputs = new Set(graph.outputs.map((output) => output.name ?? ''));
    this.fromClip = fromClip;
  }

  copiesJoinedBy(join: OnnxNode): UnrolledLoop | null {
    const lead = join.inputs.findIndex((name) => this.fromClip.has(name));
    if (!JOINS.has(join.opType ?? '') || lead < 0 || lead > 1 || join.inputs.length - lead < STEPS_MIN) return null;
    const mine = new Set<OnnxNode>();
    const sources = new Set<string>();
    const steps: OnnxNode[][] = [];
    for (const result of join.inputs.slice(lead)) {
      const step = this.collect(result, mine, sources);
      if (step === null || sources.size > 1 || compares(step) !== compares(steps[0] ?? step)) return null;
      steps.push(step.sort((a, b) => this.at(a) - this.at(b)));
    }
    const fires = compares(steps[0]);
    if (!fires && !steps.every((step, k) => k === 0 || readsAnyOf(step, steps[k - 1]))) return null;
    const [source] = sources;
    const reads = countReads([...mine, join]);
    const closed = [...mine].every(
      (node) => PICKS.has(node.opType ?? '') || node.outputs.every((name) => this.isReadOnlyHere(name, reads)),
    );
    if (source === undefined || !closed) return null;
    const likeRows = new Set([...mine].flatMap((node) => node.outputs.filter((name) => this.assumed.has(name))));
    const total = this.extended?.names.has(join.outputs[0]) === true ? this.extended.steps : join.inputs.length;
    return { join, steps, total, fires, lead, source, likeRows };
  }

  /** The nodes that `result` needs and that are not in `mine` yet; null where one of them is no part of a step. */
  private collect(result: string, mine: Set<OnnxNode>, sources: Set<string>): OnnxNode[] | null {
    const step: OnnxNode[] = [];
    const open = [result];
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      if (!this.fromClip.has(name)) continue;
      const node = this.makers.get(name);
      if (node === undefined) return null;
      if (mine.has(node)) continue;
      const picks = isPick(node, this.fromClip);
      if (this.seen.has(node) && !picks) return null;
      if (!picks && !STEP_OPERATORS.has(node.opType ?? '')) return null;
      this.seen.add(node);
      mine.add(node);
      step.push(node);
      if (picks) sources.add(node.inputs[0]);
      else open.push(...node.inputs);
    }
    return step;
  }

  private isReadOnlyHere(name: string, reads: ReadonlyMap<string, number>): boolean {
    return !this.outputs.has(name) && (reads.get(name) ?? 0) === (this.readers.get(name) ?? 0);
  }

  private at(node: OnnxNode): number {
    return this.position.get(node) ?? 0;
  }
}

const compares = (step: readonly OnnxNode[]): boolean => step.some(({ opType }) => COMPARISON.test(opType ?? ''));

/** Does the step read what the one before has computed? */
function readsAnyOf(step: readonly OnnxNode[], before: readonly OnnxNode[]): boolean {
  const made = new Set(before.flatMap(({ opType, outputs }) => (PICKS.has(opType ?? '') ? [] : outputs)));
  return step.some(({ inputs }) => inputs.some((name) => made.has(name)));
}

/** How often these nodes read each tensor. */
export function countReads(nodes: readonly OnnxNode[]): ReadonlyMap<string, number> {
  const reads = new Map<string, number>();
  for (const node of nodes) for (const name of node.inputs) reads.set(name, (reads.get(name) ?? 0) + 1);
  return reads;
}
