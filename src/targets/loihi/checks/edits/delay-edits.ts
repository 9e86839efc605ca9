import type { NetworkNode } from '../../../../ir/network.ts';
import type { Feed, Owner } from '../../connectivity.ts';
import { trained } from './accuracy.ts';
import type { EditContext } from './context.ts';
import type { Edit } from './edit.ts';
import { fewerTaps } from './narrower.ts';
import { largerLimit, otherChip } from './other-chip.ts';

/** Changes for a stream of integers that has to wait longer than a synapse delays, and that no relay repeats. `most`: the longest delay of the network. */
export function editsForDelay(
  context: EditContext,
  owner: Owner,
  feed: Feed,
  source: NetworkNode,
  { longest, most }: { readonly longest: number; readonly most: number },
): readonly (Edit | null)[] {
  const allowed = context.chip.limits.synapticDelay.value;
  const taps = feed.kind === 'synapses' && feed.synapses.kind === 'time-convolution' ? feed.synapses.taps : 0;
  // A tap less on each side takes a step from how far a kernel looks ahead, and one from how far it looks back.
  const fewer = taps - 2 * Math.ceil((longest - allowed) / 2);
  return [
    fewerTaps(context, owner.node, taps, fewer),
    spikesInstead(context, source, Math.ceil(longest / (allowed + 1))),
    largerLimit(context, ['limits', 'synapticDelay'], most),
    otherChip(context),
    fewerLayers(context, owner.node, source, longest - allowed),
  ];
}

/** Spikes can be relayed: a population of neurons behind the stream, and a relay for each further stretch of delay. */
function spikesInstead({ network, chip, activityOf }: EditContext, source: NetworkNode, relays: number): Edit {
  const activity = activityOf(network, chip);
  const populations = 1 + relays;
  return {
    change: `train with spiking neurons behind ${source.name}, whose spikes ${relays === 1 ? 'a relay population repeats' : `${relays} relay populations repeat`}`,
    accuracy: trained(),
    energy: activity.price({
      updates: populations * source.size * activity.stepsOf(source.id),
      synapticEvents: populations * activity.spikesOf(source.id),
    }),
  };
}

/** Each layer between two ends of a branch costs the other a step of delay. */
function fewerLayers({ network, chip, activityOf }: EditContext, target: NetworkNode, source: NetworkNode, layers: number): Edit {
  const activity = activityOf(network, chip);
  return {
    change: `train with ${layers} layers less between ${source.name} and ${target.name}`,
    accuracy: trained(),
    energy: `for each layer as wide as ${target.name}, ${activity.price({ updates: -activity.updatesOf(target), synapticEvents: -activity.eventsInto(target) })}`,
  };
}
