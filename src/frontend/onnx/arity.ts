import type { OnnxNode } from './proto/index.ts';

const ARITIES: readonly (readonly [operands: number, operators: string])[] = [
  [1, 'Abs Cast Ceil Clip Concat ConcatFromSequence Cos Dropout Einsum Erf Exp Flatten Floor Identity Log Neg Not Pad Reciprocal Relu'],
  [
    1,
    'ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum Shape Sigmoid Sign Sin Size Slice Softmax Split Sqrt Squeeze Sum Tanh Transpose',
  ],
  [1, 'ConstantOfShape Max Mean Min Unsqueeze'],
  [2, 'Add And Conv Div Equal Expand Gather GatherElements GatherND Gemm Greater GreaterOrEqual Less LessOrEqual MatMul Mod Mul Or Pow'],
  [2, 'Reshape SequenceAt SequenceInsert Sub Tile Xor'],
  [3, 'LayerNormalization Range ScatterElements ScatterND Where'],
  [5, 'BatchNormalization'],
];

/** Operands that no version of the operator goes without, by operator. */
const LEAST: ReadonlyMap<string, number> = new Map(
  ARITIES.flatMap(([operands, operators]) => operators.split(' ').map((operator): [string, number] => [operator, operands])),
);

/** Results of these operators; the others in LEAST give one. */
const RESULTS: ReadonlyMap<string, number> = new Map([
  ['Split', Number.POSITIVE_INFINITY],
  ['Dropout', 2],
  ['BatchNormalization', 5],
  ['LayerNormalization', 3],
]);

/** What a node of the standard operators lacks, or has too much of, in words; null where operands and results fit, or are not known. */
export function arityFault(node: OnnxNode): string | null {
  const operator = node.opType ?? '';
  const least = (node.domain ?? '') === '' || node.domain === 'ai.onnx' ? LEAST.get(operator) : undefined;
  if (least === undefined) return null;
  const given = node.inputs.slice(0, least).filter((name) => name !== '').length;
  if (given < least) return `${operator} has ${given} of the ${least} operands that it needs`;
  const results = RESULTS.get(operator) ?? 1;
  return node.outputs.length <= results ? null : `${operator} has ${node.outputs.length} results; it gives ${results}`;
}
