import type { NetworkNode } from '../../../../ir/network.ts';
import { SAME, trained } from './accuracy.ts';
import type { Activity, Events } from './activity.ts';
import type { EditContext } from './context.ts';
import type { Edit } from './edit.ts';
import { otherChip } from './other-chip.ts';

/** An operation that the chip lacks, or runs elsewhere. `where`: what its chip model would have to say. */
export function editsForOperation(context: EditContext, node: NetworkNode, operation: string, where: string): readonly (Edit | null)[] {
  const activity = context.activityOf(context.network, context.chip);
  return [
    otherChip(context),
    { change: `train without ${node.name} (${operation})`, accuracy: trained(), energy: activity.price(negative(costOf(node, activity))) },
    {
      change: `declare a chip (a JSON file) with \`operations.${operation}\`: ${where}`,
      accuracy: SAME,
      energy: `${activity.price(costOf(node, activity))}, as on the chips that have it`,
    },
    {
      change: `replace ${node.name} by a dense layer of spiking neurons`,
      accuracy: trained(),
      energy: activity.price(spikingLayer(node, activity)),
    },
  ];
}

/** A stream of integers, or of sums, where only spikes will do. */
export function editsForStream(context: EditContext, node: NetworkNode, source: NetworkNode): readonly (Edit | null)[] {
  const activity = context.activityOf(context.network, context.chip);
  const spikes = { updates: source.size * activity.stepsOf(source.id), synapticEvents: activity.spikesOf(source.id) };
  return [
    otherChip(context),
    { change: `train with spiking neurons behind ${source.name}`, accuracy: trained(), energy: activity.price(spikes) },
    digits(context, source),
    {
      change: `train with ${source.name} bounded to 0 and 1 (counts clipped, or one term in place of a sum)`,
      accuracy: trained(),
      energy: 'the same events or fewer',
    },
    { change: `train without ${node.name}`, accuracy: trained(), energy: activity.price(negative(costOf(node, activity))) },
  ];
}

/** Integers that the embedded processor sends can go digit by digit, about a third of which are set. */
function digits({ network, chip, activityOf }: EditContext, source: NetworkNode): Edit | null {
  const sent = source.kind === 'input' || source.kind === 'rotary' || source.kind === 'reorder';
  if (!sent || chip.operations.gradedSpikes || chip.bitPlanes !== undefined) return null;
  const activity = activityOf(network, chip);
  return {
    change: 'declare a chip (a JSON file) with `bitPlanes`: an axon and a spike for each binary digit',
    accuracy: SAME,
    energy: `for each digit that is set beyond one a value, ${activity.price({ synapticEvents: activity.eventsOutOf(source.id) })}`,
  };
}

/** Work on the clip itself, before any population. */
export function editsForInputOperation(context: EditContext, node: NetworkNode): readonly (Edit | null)[] {
  const activity = context.activityOf(context.network, context.chip);
  return [
    {
      change: `apply ${node.name} when the data are prepared, and export the model without it`,
      accuracy: SAME,
      energy: activity.price(negative(costOf(node, activity))),
    },
    {
      change: `train with a layer of spiking neurons before ${node.name}`,
      accuracy: trained(),
      energy: activity.price(spikingLayer(node, activity)),
    },
    { change: `train without ${node.name}`, accuracy: trained(), energy: activity.price(negative(costOf(node, activity))) },
  ];
}

/** Several inputs of one role. */
export function editsForInputs(context: EditContext, inputs: readonly NetworkNode[]): readonly (Edit | null)[] {
  const activity = context.activityOf(context.network, context.chip);
  const [first, ...others] = inputs;
  const channels = inputs.reduce((sum, { size }) => sum + size, 0);
  return [
    { change: `export with one input of ${channels} channels, its parts one after the other`, accuracy: SAME, energy: 'the same events' },
    {
      change: `train on ${first.name} alone`,
      accuracy: trained(),
      energy: activity.price({ synapticEvents: -others.reduce((sum, { id }) => sum + activity.eventsOutOf(id), 0) }),
    },
    {
      change: `add the inputs up when the data are prepared`,
      accuracy: trained(),
      energy: activity.price({ synapticEvents: -others.reduce((sum, { id }) => sum + activity.eventsOutOf(id), 0) }),
    },
  ];
}

/** What an operation does in a clip where it runs. */
function costOf(node: NetworkNode, activity: Activity): Events {
  switch (node.kind) {
    case 'rotary':
    case 'reorder':
      return { embedded: activity.spikesOf(node.source) };
    case 'population':
      return node.gate === null
        ? { updates: activity.updatesOf(node), synapticEvents: activity.eventsInto(node) }
        : { updates: node.size * activity.stepsOf(node.id), synapticEvents: activity.spikesOf(node.gate) };
    case 'attention':
    case 'fast-weights': {
      const width = node.size / node.heads;
      const [query, key, value] = [node.query, node.key, node.value].map((id) => activity.spikesOf(id));
      const meetings = (key * value * width) / (node.size * Math.max(1, activity.stepsOf(node.id)));
      return { synapticEvents: (query + key) * width + value, writes: meetings, embedded: query + key + value };
    }
    case 'input':
    case 'constant':
    case 'integrator':
    case 'readout':
    case 'sum':
      return { synapticEvents: activity.eventsOutOf(node.id) };
  }
}

const spikingLayer = (node: NetworkNode, activity: Activity): Events => ({
  updates: node.size * activity.stepsOf(node.id),
  synapticEvents: activity.spikesOf(node.id) * node.size,
});

const negative = ({ updates = 0, synapticEvents = 0, writes = 0, embedded = 0 }: Events): Events => ({
  updates: -updates,
  synapticEvents: -synapticEvents,
  writes: -writes,
  embedded: -embedded,
});
