import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { JsonValue } from '../../src/conformance/json.ts';
import { checkVector } from '../../src/conformance/spinnaker/index.ts';
import { type AdaptTables, checkTrees } from '../../src/conformance/spinnaker/place-trees.ts';
import { type AdaptTable, checkRouteTable, readRouteTable } from '../../src/conformance/spinnaker/route-table.ts';
import type { RoutingEntry } from '../../src/ir/spinnaker-routing.ts';
import { compressTable } from '../../src/targets/spinnaker/routing/compress-table.ts';
import { asBytes } from './vectors.ts';

// biome-ignore lint/suspicious/noExplicitAny: files are broken at will
type Edit = (file: any) => unknown;

const GOLDEN = fileURLToPath(new URL('../golden/spinnaker', import.meta.url));
const VECTORS = readdirSync(GOLDEN).filter((name) => /^(rt|pr)_.*\.json$/.test(name));
const read = (name: string): Uint8Array => readFileSync(join(GOLDEN, name));
const asJson = (name: string) => JSON.parse(new TextDecoder().decode(read(name)));

async function edited(name: string, edit: Edit): Promise<string | null> {
  const file = asJson(name);
  edit(file);
  return checkVector(asBytes(file));
}

describe('golden tables and trees', () => {
  it('are all there', () => {
    expect(VECTORS.length).toBe(9);
  });

  it.each(VECTORS)('%s', async (name) => {
    expect(await checkVector(read(name))).toBeNull();
  });
});

describe('the goal', () => {
  it.each(VECTORS.filter((name) => name.startsWith('rt_')))('%s: shorter than every recorded compression', (name) => {
    const file = asJson(name);
    const { entries } = compressTable(readRouteTable(new JsonValue(file, '')), { seed: 0, smallest: true });
    expect(entries.length).toBeLessThan(file.best_known.size);
  });

  it.each(VECTORS.filter((name) => name.startsWith('pr_')))('%s: no more links than rig', async (name) => {
    expect(await edited(name, (f) => (f.totals.tree_links = f.rig_ner.total_tree_links))).toBeNull();
  });
});

describe('a wrong routing table is caught', () => {
  const check = (adapt: AdaptTable, name = 'rt_pipe_dense_3.json'): string | null => checkRouteTable(JsonValue.parse(read(name)), adapt);
  const drop =
    (i: number): AdaptTable =>
    (table) =>
      table.filter((_, k) => k !== i);

  it('one entry less, whichever', () => {
    let entries = 0;
    check((table) => {
      entries = table.length;
      return table;
    });
    expect(entries).toBeGreaterThan(10);
    for (let i = 0; i < entries; i++) expect(check(drop(i)), `entry ${i}`).toMatch(/^key 0x[\da-f]+: (matches no entry|goes to)/);
  });

  it.each<[string, AdaptTable]>([
    ['turned upside down', (table) => [...table].reverse()],
    ['the last entry first', (table) => [...table.slice(-1), ...table.slice(0, -1)]],
    ['a core more', (table) => table.map((entry, i) => (i === 3 ? { ...entry, route: entry.route ^ (1 << 20) } : entry))],
    ['another link', (table) => table.map((entry, i) => (i === 0 ? { ...entry, route: entry.route ^ 3 } : entry))],
    ['a wider mask', (table) => table.map((entry, i) => (i === 0 ? { ...entry, key: 0, mask: 0 } : entry))],
    ['a narrower mask', (table) => table.map((entry, i) => (i === table.length - 1 ? { ...entry, mask: entry.mask | 64 } : entry))],
  ])('%s', (_, adapt) => {
    expect(check(adapt)).toMatch(/^key 0x[\da-f]+: /);
  });

  it('entries that only cost room', () => {
    const pad = (table: readonly RoutingEntry[]): readonly RoutingEntry[] => [...table, ...Array.from({ length: 9 }, () => table[0])];
    expect(check(pad)).toBe('25 entries, recorded 17');
  });
});

