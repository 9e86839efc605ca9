import { describe, expect, it } from 'vitest';
import { LINKS, linkEnds, oppositeLink } from '../../../../src/ir/spinnaker-machine.ts';
import type { RoutingEntry } from '../../../../src/ir/spinnaker-routing.ts';
import { deliver, findMisdelivery } from '../../../../src/simulator/spinnaker/deliver.ts';
import { randomBelow, randomPermutation, seededRandom } from '../../../../src/targets/mapping/random.ts';
import { board48, fourChipBoard, triads } from '../../../../src/targets/spinnaker/machine/boards.ts';
import { growTree, TreeGrower } from '../../../../src/targets/spinnaker/routing/multicast-tree.ts';
import { routeMachine } from '../../../../src/targets/spinnaker/routing/route-machine.ts';
import { type Net, routeNets } from '../../../../src/targets/spinnaker/routing/route-nets.ts';
import { smallestTree } from './steiner.ts';

const DEAD = {
  chips: [
    [4, 4],
    [5, 2],
  ],
  links: [
    { x: 3, y: 3, link: 2 },
    { x: 2, y: 2, link: 0 },
  ],
} as const;

describe('multicast trees', () => {
  it.each([
    ['4 chips', fourChipBoard()],
    ['48 chips', board48()],
    ['48 chips, some dead', board48(DEAD)],
    ['3 boards', triads(1, 1)],
  ])('on %s are nearly as small as can be', (_, machine) => {
    const links = linkEnds(machine);
    const random = seededRandom(7);
    let [total, least] = [0, 0];
    for (let i = 0; i < 30; i++) {
      const count = 1 + randomBelow(random, Math.min(7, machine.chips.length));
      const [source, ...targets] = [...randomPermutation(random, machine.chips.length)].slice(0, count);
      const tree = growTree(links, source, targets, i) ?? [];
      total += tree.length;
      least += smallestTree(links, [source, ...targets]);
      // A tree: every link exists, starts where packets have come, and ends where none came before.
      const reached = new Set([source]);
      for (const { from, link, to } of tree) {
        expect(links[from * LINKS + link]).toBe(to);
        expect([reached.has(from), reached.has(to)]).toEqual([true, false]);
        reached.add(to);
      }
      expect(targets.every((target) => reached.has(target))).toBe(true);
    }
    expect(total).toBeGreaterThanOrEqual(least);
    expect(total / least).toBeLessThanOrEqual(1.01);
  });

  it('stay close to the smallest for many targets', () => {
    const links = linkEnds(triads(1, 1));
    const random = seededRandom(3);
    let [total, least] = [0, 0];
    for (let i = 0; i < 4; i++) {
      const terminals = [...randomPermutation(random, 144)].slice(0, 10);
      total += growTree(links, terminals[0], terminals.slice(1), i)?.length ?? Number.NaN;
      least += smallestTree(links, terminals);
    }
    expect(total / least).toBeLessThanOrEqual(1.01);
  });

  it('go round dead chips, or say that there is no way', () => {
    const wall = linkEnds(board48({ chips: [0, 1, 2, 3, 4, 5, 6, 7].map((x): [number, number] => [x, 4]) }));
    expect(growTree(wall, 0, [47 - 8], 1)).toBeNull();
  });

  it('of a machine whose parts hang apart: the net that cannot be routed is named', () => {
    const machine = board48({ chips: [0, 1, 2, 3, 4, 5, 6, 7].map((x): [number, number] => [x, 4]) });
    const net = (key: number, to: number): Net => ({ key, mask: ~0 >>> 0, source: { chip: 0, core: 1 }, targets: [{ chip: to, core: 1 }] });
    const top = machine.chips.findIndex(({ y }) => y > 4);
    expect(routeMachine(machine, [net(0, 1), net(1, top)], { seed: 1 })).toEqual({ kind: 'unreachable', net: 1 });
    expect(routeMachine(machine, [net(0, 1)], { seed: 1 })).toMatchObject({ kind: 'routed', trees: [[{ from: 0, to: 1 }]] });
  });

  it('are shared by sources of one chip that send to the same chips, and go straight on where they can', () => {
    const machine = board48();
    const at = (x: number, y: number): number => machine.chips.findIndex((chip) => chip.x === x && chip.y === y);
    const grower = new TreeGrower(linkEnds(machine), 1);
    const tree = grower.grow(at(0, 0), [at(4, 0), at(0, 0), at(4, 0)]);
    expect(grower.grow(at(0, 0), [at(4, 0)])).toBe(tree);
    expect(tree?.map(({ link }) => link)).toEqual([0, 0, 0, 0]);
    const tables = routeNets(
      48,
      [{ key: 0, mask: 0, source: { chip: at(0, 0), core: 1 }, targets: [{ chip: at(4, 0), core: 2 }] }],
      [tree ?? []],
    );
    expect([0, 1, 2, 3, 4].map((x) => tables[at(x, 0)])).toEqual([
      [{ key: 0, mask: 0, route: 1, defaultable: false }],
      [{ key: 0, mask: 0, route: 1, defaultable: true }],
      [{ key: 0, mask: 0, route: 1, defaultable: true }],
      [{ key: 0, mask: 0, route: 1, defaultable: true }],
      [{ key: 0, mask: 0, route: 1 << 8, defaultable: false }],
    ]);
  });
});

