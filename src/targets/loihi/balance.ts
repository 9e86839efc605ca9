import type { ChipModel } from '../../ir/chip-model.ts';
import type { NodeId } from '../../ir/ids.ts';
import type { Network } from '../../ir/network.ts';
import { balanceSlices } from '../mapping/balance.ts';
import { scheduleOf } from '../mapping/schedule.ts';
import type { Connectivity } from './connectivity.ts';
import { type EventSeconds, expectedWork } from './expected-work.ts';
import { type Layout, layOut } from './layout.ts';

/**
 * The same layout with busy populations cut further, onto cores of its chips that are left over, so that no step waits long for one core:
 * by the packets expected per channel of each stream, and the chip's times. `layout` itself where its cores are shared already, where
 * the chip leaves a time open, or where nothing is gained.
 */
export function balanceLayout(
  network: Network,
  connectivity: Connectivity,
  layout: Layout,
  packets: ReadonlyMap<NodeId, number>,
  chip: ChipModel,
): Layout {
  const seconds = eventSeconds(chip);
  const barrier = barrierSeconds(network, layout, chip);
  if (seconds === null || barrier === null || layout.cores.some((slices) => slices.length > 1)) return layout;
  const least = connectivity.owners.map((_, owner) => layout.cores.filter(([slice]) => slice.owner === owner).length);
  const sizes = connectivity.owners.map(({ node }) => node.size);
  const coresMax = chipsOf(layout, chip) * chip.geometry.coresPerChip;
  const work = expectedWork(network, connectivity, packets, seconds, chip.limits);
  const parts = balanceSlices(least, sizes, coresMax, work, barrier);
  if (parts.every((count, owner) => count === least[owner])) return layout;
  const balanced = layOut(connectivity, chip, parts);
  // More slices take more output axons where they are read from, which can ask for further cuts.
  const fits = balanced.misfits.length === 0 && balanced.cores.length <= coresMax && balanced.cores.every((slices) => slices.length === 1);
  return fits ? balanced : layout;
}

const chipsOf = ({ cores }: Layout, { geometry }: ChipModel): number => Math.ceil(cores.length / geometry.coresPerChip);

function eventSeconds({ time }: ChipModel): EventSeconds | null {
  const { neuronUpdateActive, neuronUpdateInactive, synapticEvent, fastWeightUpdate, spikeInTile, embeddedOperation } = time;
  const [active, inactive, event, write, packet, embedded] = [
    neuronUpdateActive.value,
    neuronUpdateInactive.value,
    synapticEvent.value,
    fastWeightUpdate.value,
    spikeInTile.value,
    embeddedOperation.value,
  ];
  if (active === null || inactive === null || event === null || write === null || packet === null || embedded === null) return null;
  return { active, inactive, event, write, packet, embedded };
}

/** Seconds of all barriers of a clip by cores in use: linear in their tiles on one chip, always the same on several. null: not known. */
function barrierSeconds(network: Network, layout: Layout, chip: ChipModel): ((cores: number) => number) | null {
  const { time, geometry } = chip;
  const steps = scheduleOf(network).reduce((sum, segment) => sum + segment.steps, 0);
  if (chipsOf(layout, chip) > 1) return () => steps * (time.barrierChips?.value ?? 0);
  const [one, all] = [time.barrierOneTile.value, time.barrierAllTiles.value];
  if (one === null || all === null) return null;
  const tilesMax = geometry.columns * geometry.rows;
  const perTile = tilesMax === 1 ? 0 : (all - one) / (tilesMax - 1);
  return (cores) => steps * (one + perTile * (Math.ceil(cores / geometry.coresPerTile) - 1));
}
