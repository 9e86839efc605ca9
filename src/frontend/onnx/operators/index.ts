import { CUSTOM_NEURONS } from '../neurons/custom.ts';
import { loopOperator } from '../neurons/loop.ts';
import { scanOperator } from '../neurons/scan.ts';
import { STEP_OPERATORS } from '../neurons/step-machine.ts';
import type { OnnxNode } from '../proto/index.ts';
import { CONSTANTS } from './constants.ts';
import { ELEMENTWISE } from './elementwise.ts';
import { LINEAR } from './linear.ts';
import type { Operator } from './operator.ts';
import { concatFromSequence, sequenceConstruct } from './sequence.ts';
import { STRUCTURAL } from './structural.ts';

/** What may stand inside a loop body over constants. */
export const FOLDABLE: Readonly<Record<string, Operator>> = { ...CONSTANTS, ...STRUCTURAL, ...ELEMENTWISE };

const STANDARD: Readonly<Record<string, Operator>> = {
  ...FOLDABLE,
  ...LINEAR,
  ConcatFromSequence: concatFromSequence,
  SequenceConstruct: sequenceConstruct,
  Loop: loopOperator(FOLDABLE),
  Scan: scanOperator(FOLDABLE),
};

const isStandard = (domain: string | undefined): boolean => domain === undefined || domain === '' || domain === 'ai.onnx';

/** The operator of a node of the graph; undefined where there is none. A new export form of neurons is one more entry. */
export function operatorOf(node: OnnxNode): Operator | undefined {
  const table = isStandard(node.domain) ? STANDARD : CUSTOM_NEURONS;
  return Object.hasOwn(table, node.opType ?? '') ? table[node.opType ?? ''] : undefined;
}

/** May this node stand in a loop body? */
export const isStepOperator = (node: OnnxNode): boolean =>
  isStandard(node.domain) && (STEP_OPERATORS.has(node.opType ?? '') || Object.hasOwn(FOLDABLE, node.opType ?? ''));

/** Can this node be the neurons of a network, or a part of one? Comparisons are what unrolled loops leave of them. */
export const mayBeNeuron = (node: OnnxNode): boolean =>
  !isStandard(node.domain) || node.opType === 'Loop' || node.opType === 'Scan' || /^(Greater|Less)(OrEqual)?$/.test(node.opType ?? '');

/** Names for a diagnostic: what is accepted. */
export const ACCEPTED_NEURONS: readonly string[] = Object.keys(CUSTOM_NEURONS);
