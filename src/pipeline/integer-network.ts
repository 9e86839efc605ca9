import type { Network } from '../ir/network.ts';

/** Networks of lava-dl are in a chip's integers from the beginning. */
export const isInteger = ({ nodes }: Network): boolean =>
  nodes.some((node) => node.kind === 'population' && node.neuron.parameters === 'integer');
