import type { FastWeightsNode, NetworkNode, Projection } from '../../../../ir/network.ts';
import { EVEN, FEWER_STEPS, ofWeightBits, ROTARY_BITS, SAME, trained, UNITS } from './accuracy.ts';
import type { EditContext } from './context.ts';
import type { Edit } from './edit.ts';
import { largerLimit, otherChip } from './other-chip.ts';

const EVENTS = 'the same events';

/** Weights, biases and threshold of a population in units half as fine, `halvings` times: registers hold smaller numbers for the same function. */
const coarserUnits = (node: string, halvings: number): Edit => ({
  change: `halve threshold, bias and weight scale of ${node} ${halvings === 1 ? 'once' : `${halvings} times`} (a smaller unit)`,
  accuracy: UNITS,
  energy: EVENTS,
});

/** Biases that no register pair holds. `halvings`: until the largest fits, 0 where bits below the mantissa are what is in the way. */
export function editsForBias(
  context: EditContext,
  node: NetworkNode,
  count: number,
  halvings: number,
  nearest: number,
): readonly (Edit | null)[] {
  const { biasMantissaBits } = context.chip.limits;
  return [
    halvings === 0 ? roundedBias(node, count, nearest) : coarserUnits(node.name, halvings),
    halvings === 0
      ? coarserUnits(node.name, 1)
      : {
          change: `train with ${count === 1 ? 'the bias' : `the ${count} biases`} of ${node.name} bounded`,
          accuracy: trained(),
          energy: EVENTS,
        },
    largerLimit(context, ['limits', 'biasMantissaBits'], biasMantissaBits.value + Math.max(1, halvings)),
  ];
}

const roundedBias = (node: NetworkNode, count: number, nearest: number): Edit => ({
  change: `round ${count === 1 ? 'the bias' : `the ${count} biases`} of ${node.name} to what the registers hold (the largest to ${nearest})`,
  accuracy: 'not measured; the rounding is less than one part in 4096 of the bias',
  energy: EVENTS,
});

export function editsForThreshold(context: EditContext, node: NetworkNode, halvings: number): readonly (Edit | null)[] {
  const { thresholdMantissaBits } = context.chip.limits;
  return [
    coarserUnits(node.name, halvings),
    { change: `train ${node.name} with a lower threshold`, accuracy: trained(), energy: 'that of the spikes more which it then fires' },
    largerLimit(context, ['limits', 'thresholdMantissaBits'], thresholdMantissaBits.value + halvings),
  ];
}

export function editsForDecay(node: NetworkNode, register: string, value: number, max: number): readonly (Edit | null)[] {
  const nearest = Math.max(0, Math.min(max, Math.round(value)));
  const rest = (decay: number): string => `${(1 - decay / 4096).toFixed(4)}`;
  return [
    {
      change: `set the ${register} of ${node.name} to ${nearest}`,
      accuracy: `not measured; ${rest(nearest)} of the state is left after a step in place of ${rest(value)}`,
      energy: EVENTS,
    },
    { change: `train ${node.name} with a leak between 0 and 1 a step`, accuracy: trained(), energy: EVENTS },
    {
      change: `train ${node.name} without a leak (a register of 0)`,
      accuracy: trained(),
      energy: 'the same updates; a neuron that forgets nothing fires more',
    },
  ];
}

/** Mantissas beyond the weight formats. `odd`: both signs, and odd ones among them. */
export function editsForWeights(context: EditContext, projection: Projection, largest: number, odd: boolean): readonly (Edit | null)[] {
  const { weightBits } = context.chip.limits;
  const lost = Math.max(0, Math.ceil(Math.log2((largest + 1) / 2 ** weightBits.value)));
  return [
    lost === 0
      ? null
      : {
          change: `halve the mantissas of ${projection.id} ${lost === 1 ? 'once' : `${lost} times`} and raise its exponent by as much`,
          accuracy: ofWeightBits(weightBits.value - lost),
          energy: EVENTS,
        },
    odd ? { change: `round the odd mantissas of ${projection.id} to even`, accuracy: EVEN, energy: EVENTS } : null,
    odd
      ? {
          change: `split ${projection.id} by sign: one sign alone keeps odd mantissas`,
          accuracy: SAME,
          energy: `${EVENTS}; a synapse format more`,
        }
      : null,
    { change: `clip the mantissas of ${projection.id} to the range`, accuracy: 'not measured; `spikec run` gives it', energy: EVENTS },
    largerLimit(context, ['limits', 'weightBits'], weightBits.value + Math.max(1, lost)),
  ];
}