describe('wrong trees are caught', () => {
  const check = (adapt: AdaptTables): string | null => checkTrees(JsonValue.parse(read('pr_dense_1board.json')), adapt);
  const change =
    (pick: (entry: RoutingEntry) => boolean, edit: (entry: RoutingEntry) => readonly RoutingEntry[]): AdaptTables =>
    (tables) => {
      const chip = tables.findIndex((table) => table.some(pick));
      const found = tables[chip].findIndex(pick);
      return tables.map((table, i) => (i === chip ? table.flatMap((entry, k) => (k === found ? edit(entry) : [entry])) : table));
    };
  const links = (entry: RoutingEntry): number => entry.route & 63;
  const cores = (entry: RoutingEntry): number => entry.route >> 6;

  it.each<[string, AdaptTables, RegExp]>([
    ['no entry at the source', (tables) => tables.map((table, i) => (i === 0 ? [] : table)), /^core 0: no entry on chip \(0, 0\)$/],
    [
      'a core less',
      change(
        (e) => cores(e) !== 0,
        (e) => [{ ...e, route: e.route & (e.route - 1) & ~63 }],
      ),
      /is not reached$/,
    ],
    [
      'a core more',
      change(
        (e) => cores(e) === 0,
        (e) => [{ ...e, route: e.route | (1 << 23) }],
      ),
      /is reached, and is no target$/,
    ],
    [
      'a branch less',
      change(
        (e) => (links(e) & (links(e) - 1)) !== 0,
        (e) => [{ ...e, route: e.route & (e.route - 1) }],
      ),
      /is not reached$/,
    ],
    [
      'a link that is not there',
      change(
        (e) => (links(e) & 8) === 0,
        (e) => [{ ...e, route: e.route | 8 }],
      ),
      /has no link 3$/,
    ],
    [
      'all links',
      change(
        (e) => links(e) === 1,
        (e) => [{ ...e, route: e.route | 2 }],
      ),
      /^core \d+: /,
    ],
    ['there and back', (tables) => tables.map((table) => table.map((e) => ({ ...e, route: e.route | 9 }))), /^core 0: /],
  ])('%s', (_, adapt, text) => {
    expect(check(adapt)).toMatch(text);
  });

  it('a detour', async () => {
    expect(await edited('pr_dense_1board.json', (f) => (f.totals.tree_links = 2000))).toMatch(/^\d+ links in all trees, recorded 2000$/);
  });

  it('a dead link is gone round', async () => {
    // A corner of the board keeps one link of three.
    const cut: Edit = (f) => {
      f.machine.dead_links = [
        [0, 0, 0],
        [0, 0, 1],
      ];
      f.totals.tree_links = 9999;
    };
    expect(await edited('pr_dense_1board.json', cut)).toBeNull();
    expect(
      await edited('pr_dense_1board.json', (f) => {
        cut(f);
        f.machine.dead_links.push([0, 1, 5]);
      }),
    ).toBe('core 0: the machine has no path to one of its targets');
  });
});

describe('what a file gets wrong is said', () => {
  it.each<[string, string, Edit, string]>([
    ['rt_pipe_dense_0.json', 'an overlap', (f) => (f.input_table[1] = [4096, 4294963200, 8, 0]), 'input_table[1] overlaps entry 0'],
    ['rt_pipe_dense_0.json', 'a key beside its mask', (f) => f.input_table[0][0]++, 'input_table[0] matches nothing'],
    ['rt_pipe_dense_0.json', 'a route', (f) => (f.input_table[0][2] = 2 ** 24), 'input_table[0][2] is 16777216'],
    ['rt_pipe_dense_0.json', 'a row', (f) => f.input_table.pop(), 'input_table has 97 items, not 98'],
    ['rt_pipe_dense_0.json', 'no results', (f) => (f.results = {}), 'results holds none of: pair_ordered'],
    ['rt_pipe_dense_0.json', 'a smaller table', (f) => (f.results.pair_ordered.size = 3), ' entries, recorded 3'],
    ['pr_dense_1board.json', 'a chip twice', (f) => (f.machine.chips[1] = [0, 0, 17]), 'machine.chips[1] is listed twice'],
    ['pr_dense_1board.json', 'a chip that is not there', (f) => (f.core_placements[5] = [0, 7, 1]), 'core_placements[5] is on no chip'],
    ['pr_dense_1board.json', 'a core that is not there', (f) => (f.core_placements[5] = [0, 0, 18]), 'core_placements[5] is on no core'],
    ['pr_dense_1board.json', 'a core twice', (f) => (f.core_placements[5] = [0, 0, 1]), 'core_placements[5] is on a core that is taken'],
    ['pr_dense_1board.json', 'a population', (f) => (f.app_edges[0] = [0, 12]), 'app_edges[0][1] is 12'],
    ['pr_dense_1board.json', 'a radius', (f) => (f.topographic_radius[0] = -1), 'topographic_radius[0] is not a radius'],
    ['pr_dense_1board.json', 'a key', (f) => (f.keys[0] = null), 'keys[0] is not a list'],
    ['pr_dense_1board.json', 'another edge', (f) => f.app_edges.pop(), 'core 314 sends to 0 cores on 0 chips, recorded 28 on 3'],
    ['pr_dense_1board.json', 'a dead link', (f) => (f.machine.dead_links = [[0, 0, 6]]), 'machine.dead_links[0][2] is 6'],
    ['pr_dense_1board.json', 'too many cores', (f) => (f.populations_cores[0] = 1e9), 'populations_cores[0] is 1000000000'],
    ['pr_dense_1board.json', 'a short row', (f) => (f.nets[2] = [2, 110]), 'nets[2] has fewer than 3 items'],
    ['pr_dense_1board.json', 'one key for two', (f) => (f.keys[1] = f.keys[0]), 'keys[1] overlaps keys[0]'],
  ])('%s: %s', async (name, _, edit, text) => {
    expect(await edited(name, edit)).toContain(text);
  });
});
