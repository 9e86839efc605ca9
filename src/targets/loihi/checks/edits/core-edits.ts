import type { Misfit } from '../../../mapping/partition.ts';
import type { Feed, Owner } from '../../connectivity.ts';
import { compartmentsAllowed } from '../../resources/compartments.ts';
import type { CoreResource } from '../../usage.ts';
import { ROTARY_BITS, SAME, trained } from './accuracy.ts';
import type { EditContext } from './context.ts';
import { chipsEdit } from './cores-edits.ts';
import type { Edit } from './edit.ts';
import { fewerChannels, fewerTaps, fewerWeightBits, narrowerModel, narrowerPopulation } from './narrower.ts';
import { largerLimit, otherChip } from './other-chip.ts';

/** Changes that make a population fit whose single neurons, or smallest slices, exceed a limit of a core. `most`: what any population needs of it. */
export function editsForCore(context: EditContext, owner: Owner, misfit: Misfit<CoreResource>, most: number): readonly (Edit | null)[] {
  const { resource, used, allowed } = misfit.share;
  const share = allowed / used;
  const { node } = owner;
  const fewerNeurons = misfit.neurons > 1 ? narrowerPopulation(context, node, Math.floor(node.size * share)) : null;
  const channels = fewerChannels(context, node, channelsOf(owner), share);
  const elsewhere = [otherChip(context), raised(context, resource, most)];
  const anywhere = [...elsewhere, narrowerModel(context, share), withoutPopulation(context, owner)];
  switch (resource) {
    case 'compartments':
      return [
        withoutGate(context, owner, misfit),
        shorterDelays(context, owner),
        fewerNeurons,
        moreChips(context, misfit, node.size),
        ...anywhere,
      ];
    case 'memory':
      return [fewerWeightBits(context), channels, fewerNeurons, ...anywhere];
    case 'input axons':
      return [fewerDigits(context, owner, share), channels, ...anywhere];
    case 'output axons':
      return [fewerReaders(context, owner, used, allowed), fewerNeurons, ...anywhere];
    case 'synapse list':
      return [
        fewerDigits(context, owner, share),
        fewerTaps(context, node, tapsOf(owner), Math.floor(tapsOf(owner) * share)),
        fewerWeightBits(context),
        ...anywhere,
      ];
    case 'synapse formats':
      return [fewerDigits(context, owner, share), oneFormat(context, owner), fewerWeightBits(context), ...anywhere];
    case 'compartment profiles':
      return [withoutGate(context, owner, misfit), ...elsewhere, sameDecays(owner)];
    case 'threshold profiles':
      return [withoutGate(context, owner, misfit), ...elsewhere, ownWindows(context, owner)];
  }
}

const PATHS = {
  compartments: ['limits', 'compartmentsPerCore'],
  memory: ['limits', 'memoryPerCore'],
  'input axons': ['limits', 'inputAxonsPerCore'],
  'output axons': ['limits', 'outputAxonsPerCore'],
  'synapse list': ['tables', 'wordsPerSynapseList'],
  'synapse formats': ['tables', 'synapseFormats'],
  'compartment profiles': ['tables', 'compartmentProfiles'],
  'threshold profiles': ['tables', 'thresholdProfiles'],
} as const;

function raised(context: EditContext, resource: CoreResource, used: number): Edit | null {
  const { limits } = context.chip;
  const value = resource === 'memory' && limits.memoryPerCore.unit === 'bit' ? used * 8 : used;
  return largerLimit(context, PATHS[resource], value);
}

const channelsOf = (owner: Owner): number =>
  owner.feeds.reduce((sum, feed) => sum + (feed.kind === 'synapses' ? feed.synapses.sources : owner.node.size), 0);

const synapsesOf = (owner: Owner): readonly Extract<Feed, { kind: 'synapses' }>[] =>
  owner.feeds.flatMap((feed) => (feed.kind === 'synapses' ? [feed] : []));

const tapsOf = (owner: Owner): number =>
  Math.max(0, ...synapsesOf(owner).map(({ synapses }) => (synapses.kind === 'time-convolution' ? synapses.taps : 0)));

