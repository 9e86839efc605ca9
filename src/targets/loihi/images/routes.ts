import type { ChipModel } from '../../../ir/chip-model.ts';
import { type CoreProgram, isOfPopulation, type Routes } from '../../../ir/mapping.ts';
import { packRegisters, unpackRegisters } from './layout.ts';
import { damaged, type Where, within } from './problem.ts';
import { coreIdsOf, outputAxon, type Register } from './registers.ts';

/** Routes as a table of output axons. `lists`: first entry of each source, counted from 1; 0: it sends nothing. */
export interface RouteImages {
  readonly lists: readonly number[];
  /** Atom of each source, on axons of populations; left out at the end of the list: 0. */
  readonly atoms: readonly number[];
  readonly axons: string;
}

type Site = Pick<CoreProgram, 'chip' | 'tile' | 'slot'>;

const coreIdOf = ({ tile, slot }: Site, { coresPerTile }: ChipModel['geometry']): number => tile * coresPerTile + slot;

/** Cores by place, and the registers of their axons: what routes are written with. */
export interface AddressBook {
  readonly sites: readonly Site[];
  /** Register of each axon, by core. */
  readonly registers: readonly Int32Array[];
  readonly cores: readonly Pick<CoreProgram, 'axonAtom'>[];
}

export function writeRoutes({ first, core, axon }: Routes, { sites, registers, cores }: AddressBook, chip: ChipModel): RouteImages {
  const entries: Register<typeof outputAxon>[] = [];
  const lists: number[] = [];
  const atoms: number[] = [];
  for (let source = 0; source + 1 < first.length; source++) {
    lists.push(first[source] < first[source + 1] ? entries.length + 1 : 0);
    let atom = 0;
    for (let r = first[source]; r < first[source + 1]; r++) {
      const { axonAtom } = cores[core[r]];
      const population = isOfPopulation(axonAtom, axon[r]);
      if (population) atom = axonAtom[axon[r]];
      const site = sites[core[r]];
      entries.push({
        axon: registers[core[r]][axon[r]],
        core: coreIdOf(site, chip.geometry),
        chip: site.chip,
        population: population ? 1 : 0,
        last: r + 1 === first[source + 1] ? 1 : 0,
      });
    }
    if (atom > 0) atoms[source] = atom;
  }
  return { lists, atoms: Array.from(atoms, (atom) => atom ?? 0), axons: packRegisters(outputAxon(chip), entries) };
}

/** Axons by register, by core: what routes are read with. */
export interface Destinations {
  readonly coreAt: ReadonlyMap<number, number>;
  readonly axonOf: readonly Int32Array[];
  readonly cores: readonly Pick<CoreProgram, 'axonAtom'>[];
}

/** Where each core is; no two cores are in one place. */
export function locateCores(sites: readonly Site[], { geometry }: ChipModel, where: Where): ReadonlyMap<number, number> {
  const coreAt = new Map<number, number>();
  sites.forEach((site, core) => {
    const key = site.chip * coreIdsOf(geometry) + coreIdOf(site, geometry);
    const other = coreAt.get(key);
    if (other !== undefined) throw damaged(within(where, `[${core}]`), `is where core ${other} is`, 'a place of its own for each core');
    coreAt.set(key, core);
  });
  return coreAt;
}

/** `most`: entries that the table has at the most; `listOf` says where the list of a source stands. */
export function readRoutes(
  { lists, atoms, axons }: RouteImages,
  to: Destinations,
  most: number,
  chip: ChipModel,
  at: { readonly listOf: (source: number) => Where; readonly axons: Where },
): Routes {
  const entries = unpackRegisters(outputAxon(chip), axons, most, at.axons);
  const first = new Int32Array(lists.length + 1);
  let next = 0;
  lists.forEach((list, source) => {
    if (list > 0) {
      if (list !== next + 1)
        throw damaged(at.listOf(source), `sends to output axon ${list}`, `${next + 1}, where the list before it ends, or 0`);
      while (entries[next]?.last === 0) next++;
      next++;
      if (next > entries.length) throw damaged(at.listOf(source), 'has a list without end', 'an entry that is its last');
    }
    first[source + 1] = next;
  });
  if (next !== entries.length) throw damaged(within(at.axons, `[${next}]`), 'belongs to no list', `${next} entries`);
  const core = new Int32Array(next);
  const axon = new Int32Array(next);
  lists.forEach((_, source) => {
    const atom = atoms[source] ?? 0;
    let serves = atom === 0;
    for (let r = first[source]; r < first[source + 1]; r++) {
      [core[r], axon[r]] = resolve(entries[r], atom, to, chip, within(at.axons, `[${r}]`));
      serves ||= entries[r].population === 1;
    }
    if (!serves) throw damaged(at.listOf(source), `has atom ${atom} and sends to no population axon`, '0');
  });
  return { first, core, axon };
}

function resolve(
  { axon, core, chip: chipIndex, population }: Register<typeof outputAxon>,
  atom: number,
  { coreAt, axonOf, cores }: Destinations,
  chip: ChipModel,
  where: Where,
): [number, number] {
  const index = coreAt.get(chipIndex * coreIdsOf(chip.geometry) + core);
  if (index === undefined) throw damaged(where, `leads to core ${core} of chip ${chipIndex}`, 'cores that the index lists');
  const found = axonOf[index][axon] ?? -1;
  if (found < 0) throw damaged(where, `leads to axon ${axon} of core ${index}`, 'input axons of that core');
  const { axonAtom } = cores[index];
  if (isOfPopulation(axonAtom, found) !== (population === 1))
    throw damaged(where, `has population ${population}`, `${1 - population}, as axon ${axon} of core ${index} is`);
  if (population === 1 && axonAtom[found + atom] !== atom)
    throw damaged(where, `leads to atom ${atom} of axon ${axon} of core ${index}`, 'atoms of that axon');
  return [index, population === 1 ? found + atom : found];
}
