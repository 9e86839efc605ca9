import { failure } from '../diagnostics/index.ts';
import type { Basis, ChipModel, Figure } from '../ir/chip-model.ts';

const RANK: Readonly<Record<Basis, number>> = { published: 0, proxy: 1, assumed: 2 };

/** How far a result can be trusted that rests on all of these: as far as the weakest. */
export function weakestBasis(bases: readonly Basis[]): Basis {
  return bases.reduce<Basis>((weakest, basis) => (RANK[basis] > RANK[weakest] ? basis : weakest), 'published');
}

/** Seconds of an event. Throws `chip-malformed` where the chip leaves it open: a step has no length then. */
export function secondsOf(chip: ChipModel, name: keyof ChipModel['time']): number {
  const figure: Figure<'s'> | undefined = chip.time[name];
  if (figure !== undefined && figure.value !== null) return figure.value;
  throw failure('chip-malformed', `chip ${chip.name} gives no value for \`time.${name}\``, {
    places: [{ item: `time.${name}` }],
    notes: ['where no time has been published, declare one with `"basis": "assumed"` and say why in `note`'],
  });
}
