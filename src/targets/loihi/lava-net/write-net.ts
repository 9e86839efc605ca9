import { type LavaNet, type NetDataset, netDatasets } from '../../../ir/lava-net.ts';
import { clearTimes } from './clear-times.ts';

type Hdf5Group = import('h5wasm').Group;

let written = 0;

/** The network as an HDF5 file. Same network, same bytes. */
export async function writeNet({ layers }: LavaNet): Promise<Uint8Array> {
  const h5wasm = await import('h5wasm');
  const { FS } = await h5wasm.ready;
  const path = `/network-${written++}.net`;
  const file = new h5wasm.File(path, 'w');
  const root = file.create_group('layer');
  layers.forEach((layer, index) => {
    const groups = new Map([['', root.create_group(`${index}`)]]);
    for (const [name, dataset] of netDatasets(layer)) writeDataset(groupOf(groups, name), name.split('/').at(-1) ?? name, dataset);
  });
  file.close();
  const bytes: Uint8Array = FS.readFile(path).slice();
  FS.unlink(path);
  return clearTimes(bytes);
}

/** The group that a dataset of this path stands in, made when it is first needed. */
function groupOf(groups: Map<string, Hdf5Group>, path: string): Hdf5Group {
  const parent = path.split('/').slice(0, -1).join('/');
  const known = groups.get(parent);
  if (known !== undefined) return known;
  const made = groupOf(groups, parent).create_group(parent.split('/').at(-1) ?? parent);
  groups.set(parent, made);
  return made;
}

function writeDataset(group: Hdf5Group, name: string, dataset: NetDataset): void {
  switch (dataset.type) {
    case 'text':
      group.create_dataset({ name, data: dataset.value, dtype: 'S' });
      return;
    case 'tag':
      group.create_dataset({ name, data: [dataset.value], shape: [1], dtype: 'S10' });
      return;
    case 'flag':
      group.create_dataset({ name, data: Int8Array.of(dataset.value ? 1 : 0), shape: [], dtype: '<b' });
      return;
    case 'integer':
      group.create_dataset({ name, data: BigInt64Array.from(dataset.values, BigInt), shape: [...dataset.shape], dtype: '<q' });
      return;
    case 'real':
      group.create_dataset({ name, data: Float32Array.from(dataset.values), shape: [...dataset.shape], dtype: '<f' });
      return;
  }
}