describe('a packet', () => {
  // Chips 0 and 1 of the 4-chip board stand one above the other, 2 and 3 to their east.
  const machine = fourChipBoard();
  const links = linkEnds(machine);
  const entry = (route: number, key = 0, mask = 0): RoutingEntry => ({ key, mask, route });
  const net = (...targets: readonly (readonly [number, number])[]): Net => ({
    key: 0,
    mask: 0,
    source: { chip: 0, core: 1 },
    targets: targets.map(([chip, core]) => ({ chip, core })),
  });
  const core = (p: number): number => 1 << (6 + p);

  it('reaches cores here and there, and goes straight on by default', () => {
    const tables = [[entry(1 | core(2))], [], [entry(core(3))], []];
    expect(deliver(links, tables, 0, 5)).toEqual({
      cores: [
        { chip: 0, core: 2 },
        { chip: 2, core: 3 },
      ],
      hops: 1,
      lost: null,
    });
    expect(findMisdelivery(links, tables, net([0, 2], [2, 3]))).toBeNull();
    // North out of chip 0 comes into chip 1 from the south, leaves north by default and comes round.
    expect(deliver(links, [[entry(4, 1, 1)], [], [], []], 0, 0).lost).toEqual({ chip: 0, link: null });
  });

  it.each<[string, readonly (readonly RoutingEntry[])[], object]>([
    ['is dropped where it starts', [[], [], [], []], { kind: 'lost', chip: 0, link: null }],
    ['leaves by a link that is not there', [[entry(1 << 3)], [], [], []], { kind: 'lost', chip: 0, link: 3 }],
    ['falls off the far side by default', [[entry(1)], [], [], []], { kind: 'lost', chip: 2, link: 0 }],
    ['goes round', [[entry(4)], [], [], []], { kind: 'circle' }],
    ['multiplies', [[entry(4 | 32)], [entry(4 | 32)], [], []], { kind: 'circle' }],
    ['misses a core', [[entry(1)], [], [entry(core(4))], []], { kind: 'extra', core: { chip: 2, core: 4 } }],
    ['reaches no core', [[entry(1)], [], [entry(0)], []], { kind: 'missed', core: { chip: 2, core: 3 } }],
    [
      'arrives twice',
      [[entry(1 | 4)], [entry(core(0), 1, 1), entry(32 | 0, 2, 2), entry(1)], [entry(core(3))], [entry(32)]],
      { kind: 'twice', core: { chip: 2, core: 3 } },
    ],
  ])('%s', (_, tables, expected) => {
    expect(findMisdelivery(links, tables, net([2, 3]))).toEqual(expected);
  });

  it('that nobody wants may end where it starts', () => {
    expect(findMisdelivery(links, [[], [], [], []], net())).toBeNull();
    expect(findMisdelivery(links, [[entry(core(1))], [], [], []], net())).toEqual({ kind: 'extra', core: { chip: 0, core: 1 } });
  });

  it('comes in by the link opposite to the one it left by', () => {
    expect([0, 1, 2, 3, 4, 5].map(oppositeLink)).toEqual([3, 4, 5, 0, 1, 2]);
  });
});
