import { type Diagnostic, diagnostic } from '../../../diagnostics/index.ts';
import type { ChipModel } from '../../../ir/chip-model.ts';
import type { Misfit } from '../../mapping/partition.ts';
import type { Connectivity } from '../connectivity.ts';
import type { Layout } from '../layout.ts';
import type { CoreResource } from '../usage.ts';
import { editsForCore, editsForCores } from './edits.ts';
import { placeOf } from './place-of.ts';

/** Populations that no cut fits into cores, and networks that need more cores than there are. */
export function checkRoom(connectivity: Connectivity, layout: Layout, chip: ChipModel): readonly Diagnostic[] {
  if (layout.misfits.length > 0) return layout.misfits.map((misfit) => misfitProblem(misfit, connectivity, chip));
  const cores = chip.geometry.coresPerChip * chip.limits.chips.value;
  if (layout.cores.length <= cores) return [];
  const sizes = new Map<number, number>();
  for (const slice of layout.cores.flat()) sizes.set(slice.owner, (sizes.get(slice.owner) ?? 0) + 1);
  const largest = [...sizes].sort(([, a], [, b]) => b - a).slice(0, 3);
  return [
    diagnostic(
      'does-not-fit',
      `the network needs ${layout.cores.length} cores, ${layout.cores.length - cores} more than ${chip.name} has`,
      {
        places: largest.map(([owner]) => placeOf(connectivity.owners[owner].node)),
        notes: [
          `allowed: ${chip.limits.chips.value} x ${chip.geometry.coresPerChip} cores; small populations already share cores`,
          `most cores go to ${largest.map(([owner, slices]) => `${connectivity.owners[owner].node.name} (${slices} slices)`).join(', ')}`,
          ...editsForCores(layout.cores.length, connectivity.owners[largest[0][0]], largest[0][1], chip).map(numbered),
        ],
      },
    ),
  ];
}

const numbered = (edit: string, index: number): string => `edit ${index + 1}: ${edit}`;

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

function misfitProblem(misfit: Misfit<CoreResource>, connectivity: Connectivity, chip: ChipModel): Diagnostic {
  const { node } = connectivity.owners[misfit.owner];
  const { resource, used, allowed } = misfit.share;
  const subject = misfit.neurons === 1 ? `a single neuron of ${node.name}` : `a slice of ${misfit.neurons} neurons of ${node.name}`;
  const all = chip.geometry.coresPerChip * chip.limits.chips.value;
  return diagnostic('does-not-fit', `${subject} needs ${used} ${UNITS[resource]}, ${used - allowed} more than a core of ${chip.name} has`, {
    places: [placeOf(node)],
    notes: [
      `allowed: ${allowed} ${UNITS[resource]} per core`,
      misfit.neurons === 1
        ? 'cutting the population into slices does not help'
        : `cutting it further would take more than all ${all} cores`,
      ...editsForCore(connectivity.owners[misfit.owner], misfit.share, chip).map(numbered),
    ],
    help: NEXT_STEPS[resource],
  });
}
