import { coresOf, type Mesh } from '../../simulator/noc/mesh.ts';
import { firstNeurons, type Group } from '../../simulator/sana-fe/net.ts';
import type { JsonValue } from '../json.ts';
import { keyOrder } from '../key-order.ts';
import { LIMITS } from './limits.ts';
import type { Architecture } from './read-architecture.ts';

export interface Placement {
  /** Each core's neurons in the order it works through them, numbered through all groups. */
  readonly neuronsOfCore: readonly Int32Array[];
  /** Tiles with a neuron on them. */
  readonly tiles: number;
}

/** `mapping.groups`: runs [first neuron, count, tile, core] of each group, group by group as the text lists them. */
export function readPlacement(
  file: JsonValue,
  text: string,
  groups: readonly Group[],
  { chip, neuronsPerCoreMax }: Architecture,
): Placement {
  const { mesh } = chip;
  const json = file.get('mapping').get('groups');
  const first = firstNeurons(groups);
  const placed = new Uint8Array(first[groups.length]);
  const neuronsOfCore = Array.from({ length: coresOf(mesh) }, (): number[] => []);
  for (const name of keyOrder(text, ['mapping', 'groups'])) {
    const runs = json.get(name);
    const g = groups.findIndex((group) => group.name === name);
    if (g < 0) runs.fail('is not a group');
    for (const run of runs.items()) {
      const [from, count, tile, slot] = run.items(4);
      const start = from.integer(0, groups[g].size - 1);
      const end = start + count.integer(0, groups[g].size - start);
      const core = tile.integer(0, mesh.columns * mesh.rows - 1) * mesh.coresPerTile + slot.integer(0, mesh.coresPerTile - 1);
      for (let neuron = first[g] + start; neuron < first[g] + end; neuron++) {
        if (placed[neuron]++ > 0) run.fail(`places neuron ${neuron - first[g]} of ${name} again`);
        neuronsOfCore[core].push(neuron);
      }
    }
  }
  checkPlacement(json, groups, first, placed);
  const fullest = neuronsOfCore.findIndex((neurons) => neurons.length > neuronsPerCoreMax);
  if (fullest >= 0)
    json.fail(`put ${neuronsOfCore[fullest].length} neurons on core ${nameCore(mesh, fullest)}, not ${neuronsPerCoreMax} at most`);
  const tiles = new Set(neuronsOfCore.flatMap((neurons, core) => (neurons.length > 0 ? [Math.floor(core / mesh.coresPerTile)] : [])));
  return { neuronsOfCore: neuronsOfCore.map((neurons) => Int32Array.from(neurons)), tiles: tiles.size };
}

function checkPlacement(json: JsonValue, groups: readonly Group[], first: Int32Array, placed: Uint8Array): void {
  const lost = placed.indexOf(0);
  if (lost < 0) return;
  const g = groups.findIndex((_, group) => lost < first[group + 1]);
  json.fail(`do not place neuron ${lost - first[g]} of ${groups[g].name}`);
}

/** `results.dest_core_order.order`: the order in which a neuron sends to several cores. Cores that are not in it come last, ascending. */
export function readCoreOrder(results: JsonValue, mesh: Mesh): Int32Array {
  const cores = coresOf(mesh);
  const rank = Int32Array.from({ length: cores }, (_, core) => LIMITS.cores + core);
  results
    .optional('dest_core_order')
    ?.get('order')
    .items()
    .forEach((name, place) => {
      rank[readCore(name, mesh)] = place;
    });
  return rank;
}

/** As files name cores: tile.core. */
export const nameCore = (mesh: Mesh, core: number): string => `${Math.floor(core / mesh.coresPerTile)}.${core % mesh.coresPerTile}`;

function readCore(name: JsonValue, mesh: Mesh): number {
  const match = /^([0-9]{1,6})\.([0-9]{1,6})$/.exec(name.text());
  const [tile, slot] = match === null ? [-1, -1] : [Number(match[1]), Number(match[2])];
  if (tile >= 0 && tile < mesh.columns * mesh.rows && slot < mesh.coresPerTile) return tile * mesh.coresPerTile + slot;
  return name.fail(`is ${JSON.stringify(name.json)}, not a core of this mesh`);
}
