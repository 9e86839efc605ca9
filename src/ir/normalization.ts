import type { Normalization } from './network.ts';

/** Factor by which a normalisation multiplies the current of a channel: scale / sqrt(variance + epsilon). */
export const gainAt = ({ scale, variance, epsilon }: Normalization, channel: number): number =>
  scale[channel] / Math.sqrt(variance[channel] + epsilon);
