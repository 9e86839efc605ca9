import type { NetworkNode } from '../../../../ir/network.ts';
import { SAME } from './accuracy.ts';
import type { EditContext } from './context.ts';
import type { Edit } from './edit.ts';
import { fewerWeightBits, narrowerModel, narrowerPopulation } from './narrower.ts';
import { taking, withLimit } from './other-chip.ts';

/** Changes that make a network fit that needs more cores than there are. `largest` takes `slices` of them. */
export function editsForCores(context: EditContext, needed: number, largest: NetworkNode, slices: number): readonly (Edit | null)[] {
  const { geometry, limits } = context.chip;
  const cores = geometry.coresPerChip * limits.chips.value;
  const kept = slices - (needed - cores);
  return [
    chipsEdit(context, needed),
    fewerWeightBits(context),
    narrowerPopulation(context, largest, Math.floor((largest.size * kept) / slices)),
    narrowerModel(context, cores / needed),
    largerChip(context, needed),
  ];
}

/** As many chips as `cores` cores take, and one more where that is not enough. */
export function chipsEdit(context: EditContext, cores: number): Edit | null {
  const { chip, network } = context;
  const { energy, geometry, limits, time } = chip;
  const least = Math.ceil(cores / geometry.coresPerChip);
  return context.once(`${least} chips`, () => {
    for (const chips of [least, least + 1]) {
      const larger = withLimit(chip, ['limits', 'chips'], chips);
      const taken = larger === null || chips <= limits.chips.value ? null : context.coresOf(network, larger);
      if (taken === null) continue;
      const watts = energy.staticPowerPerChip.value;
      const barrier = time.barrierChips?.value ?? null;
      const crossing = energy.chipCrossing?.value ?? null;
      const parts = [
        watts === null
          ? 'static power of more chips, not published'
          : `+${((chips - limits.chips.value) * watts).toFixed(3)} W of static power`,
        ...(barrier === null ? [] : [`over steps with a barrier of ${(barrier * 1e6).toFixed(1)} us`]),
        crossing === null
          ? 'and packets over chip borders at a cost that is not published'
          : `and ${crossing} J a packet over a chip border`,
      ];
      return {
        change: `declare ${chips} chips (\`limits.chips\` of a chip file)${taking(taken)}`,
        accuracy: SAME,
        energy: parts.join(' '),
      };
    }
    return null;
  });
}

/** For those who have such a chip, or plan one. */
function largerChip({ chip }: EditContext, needed: number): Edit {
  const cores = Math.ceil(needed / chip.limits.chips.value);
  return {
    change: `declare a chip (a JSON file) with \`geometry.coresPerChip\` of ${cores} or more`,
    accuracy: SAME,
    energy: 'the same events; longer routes and barriers',
  };
}
