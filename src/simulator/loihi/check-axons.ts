import type { ChipModel } from '../../ir/chip-model.ts';
import type { CoreProgram } from '../../ir/mapping.ts';
import { inRange, type Violation } from './violations.ts';

type Axons = Pick<CoreProgram, 'axonList' | 'axonBase' | 'axonAtom'>;

/**
 * Input axons: lists that are there, bases that the chip and the lists have room for (`room`: of each list, how far it can be shifted), and
 * population axons as the chip has them.
 */
export function checkAxons(core: Axons, at: string, chip: ChipModel, room: Int32Array, violation: Violation): void {
  const { axonList, axonBase, axonAtom } = core;
  const axons = axonList.length;
  if (!inRange(violation, `${at}, axonBase.length`, axonBase.length, axons, axons)) return;
  if (!inRange(violation, `${at}, axonAtom.length`, axonAtom.length, axons, axons)) return;
  for (let axon = 0; axon < axons; axon++) {
    if (!inRange(violation, `${at}, axonList[${axon}]`, axonList[axon], 0, room.length - 1)) return;
    const most = Math.min(chip.sharedLists?.axonBase.value ?? 0, room[axonList[axon]]);
    if (!inRange(violation, `${at}, axonBase[${axon}]`, axonBase[axon], 0, most)) return;
  }
  // Of each list, the atom that it is for and the number of atoms, once an axon has been seen.
  const roles = new Map<number, string>();
  for (let head = 0, entry = 0; head < axons; entry++) {
    let end = head + 1;
    while (end < axons && axonAtom[end] !== 0) end++;
    if (!checkEntry(core, at, head, end, violation)) return;
    if (end - head > 1 && !checkPopulation(core, at, head, end, entry, chip, violation)) return;
    for (let axon = head; axon < end; axon++) {
      const role = `atom ${axon - head} of ${end - head}`;
      const other = roles.get(axonList[axon]) ?? role;
      roles.set(axonList[axon], role);
      if (other === role) continue;
      violation(`${at}, axonList[${axon}]`, `is read for ${role} and for ${other}`, 'lists that serve one atom of populations of one size');
      return;
    }
    head = end;
  }
}

/** Atoms count up from 0, and with them the lists; the base is the same for all. */
function checkEntry({ axonList, axonBase, axonAtom }: Axons, at: string, head: number, end: number, violation: Violation): boolean {
  for (let axon = head; axon < end; axon++) {
    const [atom, list, base] = [axon - head, axonList[head] + axon - head, axonBase[head]];
    const sound =
      inRange(violation, `${at}, axonAtom[${axon}]`, axonAtom[axon], atom, atom) &&
      inRange(violation, `${at}, axonList[${axon}]`, axonList[axon], list, list) &&
      inRange(violation, `${at}, axonBase[${axon}]`, axonBase[axon], base, base);
    if (!sound) return false;
  }
  return true;
}

function checkPopulation(
  { axonBase }: Axons,
  at: string,
  head: number,
  end: number,
  entry: number,
  { populationAxons }: ChipModel,
  violation: Violation,
): boolean {
  const item = `${at}, axonAtom[${head + 1}]`;
  if (!inRange(violation, item, end - head - 1, 0, (populationAxons?.atoms.value ?? 1) - 1)) return false;
  if (!inRange(violation, `${item}, entry`, entry, 0, (populationAxons?.axonsPerCore.value ?? 0) - 1)) return false;
  const step = populationAxons?.baseStep.value ?? 1;
  if (axonBase[head] % step === 0) return true;
  violation(`${at}, axonBase[${head}]`, `is ${axonBase[head]}`, `multiples of ${step} for population axons`);
  return false;
}
