import type { Network } from '../ir/network.ts';
import type { Trace } from '../ir/trace.ts';

/** Rasters of a lowered network with its neurons numbered as in the model. */
export function inModelOrder(rasters: Trace['rasters'], { nodes }: Network): Trace['rasters'] {
  const orders = new Map<string, Int32Array>(
    nodes.flatMap((node) => (node.kind === 'population' && node.order !== undefined ? [[node.id, node.order]] : [])),
  );
  if (orders.size === 0) return rasters;
  return new Map(
    [...rasters].map(([id, raster]) => {
      const order = orders.get(id);
      return [id, order === undefined ? raster : renumbered(raster, order)];
    }),
  );
}

/** Pairs of step and neuron, by step and then by neuron. */
function renumbered(raster: Int32Array, order: Int32Array): Int32Array {
  const size = order.length;
  const places = Float64Array.from({ length: raster.length / 2 }, (_, k) => raster[2 * k] * size + order[raster[2 * k + 1]]).sort();
  return Int32Array.from({ length: raster.length }, (_, i) =>
    i % 2 === 0 ? Math.floor(places[i / 2] / size) : places[(i - 1) / 2] % size,
  );
}
