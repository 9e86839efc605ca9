import type { Network } from '../../../ir/network.ts';

/** Shapes of streams that convolutions and poolings read or write, (channels, rows, columns); what writes a stream knows better than what reads it. */
export function shapesOf({ projections }: Network): ReadonlyMap<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  for (const { source, synapses } of projections)
    if (synapses.kind === 'convolution' || synapses.kind === 'pooling') shapes.set(source, synapses.sourceShape);
  for (const { target, synapses } of projections)
    if (synapses.kind === 'convolution' || synapses.kind === 'pooling') shapes.set(target, synapses.targetShape);
  return shapes;
}
