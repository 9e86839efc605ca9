import type { Network, NetworkNode, Projection } from '../../../../ir/network.ts';
import type { Synapses } from '../../../../ir/synapses.ts';
import { HALF_WIDTH, ofWeightBits, trained } from './accuracy.ts';
import type { EditContext } from './context.ts';
import type { Edit } from './edit.ts';
import { taking } from './other-chip.ts';

/** Fewer neurons in one population. */
export function narrowerPopulation({ network, chip, activityOf }: EditContext, node: NetworkNode, neurons: number): Edit | null {
  if (neurons < 1 || neurons >= node.size) return null;
  const activity = activityOf(network, chip);
  const share = neurons / node.size - 1;
  return {
    change: `narrow ${node.name} from ${node.size} to ${neurons} neurons`,
    accuracy: trained(HALF_WIDTH),
    energy: activity.price({
      updates: share * activity.updatesOf(node),
      synapticEvents: share * (activity.eventsInto(node) + activity.eventsOutOf(node.id)),
    }),
  };
}

/** Fewer neurons in every layer: what a single neuron reads and sends shrinks with them. */
export function narrowerModel({ network, chip, activityOf }: EditContext, share: number): Edit | null {
  const percent = Math.floor(100 * share);
  if (percent < 1 || percent >= 100) return null;
  return {
    change: `narrow every layer to ${percent} % of its neurons`,
    accuracy: trained(HALF_WIDTH),
    energy: activityOf(network, chip).price(activityOf(network, chip).narrowed(percent / 100)),
  };
}

/** A population that reads fewer channels. */
export function fewerChannels({ network, chip, activityOf }: EditContext, node: NetworkNode, read: number, share: number): Edit | null {
  const channels = Math.floor(read * share);
  if (channels < 1 || channels >= read) return null;
  const activity = activityOf(network, chip);
  return {
    change: `let ${node.name} read ${channels} channels in place of ${read}`,
    accuracy: trained(),
    energy: activity.price({ synapticEvents: (channels / read - 1) * activity.eventsInto(node) }),
  };
}

/** A kernel over time with fewer taps, of the projections into `node`. */
export function fewerTaps({ network, chip, activityOf }: EditContext, node: NetworkNode, taps: number, allowed: number): Edit | null {
  if (allowed < 1 || allowed >= taps) return null;
  const activity = activityOf(network, chip);
  const kernels = network.projections.filter(({ target, synapses }) => target === node.id && synapses.kind === 'time-convolution');
  const events = kernels.reduce((sum, projection) => sum + activity.eventsOf(projection), 0);
  return {
    change: `train ${node.name} with a kernel of ${allowed} steps in place of ${taps}`,
    accuracy: trained(),
    energy: activity.price({ synapticEvents: (allowed / taps - 1) * events }),
  };
}

/** The most weight bits, below those there are, with which the network fits. Where a weight always takes its full width, fewer bits save nothing. */
export const fewerWeightBits = (context: EditContext): Edit | null =>
  context.once('weight bits', () => {
    const { network, chip, coresOf } = context;
    if (chip.tables === undefined) return null;
    const full = chip.limits.weightBits.value;
    const coresWith = (bits: number): number | null => coresOf(coarser(network, bits, full), chip);
    // What fits with some bits fits with fewer: the border is searched by halving.
    let fits = { bits: BITS_LEAST, cores: coresWith(BITS_LEAST) };
    for (let [low, high] = [BITS_LEAST + 1, full - 1]; fits.cores !== null && low <= high; ) {
      const bits = Math.ceil((low + high) / 2);
      const cores = coresWith(bits);
      if (cores === null) high = bits - 1;
      else [fits, low] = [{ bits, cores }, bits + 1];
    }
    if (fits.cores === null) return null;
    const change = `compile with --weight-bits ${fits.bits}${taking(fits.cores)}`;
    return { change, accuracy: ofWeightBits(fits.bits), energy: 'the same events, but for spikes that rounding changes' };
  });

const BITS_LEAST = 2;

/** Mantissas as quantization to fewer bits would leave them: multiples of a larger power of two. */
function coarser(network: Network, bits: number, full: number): Network {
  const step = 2 ** (full + 1 - bits);
  const top = 2 ** full - step;
  const round = (weight: number): number => Math.max(-top, Math.min(top, Math.round(weight / step) * step));
  // Shared weights stay shared, so that they are stored once.
  const known = new Map<Synapses, Synapses>();
  const roundedOf = (synapses: Synapses): Synapses => {
    if (synapses.kind === 'pooling' || synapses.weights === null) return synapses;
    const made = known.get(synapses) ?? { ...synapses, weights: Int16Array.from(synapses.weights, round) };
    known.set(synapses, made);
    return made;
  };
  return {
    ...network,
    projections: network.projections.map((projection): Projection => ({ ...projection, synapses: roundedOf(projection.synapses) })),
  };
}
