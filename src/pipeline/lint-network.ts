import { diagnostic, type Report } from '../diagnostics/index.ts';
import { findDependences, findWholeClipNodes } from '../ir/dependence.ts';
import { outputOf } from '../ir/model-facts.ts';
import { isTarget, type Network, type TargetNode } from '../ir/network.ts';
import { at } from '../ir/neuron.ts';
import { gainAt } from '../ir/normalization.ts';

/** `non-causal`: what looks ahead in time, and what a decision has to wait for. */
export function lintCausality(network: Network, report: Report): void {
  const dependences = findDependences(network);
  const output = outputOf(network);
  const total = dependences.get(output.id)?.lookaheadTotal ?? null;
  if (total === 0) return;
  const populations = network.nodes.filter((node) => node.kind === 'population');
  const ahead = populations.filter(({ id }) => (dependences.get(id)?.lookahead ?? 0) > 0);
  const most = Math.max(0, ...ahead.map(({ id }) => dependences.get(id)?.lookahead ?? 0));
  const whole = [...findWholeClipNodes(network)].length;
  const parts = [
    ...(ahead.length === 0
      ? []
      : [`${plural(ahead.length, 'population')} look${ahead.length === 1 ? 's' : ''} up to ${plural(most, 'step')} ahead`]),
    ...(whole === 0 ? [] : [`${plural(whole, 'operation')} need${whole === 1 ? 's' : ''} the whole clip`]),
  ];
  const latency =
    total === null
      ? 'no decision before the last frame has arrived, and everything behind those operations runs after it'
      : `what a step decides is known ${plural(total, 'step')} after its frame`;
  report(
    diagnostic('non-causal', `the network is not causal: ${parts.join(', ')}`, {
      places: [{ file: output.origin.file, item: network.name }],
      notes: [latency],
    }),
  );
}

export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** Populations, integrators and read-outs that receive a current in every step, whatever arrives. */
export const findDriven = (network: Network): readonly TargetNode[] =>
  network.nodes.filter(
    (node): node is TargetNode => isTarget(node) && Array.from({ length: node.size }, (_, n) => n).some((n) => isDriven(node, n)),
  );

/** normalization(bias) of a neuron is not 0, or its membrane is driven by a leak. */
function isDriven(node: TargetNode, n: number): boolean {
  const membrane = node.kind === 'population' ? node.neuron : node.membrane;
  if (membrane?.parameters === 'discrete' && at(membrane.leak, n) !== 0) return true;
  const { bias, normalization } = node;
  const current = bias === null ? 0 : bias[n];
  if (normalization === null) return current !== 0;
  return (current - normalization.mean[n]) * gainAt(normalization, n) + normalization.shift[n] !== 0;
}

/** `padding-dependent`, as far as the network alone shows it. */
export function lintPadding(network: Network, report: Report): void {
  const driven = findDriven(network);
  if (driven.length === 0) return;
  report(
    diagnostic(
      'padding-dependent',
      `empty frames are not neutral: ${plural(driven.length, 'layer')} of neurons get a current in every step`,
      {
        places: [{ file: outputOf(network).origin.file, item: network.name }],
        notes: ['a rule that sums logits over all steps counts padded steps too; `run` says how many frames of the data are padded'],
      },
    ),
  );
}