export function editsForExponent(context: EditContext, projection: Projection): readonly (Edit | null)[] {
  const { network, chip, activityOf } = context;
  const { weightExponent, target } = projection;
  const max = chip.limits.weightExponent.value;
  if (weightExponent < 0) {
    return [
      {
        change: `double threshold, bias and weight scale of ${target} ${-weightExponent} times (a larger unit)`,
        accuracy: UNITS,
        energy: EVENTS,
      },
      {
        change: `halve the mantissas of ${projection.id} ${-weightExponent} times in place of the exponent`,
        accuracy: ofWeightBits(chip.limits.weightBits.value + weightExponent),
        energy: EVENTS,
      },
      { change: `train ${target} with larger weights and threshold`, accuracy: trained(), energy: EVENTS },
    ];
  }
  const activity = activityOf(network, chip);
  const copies = 2 ** Math.min(20, weightExponent - max);
  return [
    coarserUnits(target, weightExponent - max),
    {
      change: `store each synapse of ${projection.id} ${copies} times at exponent ${max}`,
      accuracy: SAME,
      energy: activity.price({ synapticEvents: (copies - 1) * activity.eventsOf(projection) }),
    },
    largerLimit(context, ['limits', 'weightExponent'], weightExponent),
  ];
}

/** A clip longer than a fast weight can count. */
export function editsForFastWeights(context: EditContext, node: FastWeightsNode, steps: number, allowed: number): readonly (Edit | null)[] {
  const { network, chip, activityOf } = context;
  const activity = activityOf(network, chip);
  const share = allowed / steps - 1;
  const keys = activity.spikesOf(node.key);
  return [
    {
      change: `train with ${allowed} timesteps in place of ${steps}`,
      accuracy: trained(FEWER_STEPS),
      energy: activity.price({ updates: share * activity.updates(), synapticEvents: share * activity.synapticEvents() }),
    },
    {
      change: `mask the keys of ${node.name} outside ${allowed} steps`,
      accuracy: 'not measured; `spikec run` on such a mask gives it',
      energy: activity.price({ embedded: share * keys, synapticEvents: share * keys * (node.size / node.heads) }),
    },
    largerLimit(context, ['limits', 'fastWeightMax'], steps),
  ];
}

/** A payload wider than a spike, or than the digit axons. */
export function editsForPayload(context: EditContext, node: NetworkNode, bits: number, allowed: number): readonly (Edit | null)[] {
  const { network, chip, activityOf } = context;
  const graded = chip.operations.gradedSpikes;
  const rotary = node.kind === 'rotary' && node.fractionBits > bits - allowed;
  const activity = activityOf(network, chip);
  return [
    rotary
      ? { change: `round ${node.name} to ${node.fractionBits - (bits - allowed)} fractional bits`, accuracy: ROTARY_BITS, energy: EVENTS }
      : null,
    {
      change: `bound the values of ${node.name} to ${allowed} bits (clip them)`,
      accuracy: 'the same for smaller values; else not measured',
      energy: EVENTS,
    },
    otherChip(context),
    graded
      ? largerLimit(context, ['limits', 'gradedPayloadBits'], bits)
      : {
          change: `declare a chip with \`bitPlanes.valueBits\` of ${bits}`,
          accuracy: SAME,
          energy: `about ${activity.price({ embedded: (activity.spikesOf(node.id) * (bits - allowed)) / 3 })}`,
        },
    {
      change: `train with smaller values of ${node.name} (shorter time bins, or more layers before it)`,
      accuracy: trained(),
      energy: EVENTS,
    },
  ];
}

/** A digit whose multiple of the weights no register holds. `copies`: synapses that would stand for one; null: a weight without a negative. */
export function editsForPlanes(
  context: EditContext,
  projection: Projection,
  source: NetworkNode,
  copies: number | null,
  most: number,
): readonly (Edit | null)[] {
  const { chip } = context;
  const halvings = copies === null ? 1 : Math.ceil(Math.log2(copies / most));
  const weighted = projection.synapses.kind !== 'pooling' && projection.synapses.weights !== null;
  return [
    otherChip(context),
    {
      change: `send ${halvings === 1 ? 'one digit' : `${halvings} digits`} less of ${source.name} (\`bitPlanes\` of a chip file)`,
      accuracy: `${SAME} while its values are smaller; larger ones are refused in a run`,
      energy: EVENTS,
    },
    weighted
      ? {
          change: `compile with --weight-bits ${chip.limits.weightBits.value - halvings}`,
          accuracy: ofWeightBits(chip.limits.weightBits.value - halvings),
          energy: EVENTS,
        }
      : null,
    largerLimit(context, ['limits', 'weightExponent'], chip.limits.weightExponent.value + halvings),
    coarserUnits(projection.target, halvings),
  ];
}
