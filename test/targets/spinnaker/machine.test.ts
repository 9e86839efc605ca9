import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { LINK_STEPS, LINKS, linkEnds, oppositeLink, type SpinnakerMachine } from '../../../src/ir/spinnaker-machine.ts';
import { board48, fourChipBoard, smallestMachine, triads } from '../../../src/targets/spinnaker/machine/boards.ts';

const recorded = (name: string): readonly (readonly [number, number, number])[] =>
  JSON.parse(readFileSync(fileURLToPath(new URL(`../../golden/spinnaker/${name}.json`, import.meta.url)), 'utf8')).machine.chips;
const places = (chips: readonly (readonly [number, number])[]): string[] => chips.map(([x, y]) => `${x},${y}`).sort();
const placesOf = ({ chips }: SpinnakerMachine): string[] => places(chips.map(({ x, y }) => [x, y]));
const linkCount = (machine: SpinnakerMachine): number => linkEnds(machine).filter((end) => end >= 0).length;
const cores = ({ chips }: SpinnakerMachine): number => chips.reduce((sum, chip) => sum + chip.cores.length, 0);

describe('machines', () => {
  it('have the chips that SpiNNMachine gives them', () => {
    expect(placesOf(board48())).toEqual(places(recorded('pr_dense_1board').map(([x, y]) => [x, y])));
    // The recording lays the three boards side by side; on the torus of 12 they close up.
    expect(placesOf(triads(1, 1))).toEqual(places(recorded('pr_mixed_3board').map(([x, y]) => [x % 12, y % 12])));
  });

  it('leave 16 of 18 processors to applications', () => {
    expect(board48().chips[0].cores).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
    expect([cores(fourChipBoard()), cores(board48()), cores(triads(2, 1))]).toEqual([64, 768, 4608]);
  });

  it('grow by whole boards', () => {
    expect(
      [768, 769, 2304, 2305, 4609, 20_000]
        .map((wanted) => smallestMachine(wanted))
        .map(({ chips, width, height }) => [chips.length, width, height]),
    ).toEqual([
      [48, 8, 8],
      [144, 12, 12],
      [144, 12, 12],
      [288, 24, 12],
      [432, 36, 12],
      [1296, 36, 36],
    ]);
  });

  it('have links that lead back, six to a chip on a torus', () => {
    for (const machine of [fourChipBoard(), board48(), triads(1, 1), triads(3, 2)]) {
      const ends = linkEnds(machine);
      ends.forEach((end, i) => {
        if (end < 0) return;
        expect(ends[end * LINKS + oppositeLink(i % LINKS)]).toBe(Math.floor(i / LINKS));
        const [from, to] = [machine.chips[Math.floor(i / LINKS)], machine.chips[end]];
        const [dx, dy] = LINK_STEPS[i % LINKS];
        expect([(from.x + dx + machine.width) % machine.width, (from.y + dy + machine.height) % machine.height]).toEqual([to.x, to.y]);
      });
    }
    expect([linkCount(triads(1, 1)), linkCount(triads(3, 2))]).toEqual([144 * 6, 864 * 6]);
    // 4 chips: both rows run round in y, and east and north-east lead over once. 48: three rows of hexagons lose their outer links.
    expect([linkCount(fourChipBoard()), linkCount(board48())]).toEqual([16, 240]);
  });

  it('lose what is dead', () => {
    const machine = triads(1, 1, {
      chips: [[3, 3]],
      links: [{ x: 0, y: 0, link: 0 }],
      cores: [
        [1, 1, 5],
        [1, 1, 6],
      ],
    });
    const ends = linkEnds(machine);
    const at = (x: number, y: number): number => machine.chips.findIndex((chip) => chip.x === x && chip.y === y);
    expect(at(3, 3)).toBe(-1);
    expect(ends[at(2, 3) * LINKS]).toBe(-1);
    expect([ends[at(0, 0) * LINKS], ends[at(1, 0) * LINKS + 3]]).toEqual([-1, -1]);
    expect(linkCount(machine)).toBe(144 * 6 - 12 - 2);
    // The system monitor still takes one.
    expect(machine.chips[at(1, 1)].cores).toEqual([1, 2, 3, 4, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
  });
});