/** Fewer digits of the integers that are read, where there are any. */
function fewerDigits({ network, chip, activityOf }: EditContext, owner: Owner, share: number): Edit | null {
  const coded = synapsesOf(owner).find(({ code }) => code !== null);
  if (coded?.code === null || coded === undefined) return null;
  const { digits, signed } = coded.code;
  const fewer = Math.floor(digits * share);
  if (fewer < 1 || fewer >= digits) return null;
  const activity = activityOf(network, chip);
  return {
    change: `send ${fewer} digits in place of ${digits} (\`bitPlanes\` of a chip file)`,
    accuracy: signed
      ? `fewer fractional bits: ${ROTARY_BITS}`
      : `${SAME} while no count exceeds ${2 ** fewer - 1}; a larger one is refused in a run`,
    energy: activity.price({ synapticEvents: (fewer / digits - 1) * activity.eventsOf(coded.projection) }),
  };
}

/** Exponents and signs that differ between projections take a format each. */
function oneFormat({ chip }: EditContext, owner: Owner): Edit | null {
  const exponents = new Set(synapsesOf(owner).map(({ projection }) => projection.weightExponent));
  if (exponents.size < 2) return null;
  return {
    change: `train ${owner.node.name} with weights of one range, so that its ${exponents.size} weight exponents become one format of ${chip.name}`,
    accuracy: trained(),
    energy: 'the same events',
  };
}

/** A gate has a compartment of its own beside each neuron. */
function withoutGate({ network, chip, activityOf }: EditContext, owner: Owner, { neurons, share }: Misfit<CoreResource>): Edit | null {
  const { node } = owner;
  if (node.kind !== 'population' || node.gate === null || neurons > 1 || share.used - 1 > share.allowed) return null;
  const activity = activityOf(network, chip);
  return {
    change: `train ${node.name} without its gate`,
    accuracy: trained(),
    energy: activity.price({ updates: -node.size * activity.stepsOf(node.id), synapticEvents: -activity.spikesOf(node.gate) }),
  };
}

/** Where long delays take compartments away: the longest that leaves twice as many, or as many as there are. */
function shorterDelays({ chip }: EditContext, owner: Owner): Edit | null {
  const kernels = synapsesOf(owner).map((feed) => feed.lag + (feed.synapses.kind === 'time-convolution' ? -feed.synapses.firstOffset : 0));
  const longest = Math.max(0, ...kernels);
  const shorter = DELAYS.findLast((delay) => delay < longest && compartmentsAllowed(chip, delay) > compartmentsAllowed(chip, longest));
  if (shorter === undefined) return null;
  return {
    change: `shorten the delays of ${owner.node.name} from ${longest} to ${shorter} steps (a shorter kernel, or fewer layers beside a residual), which leaves ${compartmentsAllowed(chip, shorter)} compartments a core`,
    accuracy: trained(),
    energy: 'the same events, or those of a shorter kernel',
  };
}

/** Longest delays of 3 to 6 delay bits. */
const DELAYS = [6, 14, 30, 62] as const;

function withoutPopulation({ network, chip, activityOf }: EditContext, { node }: Owner): Edit {
  const activity = activityOf(network, chip);
  const events = activity.eventsInto(node) + activity.eventsOutOf(node.id);
  return {
    change: `train without ${node.name}`,
    accuracy: trained(),
    energy: activity.price({ updates: -activity.updatesOf(node), synapticEvents: -events }),
  };
}

/** Gates and teachers keep nothing from step to step; neurons that do so too share their profile. */
const sameDecays = ({ node }: Owner): Edit => ({
  change: `train ${node.name} without memory, as the compartments beside its neurons are`,
  accuracy: trained(),
  energy: 'the same updates; a neuron that forgets fires less',
});

/** A chip whose neurons hold their own windows needs no threshold that is out of reach. */
function ownWindows({ network, chip, activityOf }: EditContext, { node }: Owner): Edit | null {
  if (chip.operations.windows !== 'embedded') return null;
  return {
    change: 'declare a chip (a JSON file) with `operations.windows`: core, which saves a profile',
    accuracy: SAME,
    energy: activityOf(network, chip).price({ embedded: -3 * node.size }),
  };
}

function fewerReaders({ network, chip, activityOf }: EditContext, owner: Owner, used: number, allowed: number): Edit | null {
  const activity = activityOf(network, chip);
  return allowed < 1
    ? null
    : {
        change: `let ${owner.node.name} be read on ${allowed} cores in place of ${used} (fewer or narrower populations behind it)`,
        accuracy: trained(),
        energy: activity.price({ synapticEvents: (allowed / used - 1) * activity.eventsOutOf(owner.node.id) }),
      };
}

/** Smaller slices on more chips. */
function moreChips(context: EditContext, { neurons, share }: Misfit<CoreResource>, size: number): Edit | null {
  const perCore = Math.floor((neurons * share.allowed) / share.used);
  return perCore < 1 ? null : chipsEdit(context, Math.ceil(size / perCore));
}
