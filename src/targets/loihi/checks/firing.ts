import { diagnostic } from '../../../diagnostics/index.ts';
import type { ChipModel } from '../../../ir/chip-model.ts';
import type { Network, PopulationNode } from '../../../ir/network.ts';
import { editsForSoftReset } from './edits/firing-edits.ts';
import { placeOf } from './place-of.ts';
import type { Problem } from './problem.ts';

/** Neurons that fire or reset in a way that takes a program of their own, on a chip whose neurons are registers. */
export const checkFiring = (network: Network, chip: ChipModel): readonly Problem[] =>
  network.nodes.flatMap((node) => (node.kind === 'population' ? [...tieProblems(node, chip), ...resetProblems(node, chip)] : []));

/** Registers compare one way; a neuron's own program can do either. */
function tieProblems(node: PopulationNode, chip: ChipModel): readonly Problem[] {
  const { neuron, name } = node;
  if (neuron.parameters !== 'integer' || neuron.tie !== 'ge' || chip.operations.ties === true) return [];
  return [
    {
      diagnostic: diagnostic('operation-unsupported', `${name} fires at v >= threshold, and ${chip.name} fires at v > threshold only`, {
        places: [placeOf(node)],
        notes: ['its threshold has steps of 64 units, so that none lies one unit below'],
        help: 'use a chip that can (loihi2), or read the model with --threshold-rule gt, which loses the spikes of ties',
      }),
      edits: () => [],
    },
  ];
}

/** Registers have one reset; a program may subtract. */
function resetProblems(node: PopulationNode, chip: ChipModel): readonly Problem[] {
  const { neuron, name } = node;
  if (neuron.parameters !== 'integer' || neuron.resetAmount === undefined || chip.operations.softReset === true) return [];
  return [
    {
      diagnostic: diagnostic(
        'operation-unsupported',
        `${name} resets by subtraction, and a spike of ${chip.name} sets the potential to 0`,
        {
          places: [placeOf(node)],
          notes: [`allowed on ${chip.name}: resets to a value`],
          help: 'use a chip whose neurons can subtract (loihi2), or train with a reset to a value',
        },
      ),
      edits: (context) => editsForSoftReset(context, node),
    },
  ];
}
