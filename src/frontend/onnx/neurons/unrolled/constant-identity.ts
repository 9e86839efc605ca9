import type { OnnxAttribute, OnnxGraph, OnnxNode, OnnxTensor } from '../../proto/index.ts';

/** Constants of one hash that a new one is compared with. More have one hash by intent, and then they count as different. */
const CANDIDATES_MAX = 8;

/**
 * Numbers tensors by their values: two that have one number are equal. Exporters write a weight that is used in every step once for each, or
 * copy or transpose it anew. Tensors that depend on the clip are all different. `nodes` in order of evaluation.
 */
export function constantIdentity(nodes: readonly OnnxNode[], graph: OnnxGraph, fromClip: ReadonlySet<string>): (name: string) => number {
  const numbers = new Map<string, number>();
  const byHash = new Map<number, { readonly number: number; readonly tensor: OnnxTensor }[]>();
  const byRecipe = new Map<string, number>();
  let count = 0;
  const numberOf = (name: string): number => {
    const number = numbers.get(name) ?? count++;
    numbers.set(name, number);
    return number;
  };
  const numberTensor = (name: string, tensor: OnnxTensor): void => {
    const hash = hashOf(tensor);
    const candidates = byHash.get(hash) ?? [];
    const found = candidates.find((candidate) => equal(candidate.tensor, tensor));
    if (found !== undefined) numbers.set(name, found.number);
    else if (candidates.length < CANDIDATES_MAX) byHash.set(hash, [...candidates, { number: numberOf(name), tensor }]);
  };
  for (const tensor of graph.initializers) numberTensor(tensor.name ?? '', tensor);
  for (const node of nodes) {
    const [name] = node.outputs;
    const [value] = node.attributes;
    if (node.outputs.length !== 1 || fromClip.has(name) || node.attributes.some(({ g, graphs }) => g !== undefined || graphs.length > 0))
      continue;
    if (node.opType === 'Constant' && value?.t !== undefined) numberTensor(name, value.t);
    else if (node.opType === 'Identity') numbers.set(name, numberOf(node.inputs[0] ?? ''));
    else {
      const recipe = JSON.stringify([node.opType, node.domain, node.inputs.map(numberOf), node.attributes.map(textOf)]);
      const known = byRecipe.get(recipe);
      if (known === undefined) byRecipe.set(recipe, numberOf(name));
      else numbers.set(name, known);
    }
  }
  return numberOf;
}

/** An attribute that holds no tensor or graph, as something that JSON tells apart. */
export const textOf = ({ name, f, i, s, t, ints, floats, strings }: OnnxAttribute): unknown => [
  name,
  f,
  i,
  s && [...s],
  t && listsOf(t).map((list) => Array.from(list)),
  ints,
  floats,
  strings.map((text) => [...text]),
];

const listsOf = ({ dims, rawData, floatData, int32Data, int64Data, doubleData }: OnnxTensor): readonly ArrayLike<number>[] => [
  dims,
  rawData ?? [],
  floatData,
  int32Data,
  int64Data,
  doubleData,
];

function hashOf(tensor: OnnxTensor): number {
  let hash = tensor.dataType ?? 0;
  for (const list of listsOf(tensor)) for (let i = 0; i < list.length; i++) hash = (Math.imul(hash, 31) + list[i]) | 0;
  return hash;
}

function equal(a: OnnxTensor, b: OnnxTensor): boolean {
  const lists = listsOf(b);
  return a.dataType === b.dataType && listsOf(a).every((list, k) => sameNumbers(list, lists[k]));
}

function sameNumbers(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}
