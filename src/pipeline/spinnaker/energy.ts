import type { EnergyTerm } from '../../ir/energy-term.ts';
import type { EventPrice, SpinnakerChip, SpinnakerFigure } from '../../ir/spinnaker-chip.ts';
import type { SpinnakerProgram } from '../../ir/spinnaker-program.ts';
import type { AlternativeReport, ReportParts, SourceReport } from '../../report/index.ts';
import { weakestBasis } from '../../simulator/figures.ts';
import { type Pace, sampleSeconds } from '../../simulator/pace.ts';
import { basisOf } from '../../simulator/spinnaker/machine-timing.ts';
import type { MachineCounts } from '../../simulator/spinnaker/machine-trace.ts';
import type { Timing } from '../../simulator/timing.ts';
import { machineProfile } from '../../targets/costs/index.ts';
import { energyHead, HOROWITZ, type Prices, pacesOf, unsimulated } from '../energy-head.ts';
import { mean } from '../mean.ts';

/** As docs/targets/spinnaker1.md has it. */
const NOT_MODELLED = [
  'congestion and dropped packets',
  'the host, and the loading of clips and reading of results',
  'recording and provenance',
];

const CHIPS_PER_BOARD = 48;
const MANCHESTER = {
  key: 'manchester',
  title: 'Manchester’s own power model',
  reference: 'SpiNNFrontEndCommon compute_energy_used.py at a100eec5',
};

/**
 * By Manchester's power model: idle boards for as long as the clip keeps them powered, what an active core takes more, and every packet at
 * every router it passes. Memories and synapses have no term of their own there: idle and active power were measured with them. By another
 * profile: neuron steps and synaptic events at its prices, and the idle boards where it does not hold them.
 */
export function machineEnergy(
  counts: MachineCounts | null,
  timings: readonly Timing[],
  program: SpinnakerProgram,
  chip: SpinnakerChip,
  prices: Prices,
  arithmetic: { readonly acs: number; readonly macs: number },
): ReportParts['energy'] {
  const { pace, costs } = prices;
  const head = energyHead(chip.name, prices, arithmetic);
  if (counts === null) return { ...head, ...unsimulated('machine') };
  const { price, idle } = machineProfile(chip, costs.profile);
  const dynamic = price === null ? powerTerms(counts, chip) : eventTerms(counts, price);
  const idleTerms = (mode: Pace): readonly EnergyTerm[] => {
    if (idle === 'included' || costs.without.includes('static')) return [];
    const term = idleBoards(poweredSeconds(mode), program, chip);
    return idle === 'added'
      ? [term]
      : [{ ...term, costJ: null, joules: null, reason: 'the authors of the prices do not say whether idle power is in them' }];
  };
  const poweredSeconds = (mode: Pace): number => mean(timings.map((timing) => sampleSeconds(timing, { ...pace, pace: mode })));
  const paces = pacesOf(pace).map((mode) => {
    const [staticJoules, all] = [joulesOf(idleTerms(mode)), [...idleTerms(mode), ...dynamic]];
    const knownJoules = all.reduce((sum, { joules }) => sum + (joules ?? 0), 0);
    return { mode, poweredSeconds: poweredSeconds(mode), staticJoules, joulesPerSample: joulesOf(all), knownJoules };
  });
  const terms = [...idleTerms(pace.pace), ...dynamic];
  const sources = [MANCHESTER, ...(price === null ? [] : [sourceOf(price)])].filter(({ key }) =>
    terms.some(({ source }) => source === key),
  );
  return {
    ...head,
    basis: weakestBasis(terms.filter(({ count, joules }) => count > 0 && joules !== null).map(({ basis }) => basis)),
    terms,
    paces,
    sources: [...sources, HOROWITZ],
    notModelled: NOT_MODELLED,
    alternatives: alternativesOf(counts, chip),
  };
}

/** null as soon as one is unknown. */
const joulesOf = (terms: readonly EnergyTerm[]): number | null =>
  terms.reduce<number | null>((sum, { joules }) => (sum === null || joules === null ? null : sum + joules), 0);

function powerTerms(counts: MachineCounts, { core, energy }: SpinnakerChip): readonly EnergyTerm[] {
  const activeS = counts.activeCycles / core.clock.value;
  return [
    // How long cores are active comes of cycles that are assumptions.
    { ...termOf('activeCores', 'dynamic', activeS, 'core second', energy.activeCore), basis: 'assumed' },
    termOf('packets', 'dynamic', counts.routed, 'packet at a router', energy.packet),
    termOf('packetsWithPayload', 'dynamic', counts.routedPayloads, 'packet at a router', energy.packetWithPayload),
  ];
}

function eventTerms({ neuronUpdates, synapticEvents }: MachineCounts, price: EventPrice): readonly EnergyTerm[] {
  const { key } = sourceOf(price);
  const steps = price.neuronStep === null ? [] : [termOf('neuronSteps', 'dynamic', neuronUpdates, 'neuron step', price.neuronStep, key)];
  return [...steps, termOf('synapticEvents', 'dynamic', synapticEvents, 'synaptic event', price.synapticEvent, key)];
}

function idleBoards(seconds: number, { machine }: SpinnakerProgram, { energy }: SpinnakerChip): EnergyTerm {
  const boards = Math.ceil(machine.chips.length / CHIPS_PER_BOARD);
  const small = machine.chips.length < CHIPS_PER_BOARD;
  return termOf('idleBoards', 'static', seconds * boards, 'board second', small ? energy.idleBoard4 : energy.idleBoard48);
}

const sourceOf = ({ name, synapticEvent }: EventPrice): SourceReport => ({
  key: name.toLowerCase().replace(/[^a-z0-9]+/g, ''),
  title: name,
  reference: synapticEvent.source,
});

const termOf = (
  name: string,
  kind: EnergyTerm['kind'],
  count: number,
  per: string,
  figure: SpinnakerFigure,
  source = MANCHESTER.key,
): EnergyTerm => ({
  name,
  kind,
  count,
  per,
  costJ: figure.value,
  joules: count * figure.value,
  basis: basisOf(figure),
  source,
  reason: null,
});

/** Every figure for one event includes what its authors put into it: they are not to be added to anything. */
function alternativesOf({ neuronUpdates, synapticEvents }: MachineCounts, { alternatives }: SpinnakerChip): readonly AlternativeReport[] {
  return alternatives.map(({ name, neuronStep, synapticEvent }) => {
    const figures = neuronStep === null ? [synapticEvent] : [neuronStep, synapticEvent];
    const marks = [...new Set(figures.flatMap((figure) => figure.marks))];
    return {
      name,
      joules: (neuronStep?.value ?? 0) * neuronUpdates + synapticEvent.value * synapticEvents,
      per: neuronStep === null ? 'synaptic event' : 'neuron step and synaptic event',
      source: `${synapticEvent.source}${marks.length === 0 ? '' : ` [${marks.join(', ')}: not verified]`}`,
    };
  });
}
