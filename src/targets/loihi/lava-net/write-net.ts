import { buildHdf5, type Hdf5Group } from '../../../ir/hdf5/build-hdf5.ts';
import { type LavaNet, type NetDataset, netDatasets } from '../../../ir/lava-net.ts';

/** The network as an HDF5 file. Same network, same bytes. */
export const writeNet = ({ layers }: LavaNet): Promise<Uint8Array> =>
  buildHdf5((file) => {
    const root = file.create_group('layer');
    layers.forEach((layer, index) => {
      const groups = new Map([['', root.create_group(`${index}`)]]);
      for (const [name, dataset] of netDatasets(layer)) writeDataset(groupOf(groups, name), name.split('/').at(-1) ?? name, dataset);
    });
  });

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
