import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { JsonValue } from '../../../src/conformance/json.ts';
import { readPlacedNetwork } from '../../../src/conformance/spinnaker/place-network.ts';
import { linkEnds, type SpinnakerMachine } from '../../../src/ir/spinnaker-machine.ts';
import { randomBelow, randomPermutation, seededRandom } from '../../../src/targets/mapping/random.ts';
import { board48, fourChipBoard, triads } from '../../../src/targets/spinnaker/machine/boards.ts';
import { annealLoads, linksOf } from '../../../src/targets/spinnaker/placement/anneal-loads.ts';
import { chipDistances, chipsFromCentre, spanningLinks, UNREACHABLE } from '../../../src/targets/spinnaker/placement/chip-distances.ts';
import { fillChips, netsOfLoads, type SliceNet } from '../../../src/targets/spinnaker/placement/chip-loads.ts';
import { placeSlices, type SlicePlacement } from '../../../src/targets/spinnaker/placement/place-slices.ts';
import { TreeGrower } from '../../../src/targets/spinnaker/routing/multicast-tree.ts';

const chain = (slices: number): readonly SliceNet[] =>
  Array.from({ length: slices - 1 }, (_, source) => ({ source, targets: [source + 1], packets: 1 + (source % 3) }));

function expectSound({ places }: SlicePlacement, machine: SpinnakerMachine, slices: number): void {
  expect(places.length).toBe(slices);
  expect(new Set(places.map(({ chip, core }) => `${chip}/${core}`)).size).toBe(slices);
  for (const { chip, core } of places) expect(machine.chips[chip].cores).toContain(core);
}

describe('placement', () => {
  it.each([
    ['pr_conv_1board', 2343],
    ['pr_dense_1board', 2174],
    ['pr_mixed_3board', 10462],
  ])('of %s takes far fewer links than rig’s trees on PACMAN’s placement', (name, rig) => {
    const file = readFileSync(fileURLToPath(new URL(`../../golden/spinnaker/${name}.json`, import.meta.url)));
    const { machine, nets } = readPlacedNetwork(JsonValue.parse(file));
    const sliceOf = new Map(
      JSON.parse(file.toString()).core_placements.map(([x, y, core]: number[], slice: number) => [`${x},${y},${core}`, slice]),
    );
    const slice = ({ chip, core }: { chip: number; core: number }): number =>
      Number(sliceOf.get(`${machine.chips[chip].x},${machine.chips[chip].y},${core}`));
    const sent = nets.flatMap((net, source) => (net === null ? [] : [{ source, targets: net.targets.map(slice), packets: 1 }]));
    const placement = placeSlices(machine, nets.length, sent, 1);
    if (placement === null) throw new Error('does not fit');
    expectSound(placement, machine, nets.length);
    const grower = new TreeGrower(linkEnds(machine), 1);
    const chipOf = (target: number): number => placement.places[target].chip;
    const links = sent.reduce(
      (sum, { source, targets }) => sum + (grower.grow(chipOf(source), targets.map(chipOf))?.length ?? Number.NaN),
      0,
    );
    expect(links).toBeLessThan(0.85 * rig);
    // The cost that was annealed is what the trees then take, or slightly more.
    expect(placement.links).toBeGreaterThanOrEqual(links);
    expect(placement.links).toBeLessThan(1.02 * links);
  });

  it('never ends above its start, and keeps to its seed', () => {
    const machine = board48();
    for (const slices of [1, 16, 17, 100, 768]) {
      const placement = placeSlices(machine, slices, chain(slices), slices);
      if (placement === null) throw new Error('does not fit');
      expectSound(placement, machine, slices);
      expect(placement.links).toBeLessThanOrEqual(placement.orderedLinks);
      expect(placement).toEqual(placeSlices(machine, slices, chain(slices), slices));
    }
  });

  it('keeps off dead parts, and says where there is too little', () => {
    const machine = board48({
      chips: [
        [4, 4],
        [3, 3],
      ],
      cores: [
        [2, 2, 7],
        [2, 2, 8],
        [5, 5, 1],
      ],
    });
    const cores = 46 * 16 - 3;
    const placement = placeSlices(machine, cores, chain(cores), 1);
    if (placement === null) throw new Error('does not fit');
    expectSound(placement, machine, cores);
    expect(placeSlices(machine, cores + 1, [], 1)).toBeNull();
    // What hangs apart does not count: row 4 of the board is dead.
    const cut = board48({ chips: [0, 1, 2, 3, 4, 5, 6, 7].map((x): [number, number] => [x, 4]) });
    const parts = [cut.chips.filter(({ y }) => y < 4).length, cut.chips.filter(({ y }) => y > 4).length];
    expect(placeSlices(cut, 16 * Math.max(...parts), [], 1)).not.toBeNull();
    expect(placeSlices(cut, 16 * Math.max(...parts) + 1, [], 1)).toBeNull();
  });

  it('finds the best where all can be listed', () => {
    const distances = chipDistances(linkEnds(triads(1, 1)));
    const random = seededRandom(2);
    for (let i = 0; i < 5; i++) {
      const nets = Array.from({ length: 6 }, () => ({
        loads: [...randomPermutation(random, 6)].slice(0, 2 + randomBelow(random, 3)),
        packets: 1 + randomBelow(random, 9),
      }));
      const chips = [...randomPermutation(random, 144)].slice(0, 6);
      let least = Number.POSITIVE_INFINITY;
      for (const order of permutations([0, 1, 2, 3, 4, 5]))
        least = Math.min(
          least,
          linksOf(
            nets,
            distances,
            order.map((k) => chips[k]),
          ),
        );
      expect(
        linksOf(
          nets,
          distances,
          annealLoads(nets, distances, chips, () => true, random),
        ),
      ).toBe(least);
    }
  });

  it('sums nets that join the same chips', () => {
    const loads = fillChips(5, [2, 2, 2]) ?? [];
    expect(loads).toEqual([
      { first: 0, count: 2 },
      { first: 2, count: 2 },
      { first: 4, count: 1 },
    ]);
    const nets: readonly SliceNet[] = [
      { source: 0, targets: [2, 3], packets: 5 },
      { source: 3, targets: [1], packets: 2 },
      { source: 0, targets: [1], packets: 100 },
      { source: 4, targets: [0, 2], packets: 1 },
    ];
    expect(netsOfLoads(nets, loads)).toEqual([
      { loads: [0, 1], packets: 7 },
      { loads: [0, 1, 2], packets: 1 },
    ]);
    expect(fillChips(7, [2, 2, 2])).toBeNull();
  });
});

