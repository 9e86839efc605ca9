import { stridesOf } from './structure.ts';
import { allocate, elementCount, KernelError, type Tensor } from './tensor.ts';

/** Terms of all sums together. */
const TABLE_LIMIT = 2 ** 21;

/** Einsum of constants: products over labelled axes, blanks ignored, one ellipsis per operand. Enough for tables; not for large products. */
export function einsum(equation: string, operands: readonly Tensor[]): Tensor {
  const [inputs, output] = equation.replace(/\s+/g, '').split('->');
  const terms = (inputs ?? '').split(',');
  if (output === undefined || terms.length !== operands.length)
    throw new KernelError(`the equation "${equation}" does not fit its operands`);
  const hidden = Math.max(0, ...terms.map((term, k) => (term.includes('...') ? operands[k].shape.length - (term.length - 3) : 0)));
  const labels = terms.map((term, k) => labelsOf(term, operands[k].shape.length, hidden));
  const outputLabels = labelsOf(output, output.includes('...') ? output.length - 3 + hidden : output.length, hidden);
  const sizes = new Map<string, number>();
  labels.forEach((list, k) => {
    list.forEach((label, axis) => {
      const size = operands[k].shape[axis];
      const known = sizes.get(label) ?? 1;
      if (known !== size && known !== 1 && size !== 1) throw new KernelError(`"${equation}": axis ${label} has two sizes`);
      sizes.set(label, Math.max(known, size));
    });
  });
  const summed = [...sizes.keys()].filter((label) => !outputLabels.includes(label));
  return contract(operands, labels, outputLabels, summed, sizes, equation);
}

/** One label an axis; the axes under the ellipsis are labelled by number from the right. */
function labelsOf(term: string, rank: number, hidden: number): string[] {
  const [before, after] = term.includes('...') ? term.split('...') : [term, undefined];
  const under = after === undefined ? 0 : rank - before.length - after.length;
  if (under < 0 || before.length + under + (after ?? '').length !== rank || !/^[A-Za-z]*$/.test(before + (after ?? ''))) {
    throw new KernelError(`"${term}" does not label rank ${rank}`);
  }
  return [...before, ...Array.from({ length: under }, (_, k) => String(hidden - under + k)), ...(after ?? '')];
}

function contract(
  operands: readonly Tensor[],
  labels: readonly (readonly string[])[],
  outputLabels: readonly string[],
  summed: readonly string[],
  sizes: ReadonlyMap<string, number>,
  equation: string,
): Tensor {
  const sizeOf = (label: string): number => {
    const size = sizes.get(label);
    if (size === undefined) throw new KernelError(`"${equation}": axis ${label} is in no operand`);
    return size;
  };
  const shape = outputLabels.map(sizeOf);
  const loops = [...outputLabels, ...summed];
  const extents = loops.map(sizeOf);
  const total = elementCount(extents);
  if (total > TABLE_LIMIT) throw new KernelError(`"${equation}" over [${extents.join(', ')}] is no table`);
  const steps = operands.map((operand, k) => {
    const strides = stridesOf(operand.shape);
    return loops.map((label) =>
      labels[k].reduce((sum, own, axis) => (own === label && operand.shape[axis] > 1 ? sum + strides[axis] : sum), 0),
    );
  });
  const { type } = operands[0];
  const data = allocate(type, elementCount(shape));
  const perOutput = data.length === 0 ? 0 : total / data.length;
  const position = new Array<number>(loops.length).fill(0);
  for (let e = 0; e < total; e++) {
    let product = 1;
    operands.forEach((operand, k) => {
      product *= operand.data[position.reduce((at, p, axis) => at + p * steps[k][axis], 0)];
    });
    data[Math.floor(e / perOutput)] += product;
    for (let axis = loops.length - 1; axis >= 0 && ++position[axis] === extents[axis]; axis--) position[axis] = 0;
  }
  return { type, shape, data };
}
