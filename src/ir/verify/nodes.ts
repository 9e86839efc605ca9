import type { NodeId } from '../ids.ts';
import type { AttentionNode, ConstantNode, FastWeightsNode, InputNode, NetworkNode, ReorderNode, RotaryNode, SumNode } from '../network.ts';
import { operandsOf } from '../operands.ts';
import { carries, describePayload, type Payload, sumPayload } from '../payload.ts';
import { type QuantizedChannels, quantizedMax, quantizedProblem } from '../quantized-features.ts';
import { checkAccumulation, checkMembrane, checkNeuron } from './neurons.ts';
import type { Scope, Violations } from './scope.ts';
import { checkArray, checkIndices, isPositive } from './values.ts';

/** Everything a node says of itself and of the streams it reads. */
export function* checkNode(scope: Scope, node: NetworkNode): Violations {
  if (!isPositive(node.size)) yield `${node.name}: size ${node.size}`;
  if (scope.stepsOf(node.timeline) === 0) yield `${node.name}: timeline ${node.timeline} is not in the network`;
  for (const operand of operandsOf(node)) {
    const position = scope.position(operand);
    if (position < 0) yield `${node.name}: reads ${operand}, which is not in the network`;
    else if (position >= scope.position(node.id)) yield `${node.name}: stands before ${operand}, which it reads`;
    else if (scope.node(operand)?.kind === 'readout') yield `${node.name}: reads the read-out ${operand}`;
  }
  switch (node.kind) {
    case 'input':
      if (node.role === 'mask' && node.size !== 1) yield `${node.name}: a mask of ${node.size} values a step`;
      if (node.role === 'mask') yield* checkPayload(node, { kind: 'binary' });
      if (node.quantized !== undefined) yield* checkQuantized(node, node.quantized);
      return;
    case 'constant':
      yield* checkConstant(scope, node);
      return;
    case 'population':
      yield* checkPayload(node, { kind: 'binary' });
      yield* checkAccumulation(scope, node);
      yield* checkNeuron(scope, node);
      if (node.gate !== null) yield* checkGate(scope, node, node.gate);
      if (node.order !== undefined) yield* checkPermutation(`${node.name}: order`, node.order, node.size);
      return;
    case 'integrator':
      yield* checkPayload(node, { kind: 'real' });
      yield* checkAccumulation(scope, node);
      yield* checkMembrane(node.name, node.membrane, node.size);
      if (scope.integer) yield `${node.name}: an integrator in an integer network`;
      return;
    case 'readout':
      yield* checkPayload(node, { kind: 'real' });
      yield* checkAccumulation(scope, node);
      if (node.membrane !== undefined) yield* checkMembrane(node.name, node.membrane, node.size);
      if (!(Number.isFinite(node.scale) && node.scale > 0)) yield `${node.name}: scale ${node.scale}`;
      return;
    case 'sum':
      yield* checkSum(scope, node);
      return;
    case 'rotary':
      yield* checkRotary(scope, node);
      return;
    case 'reorder':
      yield* checkReorder(scope, node);
      return;
    case 'attention':
    case 'fast-weights':
      yield* checkAttention(scope, node);
  }
}

function* checkQuantized(node: InputNode, quantized: readonly QuantizedChannels[]): Violations {
  const { name, role, firstChannel = 0, size, payload } = node;
  if (role === 'mask') yield `${name}: a mask that is quantized`;
  const problem = quantizedProblem(quantized, firstChannel, firstChannel + size);
  if (problem !== null) yield `${name}: ${problem}`;
  const most = Math.max(0, ...quantized.map(({ bits }) => quantizedMax(bits)));
  if (![most, -most].every((value) => carries(payload, value)))
    yield `${name}: its payload is ${describePayload(payload)}, values up to ${most} are sent`;
}

function* checkPayload(node: NetworkNode, wanted: Payload): Violations {
  const [found, allowed] = [describePayload(node.payload), describePayload(wanted)];
  if (found !== allowed) yield `${node.name}: the payload of this ${node.kind} is ${found}, not ${allowed}`;
}

function* checkConstant(scope: Scope, node: ConstantNode): Violations {
  const { name, values, payload, size } = node;
  yield* checkArray(`${name}: values`, values, scope.stepsOf(node.timeline) * size);
  const odd = values.find((value) => !carries(payload, value));
  if (odd !== undefined) yield `${name}: has the value ${odd}, its payload is ${describePayload(payload)}`;
}

/** The operand has the node's timeline and size. */
function* checkAlike(scope: Scope, node: NetworkNode, operand: NodeId): Violations {
  const source = scope.node(operand);
  if (source === undefined) return;
  if (source.timeline !== node.timeline) yield `${node.name}: in timeline ${node.timeline}, reads ${source.name} of ${source.timeline}`;
  if (source.size !== node.size) yield `${node.name}: has size ${node.size}, reads ${source.name} of size ${source.size}`;
}

function* checkGate(scope: Scope, node: NetworkNode, gate: NodeId): Violations {
  yield* checkAlike(scope, node, gate);
  const source = scope.node(gate);
  if (source !== undefined && source.payload.kind !== 'binary') {
    yield `${node.name}: its gate ${source.name} carries ${describePayload(source.payload)}, not binary`;
  }
}

