import type { Call } from '../context.ts';
import { decideOnce } from '../neurons/once.ts';
import { maskScores } from '../streams/attention.ts';
import { decidesOnce, letThrough, maskProduct, productOf } from '../streams/coincidence.ts';
import { addStreams, expandStream, scaleStream, uniformValue } from '../streams/combine.ts';
import { currentOf, currentTerm, perChannel, withBase } from '../streams/current.ts';
import { trainedValues } from '../streams/linear.ts';
import { settle } from '../streams/settle.ts';
import { addCode, addTable } from '../streams/table.ts';
import { applyBinary, applyUnary, broadcastData, COMPARISON_OPERATORS, cast, select } from '../tensors/arithmetic.ts';
import { elementTypeOf } from '../tensors/read-tensor.ts';
import { broadcastShape } from '../tensors/structure.ts';
import { isFloating, sameShape, type Tensor, tensorOf } from '../tensors/tensor.ts';
import { constant, describeValue, type ScoresValue, type StreamValue, soleTerm, type Value, viewOf } from '../values.ts';
import { mismatch, type Operator } from './operator.ts';

const MINUS_ONE = tensorOf('float', [], [-1]);
const negated = (tensor: Tensor): Tensor => applyUnary('Neg', tensor);

function add(call: Call, a: Value, b: Value): Value {
  if (a.kind === 'constant' && b.kind === 'constant') return constant(applyBinary('Add', a.tensor, b.tensor));
  if (a.kind === 'stream' && b.kind === 'stream') return addStreams(call, a, b);
  if (a.kind === 'constant' && b.kind === 'stream') return addConstant(call, b, a.tensor);
  if (a.kind === 'stream' && b.kind === 'constant') return addConstant(call, a, b.tensor);
  throw mismatch(call, a, b);
}

/** A constant on a current is its bias, or a current of its own in each step; on a stream it is a stream of its own. */
function addConstant(call: Call, value: StreamValue, addend: Tensor): Value {
  const uniform = uniformValue(addend);
  const term = currentTerm(value);
  if (term !== null && uniform !== 0) {
    const { base } = term;
    const bias = sameShape(broadcastShape(value.shape, addend.shape), value.shape)
      ? perChannel(term, broadcastData(addend, value.shape))
      : null;
    if (bias === null) return addCode(call, value, term, addend);
    if (base.bias !== null || base.normalization !== null || base.gate !== null) {
      throw call.unsupported('a constant is added to an input current that has its bias, or is normalised or gated already');
    }
    trainedValues(call, addend, 'bias');
    return withBase(value, term, { ...base, bias, nodes: [...base.nodes, call.name] });
  }
  if (uniform === null) return addTable(call, value, addend);
  const expanded = expandStream(call, value, broadcastShape(value.shape, addend.shape));
  return { ...expanded, offset: expanded.offset + uniform };
}

function multiply(call: Call, a: Value, b: Value): Value {
  if (a.kind === 'constant' && b.kind === 'constant') return constant(applyBinary('Mul', a.tensor, b.tensor));
  if (a.kind === 'constant') return multiply(call, b, a);
  if (a.kind === 'stream' && b.kind === 'constant') return scaleStream(call, a, b.tensor);
  if (a.kind === 'scores' && b.kind === 'constant') return scaleScores(call, a, b.tensor);
  if (a.kind === 'scores' && b.kind === 'stream') return maskScores(call, a, b);
  if (a.kind === 'stream' && b.kind === 'scores') return maskScores(call, b, a);
  if (a.kind === 'product' && b.kind === 'stream') return maskProduct(call, a, b);
  if (a.kind === 'stream' && b.kind === 'product') return maskProduct(call, b, a);
  if (a.kind === 'stream' && b.kind === 'stream') return multiplyStreams(call, a, b);
  throw mismatch(call, a, b);
}

/** A current and the spikes that gate it, spikes that open a channel for the whole clip, or products to be summed over the clip. */
function multiplyStreams(call: Call, a: StreamValue, b: StreamValue): Value {
  if (currentTerm(a) !== null || currentTerm(b) !== null) return gate(call, a, b);
  if (decidesOnce(b)) return letThrough(call, a, b);
  if (decidesOnce(a)) return letThrough(call, b, a);
  if (sameShape(a.shape, b.shape)) return productOf(call, a, b);
  throw mismatch(call, a, b);
}

function scaleScores(call: Call, scores: ScoresValue, factor: Tensor): ScoresValue {
  const uniform = uniformValue(factor);
  if (uniform === null || factor.shape.length > scores.shape.length)
    throw call.unsupported('attention scores are multiplied by more than one number');
  return { ...scores, scale: scores.scale * uniform, nodes: [...scores.nodes, call.name] };
}

/** current * spikes: the spikes let the current through or not. */
function gate(call: Call, a: StreamValue, b: StreamValue): StreamValue {
  const [value, opener] = currentTerm(a) === null ? [b, a] : [a, b];
  if (currentTerm(value) === null || currentTerm(opener) !== null || !sameShape(value.shape, opener.shape)) throw mismatch(call, a, b);
  const steps = value.shape[0];
  const base = currentOf(call, value, steps);
  const gates = settle(call, opener, steps);
  if (base.gate !== null) throw call.unsupported('a current has two gates');
  if (gates.node.payload.kind !== 'binary') throw call.unsupported(`the gate ${gates.node.name} is not binary`);
  if (gates.timeline !== base.timeline) throw call.unsupported('a current and its gate are in different order of time');
  return viewOf({ ...base, gate: gates.node.id, nodes: [...base.nodes, call.name] }, value.shape, null);
}