describe('distances', () => {
  it('are those of the hexagons where nothing is in the way', () => {
    const machine = board48();
    const distances = chipDistances(linkEnds(machine));
    machine.chips.forEach((a, i) => {
      machine.chips.forEach((b, j) => {
        const [dx, dy] = [b.x - a.x, b.y - a.y];
        expect(distances[i * 48 + j]).toBe(dx * dy >= 0 ? Math.max(Math.abs(dx), Math.abs(dy)) : Math.abs(dx) + Math.abs(dy));
      });
    });
    // The hexagon is 8 wide: from its middle nothing is further than 4.
    const order = chipsFromCentre(distances).map((chip) => distances[chipsFromCentre(distances)[0] * 48 + chip]);
    expect([order[0], order.at(-1)]).toEqual([0, 4]);
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  it('on a torus go the short way round', () => {
    const machine = triads(1, 1);
    const distances = chipDistances(linkEnds(machine));
    expect(Math.max(...distances)).toBe(8);
    const at = (x: number, y: number): number => machine.chips.findIndex((chip) => chip.x === x && chip.y === y);
    expect([distances[at(0, 0) * 144 + at(11, 11)], distances[at(0, 0) * 144 + at(11, 1)]]).toEqual([1, 2]);
  });

  it('say what cannot be reached', () => {
    expect(chipDistances(linkEnds({ ...fourChipBoard(), deadLinks: [0, 1, 2, 3, 4, 5].map((link) => ({ x: 0, y: 0, link })) }))[1]).toBe(
      UNREACHABLE,
    );
  });

  it('span trees as small as their parts allow', () => {
    const distances = chipDistances(linkEnds(board48()));
    const random = seededRandom(4);
    for (let i = 0; i < 20; i++) {
      const chips = [...randomPermutation(random, 48)].slice(0, 4);
      // Of all trees over four chips (Cayley: 16), by listing who hangs on whom.
      let least = Number.POSITIVE_INFINITY;
      for (const order of permutations([0, 1, 2, 3])) {
        for (const second of [0, 1]) {
          for (const third of [0, 1, 2]) {
            const step = (from: number, to: number): number => distances[chips[order[from]] * 48 + chips[order[to]]];
            least = Math.min(least, step(0, 1) + step(second, 2) + step(third, 3));
          }
        }
      }
      expect(spanningLinks(distances, chips)).toBe(least);
    }
  });
});

function permutations(items: readonly number[]): readonly (readonly number[])[] {
  if (items.length < 2) return [items];
  return items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
}
