import { diagnostic } from '../../../diagnostics/index.ts';
import type { ChipModel } from '../../../ir/chip-model.ts';
import type { Misfit } from '../../mapping/partition.ts';
import type { Connectivity } from '../connectivity.ts';
import type { Layout } from '../layout.ts';
import type { CoreResource } from '../usage.ts';
import { editsForCore } from './edits/core-edits.ts';
import { editsForCores } from './edits/cores-edits.ts';
import { placeOf } from './place-of.ts';
import type { Problem } from './problem.ts';

/** Populations that no cut fits into cores, and networks that need more cores than there are. */
export function checkRoom(connectivity: Connectivity, layout: Layout, chip: ChipModel): readonly Problem[] {
  if (layout.misfits.length > 0) {
    const mostOf = (resource: CoreResource): number =>
      Math.max(...layout.misfits.map(({ share }) => (share.resource === resource ? share.used : 0)));
    return layout.misfits.map((misfit) => misfitProblem(misfit, mostOf(misfit.share.resource), connectivity, chip));
  }
  const cores = chip.geometry.coresPerChip * chip.limits.chips.value;
  if (layout.cores.length <= cores) return [];
  const sizes = new Map<number, number>();
  for (const slice of layout.cores.flat()) sizes.set(slice.owner, (sizes.get(slice.owner) ?? 0) + 1);
  const largest = [...sizes].sort(([, a], [, b]) => b - a).slice(0, 3);
  const [[owner, slices]] = largest;
  return [
    {
      diagnostic: diagnostic(
        'does-not-fit',
        `the network needs ${layout.cores.length} cores, ${layout.cores.length - cores} more than ${chip.name} has`,
        {
          places: largest.map(([index]) => placeOf(connectivity.owners[index].node)),
          notes: [
            `allowed: ${chip.limits.chips.value} x ${chip.geometry.coresPerChip} cores; small populations already share cores`,
            `most cores go to ${largest.map(([index, count]) => `${connectivity.owners[index].node.name} (${count} slices)`).join(', ')}`,
          ],
        },
      ),
      edits: (context) => editsForCores(context, layout.cores.length, connectivity.owners[owner].node, slices),
    },
  ];
}

const UNITS: Readonly<Record<CoreResource, string>> = {
  compartments: 'compartments',
  memory: 'bytes of memory',
  'input axons': 'input axons',
  'output axons': 'output axons',
  'synapse list': 'words in the synapse list of one axon',
  'synapse formats': 'synapse formats',
  'compartment profiles': 'compartment profiles (pairs of decays)',
  'threshold profiles': 'threshold profiles',
};

const NEXT_STEPS: Readonly<Record<CoreResource, string>> = {
  compartments: 'use fewer neurons, or a chip with more cores',
  memory: 'use fewer weight bits (--weight-bits), narrower layers, or a chip with more memory per core',
  'input axons': 'use fewer inputs to this population, or a chip with more input axons per core',
  'output axons': 'use fewer or smaller populations behind this one, or a chip with more output axons per core',
  'synapse list': 'narrow this population, or use fewer weight bits (--weight-bits)',
  'synapse formats': 'bring the exponents and signs of its weights closer together, or use a chip with more formats',
  'compartment profiles': 'use a chip with more compartment profiles',
  'threshold profiles': 'use a chip with more threshold profiles',
};

function misfitProblem(misfit: Misfit<CoreResource>, most: number, connectivity: Connectivity, chip: ChipModel): Problem {
  const owner = connectivity.owners[misfit.owner];
  const { name } = owner.node;
  const { resource, used, allowed } = misfit.share;
  const subject = misfit.neurons === 1 ? `a single neuron of ${name}` : `a slice of ${misfit.neurons} neurons of ${name}`;
  const all = chip.geometry.coresPerChip * chip.limits.chips.value;
  const message = `${subject} needs ${used} ${UNITS[resource]}, ${used - allowed} more than a core of ${chip.name} has`;
  return {
    diagnostic: diagnostic('does-not-fit', message, {
      places: [placeOf(owner.node)],
      notes: [
        `allowed: ${allowed} ${UNITS[resource]} per core`,
        misfit.neurons === 1
          ? 'cutting the population into slices does not help'
          : `cutting it further would take more than all ${all} cores`,
      ],
      help: NEXT_STEPS[resource],
    }),
    edits: (context) => editsForCore(context, owner, misfit, most),
  };
}