const divide: Operator = (call) => {
  const [a, b] = [call.operand(0), call.operand(1)];
  if (b.kind !== 'constant') throw mismatch(call, a, b);
  if (a.kind === 'constant') return [constant(applyBinary('Div', a.tensor, b.tensor))];
  if (b.tensor.data.some((divisor) => divisor === 0)) throw call.unsupported('a stream is divided by zero');
  return [multiply(call, a, constant(applyUnary('Reciprocal', b.tensor)))];
};

const negate: Operator = (call) => {
  const value = call.operand(0);
  return [value.kind === 'constant' ? constant(negated(value.tensor)) : multiply(call, value, constant(MINUS_ONE))];
};

const subtract: Operator = (call) => {
  const [a, b] = [call.operand(0), call.operand(1)];
  if (a.kind === 'constant' && b.kind === 'constant') return [constant(applyBinary('Sub', a.tensor, b.tensor))];
  return [add(call, a, b.kind === 'constant' ? constant(negated(b.tensor)) : multiply(call, b, constant(MINUS_ONE)))];
};

const not: Operator = (call) => {
  const value = call.operand(0);
  if (value.kind === 'constant') return [constant(applyUnary('Not', value.tensor))];
  if (value.kind !== 'stream') throw mismatch(call, value);
  return [complement(call, value)];
};

function complement(call: Call, value: StreamValue): StreamValue {
  const turned = scaleStream(call, value, MINUS_ONE);
  return { ...turned, offset: turned.offset + 1 };
}

/** Comparisons belong into neurons. Outside may stand `mask == 0`, `mask == 1`, and neurons that decide once a clip and so need no loop. */
const compare: Operator = (call) => {
  const [a, b] = [call.operand(0), call.operand(1)];
  if (a.kind === 'constant' && b.kind === 'constant') return [constant(applyBinary(call.node.opType ?? '', a.tensor, b.tensor))];
  const [stream, other] = a.kind === 'stream' ? [a, b] : [b, a];
  const target = other.kind === 'constant' ? uniformValue(other.tensor) : null;
  if (call.node.opType === 'Equal' && stream.kind === 'stream' && isBinary(stream) && (target === 0 || target === 1)) {
    return [{ ...(target === 1 ? stream : complement(call, stream)), type: 'bool' }];
  }
  const once = decideOnce(call, a, b);
  if (once !== null) return [once];
  throw call.unsupported('a comparison outside a neuron that was recovered', [
    'an unrolled time loop is recognised where the spikes of all its steps are joined, and nothing else reads them',
  ]);
};

const isBinary = (value: StreamValue): boolean => {
  const term = soleTerm(value);
  return term !== null && term.scale === 1 && term.base.kind === 'node' && term.base.node.payload.kind === 'binary';
};

const castOperator: Operator = (call) => {
  const value = call.operand(0);
  const type = elementTypeOf(call.attributes.int('to', 0));
  switch (value.kind) {
    case 'constant':
      return [constant(cast(value.tensor, type))];
    case 'stream': {
      const complementOfBinary = value.offset === 1 && value.terms.length === 1 && value.terms[0].scale === -1;
      const exact =
        isFloating(type) ||
        type === value.type ||
        isBinary(value) ||
        (complementOfBinary && isBinary({ ...value, offset: 0, terms: [{ ...value.terms[0], scale: 1 }] }));
      if (!exact) throw call.unsupported(`a stream of type ${value.type} is cut to ${type}`);
      return [{ ...value, type }];
    }
    case 'scores':
    case 'product':
      if (!isFloating(type)) throw call.unsupported(`${describeValue(value)} are cut to ${type}`);
      return [{ ...value, type }];
    case 'opaque':
    case 'sequence':
      throw mismatch(call, value);
  }
};

/** Where(not mask, 0, scores) and Where(mask, scores, 0) keep the scores of valid keys; the same for products. */
const where: Operator = (call) => {
  const [condition, yes, no] = [call.operand(0), call.operand(1), call.operand(2)];
  if (condition.kind === 'constant' && yes.kind === 'constant' && no.kind === 'constant')
    return [constant(select(condition.tensor, yes.tensor, no.tensor))];
  const isZero = (value: Value): boolean => value.kind === 'constant' && uniformValue(value.tensor) === 0;
  if (condition.kind === 'stream' && no.kind === 'scores' && isZero(yes)) return [maskScores(call, no, complement(call, condition))];
  if (condition.kind === 'stream' && yes.kind === 'scores' && isZero(no)) return [maskScores(call, yes, condition)];
  if (condition.kind === 'stream' && no.kind === 'product' && isZero(yes)) return [maskProduct(call, no, complement(call, condition))];
  if (condition.kind === 'stream' && yes.kind === 'product' && isZero(no)) return [maskProduct(call, yes, condition)];
  throw mismatch(call, condition, yes, no);
};

export const ELEMENTWISE: Readonly<Record<string, Operator>> = {
  ...Object.fromEntries(COMPARISON_OPERATORS.map((operator): [string, Operator] => [operator, compare])),
  Pow: (call) => [constant(applyBinary('Pow', call.constant(0), call.constant(1)))],
  Add: (call) => [add(call, call.operand(0), call.operand(1))],
  Sub: subtract,
  Mul: (call) => [multiply(call, call.operand(0), call.operand(1))],
  Div: divide,
  Neg: negate,
  Not: not,
  Cast: castOperator,
  Where: where,
};
