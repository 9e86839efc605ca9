import type { ChipModel } from '../../../ir/chip-model.ts';
import type { Share } from '../../mapping/partition.ts';
import type { Owner } from '../connectivity.ts';
import type { CoreResource } from '../usage.ts';

/** What a change costs in accuracy cannot be known without training and running the changed model. */
const ACCURACY = 'accuracy: not measured, the model has to be trained again';
const SAME = 'accuracy: the same';

/** Three ways to make a population fit whose single neurons, or smallest slices, exceed a limit; each with its price. */
export function editsForCore(owner: Owner, share: Share<CoreResource>, chip: ChipModel): readonly string[] {
  const { resource, used, allowed } = share;
  const { name, size } = owner.node;
  const fitting = Math.max(1, Math.floor((size * allowed) / used));
  const narrower = `narrow ${name} from ${size} to ${fitting} neurons; saves ${updatesSaved(size - fitting, owner, chip)}; ${ACCURACY}`;
  const other = `declare a chip (a JSON file) with a larger \`${LIMIT_NAMES[resource]}\`, ${used} or more; energy by the same model; ${SAME}`;
  const inputs = inputsOf(owner);
  const read = Math.max(1, Math.floor((inputs * allowed) / used));
  const fewer = `let ${name} read ${read} channels instead of ${inputs}; saves ${eventsSaved(size, chip)} per spike of each; ${ACCURACY}`;
  switch (resource) {
    case 'memory':
    case 'synapse list':
      return [weightBitsEdit(share, chip), fewer, other];
    case 'input axons':
      return [planesEdit(owner, share) ?? narrower, fewer, other];
    case 'compartments':
    case 'output axons':
    case 'synapse formats':
    case 'compartment profiles':
    case 'threshold profiles':
      return [narrower, fewer, other];
  }
}

/** Three ways to make a network fit that needs more cores than there are. `largest` takes `slices` of them. */
export function editsForCores(needed: number, largest: Owner, slices: number, chip: ChipModel): readonly string[] {
  const { limits, geometry, energy, time } = chip;
  const more = Math.ceil(needed / geometry.coresPerChip);
  const watts = energy.staticPowerPerChip.value;
  const power = watts === null ? 'static power not known' : `static power +${((more - limits.chips.value) * watts).toFixed(3)} W`;
  const barrier = time.barrierChips?.value;
  const wait =
    barrier === undefined || barrier === null ? 'barrier not known' : `a barrier of ${(barrier * 1e6).toFixed(1)} us in each step`;
  const size = largest.node.size;
  return [
    `declare ${more} chips (\`limits.chips\` of a chip file); ${power}, ${wait}, energy of chip crossings: ${energy.chipCrossing?.value ?? 'not known'}; ${SAME}`,
    `halve ${largest.node.name} (${slices} slices of ${Math.ceil(size / slices)} neurons); frees about ${Math.floor(slices / 2)} cores and saves ${updatesSaved(size / 2, largest, chip)}; ${ACCURACY}`,
    chip.tables === undefined
      ? 'train with fewer timesteps: shorter delays and windows; saves energy in proportion to the steps, cores only through delay lines; accuracy: not measured'
      : `compile with half the weight bits (--weight-bits ${Math.ceil(limits.weightBits.value / 2)}): synapse words of layers bound by memory nearly halve; energy per event by the same model; accuracy: not measured, spikec run gives it`,
  ];
}

const LIMIT_NAMES: Readonly<Record<CoreResource, string>> = {
  compartments: 'limits.compartmentsPerCore',
  memory: 'limits.memoryPerCore',
  'input axons': 'limits.inputAxonsPerCore',
  'output axons': 'limits.outputAxonsPerCore',
  'synapse list': 'tables.wordsPerSynapseList',
  'synapse formats': 'tables.synapseFormats',
  'compartment profiles': 'tables.compartmentProfiles',
  'threshold profiles': 'tables.thresholdProfiles',
};

/** With one budget a weight takes its full width, so that fewer bits save nothing there. */
function weightBitsEdit({ used, allowed }: Share<CoreResource>, chip: ChipModel): string {
  const full = chip.limits.weightBits.value;
  if (chip.tables === undefined) {
    return `share weights over fewer synapses (a smaller kernel): ${chip.name} stores each weight in ${full} bits, so that --weight-bits saves no memory; ${ACCURACY}`;
  }
  const bits = Math.max(1, Math.floor((full * allowed) / used));
  return `compile with --weight-bits ${bits}; energy per event by the same model; accuracy: not measured, spikec run gives it`;
}

/** Fewer digits of the integers that are read, where there are any. */
function planesEdit(owner: Owner, { used, allowed }: Share<CoreResource>): string | null {
  for (const feed of owner.feeds) {
    if (feed.kind !== 'synapses' || feed.code === null) continue;
    const digits = Math.max(1, Math.floor((feed.code.digits * allowed) / used));
    return `send ${digits} digits instead of ${feed.code.digits} (\`bitPlanes\` of a chip file); fewer spikes, so less energy; larger values are refused in a run`;
  }
  return null;
}

function inputsOf(owner: Owner): number {
  return owner.feeds.reduce((sum, feed) => sum + (feed.kind === 'synapses' ? feed.synapses.sources : owner.node.size), 0);
}

function updatesSaved(neurons: number, owner: Owner, chip: ChipModel): string {
  const joules = chip.energy.neuronUpdateActive.value;
  const updates = Math.round(neurons * owner.steps);
  return joules === null
    ? `${updates} neuron updates a clip`
    : `${updates} neuron updates a clip (${(updates * joules * 1e9).toFixed(1)} nJ)`;
}

function eventsSaved(synapses: number, chip: ChipModel): string {
  const joules = chip.energy.synapticEvent.value;
  return joules === null ? `${synapses} synaptic events` : `${synapses} synaptic events (${(synapses * joules * 1e9).toFixed(2)} nJ)`;
}
