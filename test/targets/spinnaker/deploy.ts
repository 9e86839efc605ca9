import type { SpinnakerMachine } from '../../../src/ir/spinnaker-machine.ts';
import type { Slice } from '../../../src/targets/mapping/slices.ts';
import { allocateKeys } from '../../../src/targets/spinnaker/allocate-keys.ts';
import { smallestMachine } from '../../../src/targets/spinnaker/machine/boards.ts';
import { SPINNAKER1_CORE } from '../../../src/targets/spinnaker/partition/core-costs.ts';
import { cutPopulation } from '../../../src/targets/spinnaker/partition/cut-population.ts';
import { cyclesAllowed, sliceShares } from '../../../src/targets/spinnaker/partition/slice-shares.ts';
import type { SliceNet } from '../../../src/targets/spinnaker/placement/chip-loads.ts';
import { placeSlices, type SlicePlacement } from '../../../src/targets/spinnaker/placement/place-slices.ts';
import type { Net } from '../../../src/targets/spinnaker/routing/route-nets.ts';
import type { Layer } from './layered.ts';

export interface Deployed {
  readonly machine: SpinnakerMachine;
  readonly slices: readonly Slice[];
  readonly placement: SlicePlacement;
  readonly nets: readonly (Net & { readonly neurons: number })[];
}

/** Cuts, places and numbers a layered network: everything before routing. `delaySteps`: the longest delay, which bounds the slices. */
export function deploy(layers: readonly Layer[], delaySteps: number, seed: number): Deployed {
  const cycles = cyclesAllowed(1e-3, 10, SPINNAKER1_CORE);
  const cut = layers.map(({ neurons }, owner) => {
    const result = cutPopulation(owner, neurons, (count) =>
      sliceShares(
        {
          neurons: count,
          synapseTypes: 2,
          delaySteps,
          rowWords: count,
          dtcmBytes: 40_000 + 60 * count,
          packets: 500,
          events: 100 * count,
        },
        SPINNAKER1_CORE,
        cycles,
      ),
    );
    if (result.kind === 'misfit') throw new Error(`layer ${owner}: ${result.share.resource}`);
    return result.slices;
  });
  const slices = cut.flat();
  const starts = cut.map((_, owner) => cut.slice(0, owner).reduce((sum, parts) => sum + parts.length, 0));
  const targets = slices.map(() => new Set<number>());
  layers.forEach(({ inputs }, to) => {
    for (const { from, radius } of inputs) {
      const [m, n] = [cut[from].length, cut[to].length];
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          if (radius === null || Math.abs((i + 0.5) / m - (j + 0.5) / n) <= radius + 0.5 / n) targets[starts[from] + i].add(starts[to] + j);
        }
      }
    }
  });
  const machine = smallestMachine(slices.length);
  const sent: readonly SliceNet[] = targets.map((to, source) => ({ source, targets: [...to], packets: slices[source].count }));
  const placement = placeSlices(machine, slices.length, sent, seed);
  const keys = allocateKeys(cut.map((parts) => parts.map(({ count }) => count)));
  if (placement === null || keys === null) throw new Error('does not fit');
  const blocks = keys.flatMap((population) => population.slices);
  const nets = sent.map(({ source, targets: to }) => ({
    ...blocks[source],
    source: placement.places[source],
    targets: to.map((slice) => placement.places[slice]),
    neurons: slices[source].count,
  }));
  return { machine, slices, placement, nets: nets.filter((net) => net.targets.length > 0) };
}
