import { type Diagnostic, DiagnosticError, diagnostic } from '../../diagnostics/index.ts';
import { nameOf } from './context.ts';
import { ACCEPTED_NEURONS, isStepOperator, mayBeNeuron, operatorOf } from './operators/index.ts';
import type { OnnxNode } from './proto/index.ts';

/** Operators that layer normalisation is exported as (one from opset 17 on), and why no chip holds it. */
const NORMALIZING: ReadonlySet<string> = new Set(['LayerNormalization', 'ReduceMean', 'Sqrt']);
const WHY_NOT_NORMALIZED =
  'layer normalisation (use_ln) divides each step by the deviation over its channels: a division by a value that depends on the clip, ' +
  'which no chip here has; batch normalisation has constant parameters and folds into the weights: train with it instead';

/** Places listed for one operator. */
const LISTED = 10;

/**
 * Throws `unsupported-operator` for all operators at once that have no spiking form here, and `no-spiking-neuron` where none can be.
 * `loops`: joins of unrolled loops, which stand for neurons.
 */
export function checkOperators(nodes: readonly OnnxNode[], file: string, loops: ReadonlyMap<OnnxNode, unknown>): void {
  const unsupported = new Map<string, string[]>();
  const note = (node: OnnxNode, place: string): void => {
    const operator = node.domain === undefined || node.domain === '' ? (node.opType ?? '') : `${node.domain}::${node.opType}`;
    const places = unsupported.get(operator);
    if (places === undefined) unsupported.set(operator, [place]);
    else places.push(place);
  };
  for (const node of nodes) {
    const place = `node ${nameOf(node)} (${node.opType})`;
    if (loops.has(node)) continue;
    if (operatorOf(node) === undefined) note(node, place);
    else {
      for (const inner of bodyNodes(node)) if (!isStepOperator(inner)) note(inner, `${place}, in its body: ${nameOf(inner)}`);
    }
  }
  const found: Diagnostic[] = [...unsupported].map(([operator, places]) =>
    diagnostic('unsupported-operator', `ONNX operator \`${operator}\` has no spiking form`, {
      places: places.slice(0, LISTED).map((item) => ({ file, item })),
      notes: [
        ...(NORMALIZING.has(operator) ? [WHY_NOT_NORMALIZED] : []),
        ...(places.length > LISTED ? [`${places.length - LISTED} more nodes of this operator`] : []),
        `neurons accepted here: ${ACCEPTED_NEURONS.join(', ')}, and Loops that step a LIF, IF or CUBA-LIF neuron`,
      ],
    }),
  );
  if (loops.size === 0 && !nodes.some(mayBeNeuron)) found.unshift(noSpikingNeuron(file));
  if (found.length > 0) throw new DiagnosticError(found);
}

export const noSpikingNeuron = (file: string): Diagnostic =>
  diagnostic('no-spiking-neuron', 'the model has no spiking neuron', {
    places: [{ file }],
    notes: [`looked for: ${ACCEPTED_NEURONS.join(', ')}, and Loops that step a neuron through time`],
  });

function bodyNodes(node: OnnxNode): readonly OnnxNode[] {
  return node.attributes.flatMap(({ g, graphs }) => [...(g === undefined ? [] : [g]), ...graphs]).flatMap((body) => body.nodes);
}
