import type { ChipModel } from '../../../ir/chip-model.ts';
import type { CoreProgram, Routes } from '../../../ir/mapping.ts';
import { packRegisters, unpackRegisters } from './layout.ts';
import { damaged, type Where, within } from './problem.ts';
import { coreIdsOf, outputAxon, type Register } from './registers.ts';

/** Routes as a table of output axons. `lists`: first entry of each source, counted from 1; 0: it sends nothing. */
export interface RouteImages {
  readonly lists: readonly number[];
  readonly axons: string;
}

type Site = Pick<CoreProgram, 'chip' | 'tile' | 'slot'>;

const coreIdOf = ({ tile, slot }: Site, { coresPerTile }: ChipModel['geometry']): number => tile * coresPerTile + slot;

/** Cores by place, and the registers of their axons: what routes are written with. */
export interface AddressBook {
  readonly sites: readonly Site[];
  /** Register of each axon, by core. */
  readonly registers: readonly Int32Array[];
}

export function writeRoutes({ first, core, axon }: Routes, { sites, registers }: AddressBook, chip: ChipModel): RouteImages {
  const entries: Register<typeof outputAxon>[] = [];
  const lists: number[] = [];
  for (let source = 0; source + 1 < first.length; source++) {
    lists.push(first[source] < first[source + 1] ? entries.length + 1 : 0);
    for (let r = first[source]; r < first[source + 1]; r++) {
      const site = sites[core[r]];
      entries.push({
        axon: registers[core[r]][axon[r]],
        core: coreIdOf(site, chip.geometry),
        chip: site.chip,
        last: r + 1 === first[source + 1] ? 1 : 0,
      });
    }
  }
  return { lists, axons: packRegisters(outputAxon(chip), entries) };
}

/** Axons by register, by core: what routes are read with. */
export interface Destinations {
  readonly coreAt: ReadonlyMap<number, number>;
  readonly axonOf: readonly Int32Array[];
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
  { lists, axons }: RouteImages,
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
  entries.forEach((entry, r) => {
    [core[r], axon[r]] = resolve(entry, to, chip, within(at.axons, `[${r}]`));
  });
  return { first, core, axon };
}

function resolve(
  { axon, core, chip: chipIndex }: Register<typeof outputAxon>,
  { coreAt, axonOf }: Destinations,
  chip: ChipModel,
  where: Where,
): [number, number] {
  const index = coreAt.get(chipIndex * coreIdsOf(chip.geometry) + core);
  if (index === undefined) throw damaged(where, `leads to core ${core} of chip ${chipIndex}`, 'cores that the index lists');
  const found = axonOf[index][axon] ?? -1;
  if (found < 0) throw damaged(where, `leads to axon ${axon} of core ${index}`, 'input axons of that core');
  return [index, found];
}
