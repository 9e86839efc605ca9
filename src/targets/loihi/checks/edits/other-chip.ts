import type { ChipModel, Limit } from '../../../../ir/chip-model.ts';
import { LOIHI1 } from '../../chips/loihi1.ts';
import { LOIHI2 } from '../../chips/loihi2.ts';
import { SAME } from './accuracy.ts';
import type { EditContext } from './context.ts';
import type { Edit } from './edit.ts';

/** Groups of a chip model that hold limits. */
type LimitPath = readonly ['limits', keyof ChipModel['limits']] | readonly ['tables', keyof NonNullable<ChipModel['tables']>];

/** The same chip with one limit raised; null where the chip has no such table. */
export function withLimit(chip: ChipModel, path: LimitPath, value: number): ChipModel | null {
  const raise = (limit: Limit): Limit => ({ ...limit, value });
  if (path[0] === 'limits') return { ...chip, limits: { ...chip.limits, [path[1]]: raise(chip.limits[path[1]]) } };
  if (chip.tables === undefined) return null;
  return { ...chip, tables: { ...chip.tables, [path[1]]: raise(chip.tables[path[1]]) } };
}

/** For those who have such a chip, or plan one. */
export function largerLimit(context: EditContext, path: LimitPath, value: number): Edit | null {
  const larger = withLimit(context.chip, path, value);
  if (larger === null) return null;
  const name = path.join('.');
  return context.once(`${name} ${value}`, () => ({
    change: `declare a chip (a JSON file) with \`${name}\` of ${value} or more${taking(context.coresOf(context.network, larger))}`,
    accuracy: SAME,
    energy: 'the same events',
  }));
}

/** A chip that comes with spikec and holds the network. */
export const otherChip = (context: EditContext): Edit | null =>
  context.once('other chip', () => {
    for (const chip of [LOIHI1, LOIHI2]) {
      const cores = chip.name === context.chip.name ? null : context.coresOf(context.network, chip);
      if (cores === null) continue;
      const [here, there] = [context.activityOf(context.network, context.chip), context.activityOf(context.network, chip)];
      return {
        change: `compile for ${chip.name} (--target ${chip.name})${taking(cores)}`,
        accuracy: `${SAME}: its integers are the same`,
        energy: there.price({ synapticEvents: there.synapticEvents() - here.synapticEvents() }),
      };
    }
    return null;
  });

export const taking = (cores: number | null): string =>
  cores === null ? ', which leaves other limits in the way' : `: it fits on ${cores} cores`;