function* checkSum(scope: Scope, node: SumNode): Violations {
  if (node.terms.length === 0) yield `${node.name}: a sum of nothing`;
  for (const term of node.terms) yield* checkAlike(scope, node, term);
  const payloads = node.terms.flatMap((term) => scope.node(term)?.payload ?? []);
  if (payloads.length === node.terms.length) yield* checkPayload(node, sumPayload(payloads));
}

function* checkRotary(scope: Scope, node: RotaryNode): Violations {
  const { direct, partner, partnerOf, fractionBits, size } = node;
  const length = scope.stepsOf(node.timeline) * size;
  yield* checkPayload(node, { kind: 'real' });
  yield* checkAlike(scope, node, node.source);
  yield* checkArray(`${node.name}: direct`, direct, length);
  yield* checkArray(`${node.name}: partner`, partner, length);
  yield* checkArray(`${node.name}: partnerOf`, partnerOf, size);
  yield* checkIndices(`${node.name}: partnerOf`, partnerOf, size);
  const single = partnerOf.findIndex((other, channel) => partnerOf[other] !== channel);
  if (single >= 0) yield `${node.name}: channel ${single} has partner ${partnerOf[single]}, which has another`;
  const tablesAreIntegers = direct instanceof Int32Array;
  if (partner instanceof Int32Array !== tablesAreIntegers) yield `${node.name}: one table is real, the other not`;
  if (tablesAreIntegers !== scope.integer) yield `${node.name}: ${tablesAreIntegers ? 'integer' : 'real'} tables in a network that is not`;
  if (!Number.isInteger(fractionBits) || fractionBits < 0 || fractionBits > 31 || (!tablesAreIntegers && fractionBits !== 0)) {
    yield `${node.name}: ${fractionBits} fraction bits`;
  }
  const source = scope.node(node.source);
  if (tablesAreIntegers && source !== undefined && source.payload.kind !== 'binary') {
    yield `${node.name}: integer tables hold the products of spikes, ${source.name} carries ${describePayload(source.payload)}`;
  }
}

function* checkReorder(scope: Scope, node: ReorderNode): Violations {
  const length = scope.stepsOf(node.timeline) * node.size;
  yield* checkPermutation(`${node.name}: permutation`, node.permutation, length);
  const source = scope.node(node.source);
  if (source === undefined) return;
  const available = scope.stepsOf(source.timeline) * source.size;
  if (available !== length) yield `${node.name}: ${length} values of ${source.name}, which has ${available}`;
  yield* checkPayload(node, source.payload);
}

/** Every index below `length` once. */
function* checkPermutation(what: string, values: Int32Array, length: number): Violations {
  yield* checkArray(what, values, length);
  yield* checkIndices(what, values, length);
  const taken = new Uint8Array(values.length);
  const twice = values.findIndex((from) => {
    const known = taken[from] === 1;
    taken[from] = 1;
    return known;
  });
  if (twice >= 0) yield `${what} has ${values[twice]} twice`;
}

function* checkAttention(scope: Scope, node: AttentionNode | FastWeightsNode): Violations {
  yield* checkPayload(node, node.payload.kind === 'binary' && gatesItsQuery(scope, node) ? { kind: 'binary' } : { kind: 'real' });
  yield* checkAlike(scope, node, node.query);
  for (const operand of [node.key, node.value]) {
    const source = scope.node(operand);
    if (source !== undefined && source.size !== node.size)
      yield `${node.name}: has size ${node.size}, reads ${source.name} of size ${source.size}`;
  }
  const [key, value] = [scope.node(node.key), scope.node(node.value)];
  if (key !== undefined && value !== undefined && key.timeline !== value.timeline)
    yield `${node.name}: its keys in timeline ${key.timeline}, its values in ${value.timeline}`;
  if (!isPositive(node.heads) || node.size % node.heads !== 0) yield `${node.name}: ${node.heads} heads of ${node.size} channels`;
  if (!(Number.isFinite(node.scale) && node.scale !== 0)) yield `${node.name}: scale ${node.scale}`;
  const mask = node.mask === null ? undefined : scope.node(node.mask);
  if (mask === undefined) return;
  if (mask.kind !== 'input' || mask.role !== 'mask') yield `${node.name}: its mask ${mask.name} is no mask input`;
  if (key !== undefined && mask.timeline !== key.timeline)
    yield `${node.name}: its keys in timeline ${key.timeline}, its mask in ${mask.timeline}`;
}

/** Every channel of the query is let through or not, by one binary key and value: the result is 0 or 1. */
function gatesItsQuery(scope: Scope, { query, key, value, heads, size, scale }: AttentionNode | FastWeightsNode): boolean {
  const operands = [query, key, value].map((id) => scope.node(id));
  const once = operands[1] !== undefined && scope.stepsOf(operands[1].timeline) === 1;
  return heads === size && scale === 1 && once && operands.every((operand) => operand?.payload.kind === 'binary');
}
