import { Attributes } from '../../attributes.ts';
import type { Folder } from '../../fold.ts';
import type { OnnxGraph, OnnxNode } from '../../proto/index.ts';

/** The complaint that such a loop cannot be unrolled. */
export type Refuse = (reason: string) => Error;

/** A loop, `Loop` or `Scan`, in the same words. */
export interface NetworkLoop {
  readonly steps: number;
  /** By position among what the node gives. */
  readonly outputs: readonly LoopOutput[];
  /** Carried values: name in the body, and tensor before the first step. */
  readonly carried: readonly { readonly name: string; readonly first: string; readonly next: string }[];
  readonly counter: string | null;
  readonly condition: { readonly name: string; readonly next: string } | null;
  readonly scanned: readonly { readonly name: string; readonly from: string; readonly axis: number }[];
}

export type LoopOutput =
  /** The last value of a carried tensor. */
  | { readonly kind: 'last'; readonly carried: number }
  /** A value of every step, stacked along a new axis. */
  | { readonly kind: 'scan'; readonly value: string; readonly axis: number }
  /** A value of every step, appended to an empty sequence. */
  | { readonly kind: 'sequence'; readonly carried: number; readonly value: string }
  /** A row of every step, written into a tensor at its own step. */
  | { readonly kind: 'rows'; readonly carried: number; readonly value: string; readonly at: string };

/** What a loop finds around it. */
export interface Surroundings {
  /** Constants of the graph. */
  readonly folder: Folder;
  /** Sequences of the graph that are empty. */
  readonly empty: ReadonlySet<string>;
  /** Steps of a clip. */
  readonly steps: number;
}

/** A `Loop`. */
export function readLoop(node: OnnxNode, body: OnnxGraph, { folder, empty }: Surroundings, refuse: Refuse): NetworkLoop {
  const count = node.inputs.length - 2;
  if (count < 0 || body.inputs.length !== count + 2 || body.outputs.length < count + 1)
    throw refuse('its body does not carry what it is given');
  const [trip = '', condition = ''] = node.inputs;
  const [steps] = trip === '' ? [] : (folder.constantOf(trip)?.data ?? []);
  if (!Number.isSafeInteger(steps) || steps < 1) throw refuse('its number of steps is no constant');
  if (condition !== '' && folder.constantOf(condition)?.data[0] !== 1) throw refuse('its condition is not true');
  const carried = Array.from({ length: count }, (_, k) => ({
    name: nameIn(body.inputs, k + 2),
    first: node.inputs[k + 2],
    next: nameIn(body.outputs, k + 1),
  }));
  const makers = new Map(body.nodes.flatMap((inner) => inner.outputs.map((name) => [name, inner])));
  const outputs = carried.map(({ name, first, next }, k): LoopOutput => {
    const maker = makers.get(next);
    if (maker?.inputs[0] !== name) return { kind: 'last', carried: k };
    const [, second = '', third = ''] = maker.inputs;
    if (maker.opType === 'SequenceInsert') {
      if (!empty.has(first) || third !== '') throw refuse('it appends to a sequence that is not empty, or elsewhere than at its end');
      return { kind: 'sequence', carried: k, value: second };
    }
    if (maker.opType !== 'ScatterND') return { kind: 'last', carried: k };
    if (new Attributes(maker).text('reduction', 'none') !== 'none') throw refuse('it adds to what it collects');
    if (folder.constantOf(first)?.shape[0] !== steps) throw refuse(`it fills another number of rows than its ${steps} steps`);
    if (!readsShapeOnly(body, name, maker)) throw refuse('it reads rows that it collects');
    return { kind: 'rows', carried: k, value: third, at: second };
  });
  const scans = body.outputs
    .slice(count + 1)
    .map((_, k): LoopOutput => ({ kind: 'scan', value: nameIn(body.outputs, count + 1 + k), axis: 0 }));
  return {
    steps,
    carried,
    outputs: [...outputs, ...scans],
    counter: nameIn(body.inputs, 0),
    condition: { name: nameIn(body.inputs, 1), next: nameIn(body.outputs, 0) },
    scanned: [],
  };
}

/** Is nothing but the shape of a tensor that collects rows read, its own or that of a row? */
function readsShapeOnly({ nodes, outputs }: OnnxGraph, name: string, maker: OnnxNode): boolean {
  return (
    !outputs.some((output) => output.name === name) &&
    nodes.every((node) => {
      if (node === maker || !node.inputs.includes(name) || node.opType === 'Shape') return true;
      return node.opType === 'Gather' && nodes.every((reader) => !reader.inputs.includes(node.outputs[0]) || reader.opType === 'Shape');
    })
  );
}

/** A `Scan`, which walks all steps of the clip. */
export function readScan(node: OnnxNode, body: OnnxGraph, { steps }: Surroundings, refuse: Refuse): NetworkLoop {
  const attributes = new Attributes(node);
  const rows = attributes.int('num_scan_inputs', 1);
  const count = node.inputs.length - rows;
  if (count < 0 || body.inputs.length !== node.inputs.length || body.outputs.length < count)
    throw refuse('its body does not carry what it is given');
  const directions = [...(attributes.ints('scan_input_directions') ?? []), ...(attributes.ints('scan_output_directions') ?? [])];
  if (directions.some((direction) => direction !== 0)) throw refuse('it walks backwards');
  const into = attributes.ints('scan_output_axes') ?? [];
  const from = attributes.ints('scan_input_axes') ?? [];
  const carried = Array.from({ length: count }, (_, k) => ({
    name: nameIn(body.inputs, k),
    first: node.inputs[k],
    next: nameIn(body.outputs, k),
  }));
  return {
    steps,
    carried,
    outputs: body.outputs.map((_, k): LoopOutput => {
      return k < count ? { kind: 'last', carried: k } : { kind: 'scan', value: nameIn(body.outputs, k), axis: into[k - count] ?? 0 };
    }),
    counter: null,
    condition: null,
    scanned: node.inputs.slice(count).map((name, k) => ({ name: nameIn(body.inputs, count + k), from: name, axis: from[k] ?? 0 })),
  };
}

const nameIn = (values: readonly { readonly name?: string }[], position: number): string => values[position]?.name ?? '';
