/** A dataset: text, a row of numbers, or numbers of a shape; `chunks`: declared, and not written. */
export type RawField =
  | string
  | readonly number[]
  | { readonly shape: readonly number[]; readonly values: readonly number[]; readonly chunks?: readonly number[] };

let made = 0;

/** An HDF5 file with these datasets under layer/0, layer/1, …, whatever they are. */
export async function makeNet(layers: readonly Readonly<Record<string, RawField>>[]): Promise<Uint8Array> {
  const h5wasm = await import('h5wasm');
  const { FS } = await h5wasm.ready;
  const path = `/made-${made++}.net`;
  const file = new h5wasm.File(path, 'w');
  const root = file.create_group('layer');
  layers.forEach((layer, index) => {
    const group = root.create_group(`${index}`);
    const neuron = Object.keys(layer).some((name) => name.startsWith('neuron/')) ? group.create_group('neuron') : group;
    for (const [name, field] of Object.entries(layer)) {
      const [parent, key] = name.startsWith('neuron/') ? [neuron, name.slice('neuron/'.length)] : [group, name];
      if (typeof field === 'string') parent.create_dataset({ name: key, data: [field], shape: [1], dtype: 'S10' });
      else if ('shape' in field) {
        const { shape, values, chunks } = field;
        if (chunks === undefined) parent.create_dataset({ name: key, data: Float32Array.from(values), shape: [...shape], dtype: '<f' });
        else {
          const one = shape.map(() => 1);
          parent.create_dataset({
            name: key,
            data: Float32Array.of(1),
            shape: one,
            maxshape: shape.map(() => null),
            chunks: [...chunks],
            dtype: '<f',
          });
          const dataset = parent.get(key);
          if (dataset instanceof h5wasm.Dataset) dataset.resize([...shape]);
        }
      } else parent.create_dataset({ name: key, data: Float64Array.from(field), shape: [field.length], dtype: '<d' });
    }
  });
  file.close();
  const bytes: Uint8Array = FS.readFile(path).slice();
  FS.unlink(path);
  return bytes;
}
