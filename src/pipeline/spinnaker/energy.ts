import type { SpinnakerChip, SpinnakerFigure } from '../../ir/spinnaker-chip.ts';
import type { SpinnakerProgram } from '../../ir/spinnaker-program.ts';
import type { AlternativeReport, EnergyTerm, ReportParts } from '../../report/index.ts';
import { arithmetic45nm } from '../../simulator/arithmetic.ts';
import { weakestBasis } from '../../simulator/figures.ts';
import { type Pace, type PaceOptions, sampleSeconds } from '../../simulator/pace.ts';
import { basisOf } from '../../simulator/spinnaker/machine-timing.ts';
import type { MachineCounts } from '../../simulator/spinnaker/machine-trace.ts';
import type { Timing } from '../../simulator/timing.ts';
import { mean } from '../mean.ts';
import { HOROWITZ, NOT_SIMULATED } from '../summarize-costs.ts';

const CHIPS_PER_BOARD = 48;
const MANCHESTER = {
  key: 'manchester',
  title: 'Manchester’s own power model',
  reference: 'SpiNNFrontEndCommon compute_energy_used.py at a100eec5',
};

/**
 * Manchester's power model: idle boards for as long as the clip keeps them powered, what an active core takes more, and every packet at every
 * router it passes. Memories and synapses have no term of their own there: idle and active power were measured with them.
 */
export function machineEnergy(
  counts: MachineCounts | null,
  timings: readonly Timing[],
  program: SpinnakerProgram,
  chip: SpinnakerChip,
  pace: PaceOptions,
  arithmetic: { readonly acs: number; readonly macs: number },
): ReportParts['energy'] {
  const { acJoules, macJoules } = arithmetic45nm(arithmetic.acs, arithmetic.macs);
  const common = { mode: pace.pace, costs: `own costs of ${chip.name}`, without: [], arithmetic45nm: { acJoules, macJoules } };
  if (counts === null) {
    const term = { name: 'machine', kind: 'dynamic', count: 0, per: 'clip', costJ: null, joules: null } as const;
    const unknown: EnergyTerm = { ...term, basis: 'assumed', source: 'none', reason: NOT_SIMULATED };
    return { ...common, basis: 'assumed', terms: [unknown], paces: [], sources: [HOROWITZ] };
  }
  const activeS = counts.activeCycles / chip.core.clock.value;
  const small = program.machine.chips.length < CHIPS_PER_BOARD;
  const boards = Math.ceil(program.machine.chips.length / CHIPS_PER_BOARD);
  const { energy } = chip;
  const dynamic = [
    // How long cores are active comes of cycles that are assumptions.
    { ...termOf('activeCores', 'dynamic', activeS, 'core second', energy.activeCore), basis: 'assumed' as const },
    termOf('packets', 'dynamic', counts.routed, 'packet at a router', energy.packet),
    termOf('packetsWithPayload', 'dynamic', counts.routedPayloads, 'packet at a router', energy.packetWithPayload),
  ];
  const dynamicJ = dynamic.reduce((sum, { joules }) => sum + (joules ?? 0), 0);
  const idleAt = (mode: Pace) => {
    const poweredSeconds = mean(timings.map((timing) => sampleSeconds(timing, { ...pace, pace: mode })));
    return {
      poweredSeconds,
      term: termOf('idleBoards', 'static', poweredSeconds * boards, 'board second', small ? energy.idleBoard4 : energy.idleBoard48),
    };
  };
  const modes: readonly Pace[] = pace.timestepS === null ? ['fast'] : ['fast', 'real-time'];
  const paces = modes.map((mode) => {
    const { poweredSeconds, term } = idleAt(mode);
    const joules = dynamicJ + (term.joules ?? 0);
    return { mode, poweredSeconds, staticJoules: term.joules, joulesPerSample: joules, knownJoules: joules };
  });
  const terms = [idleAt(pace.pace).term, ...dynamic];
  return {
    ...common,
    basis: weakestBasis(terms.filter(({ count }) => count > 0).map(({ basis }) => basis)),
    terms,
    paces,
    sources: [MANCHESTER, HOROWITZ],
    alternatives: alternativesOf(counts, chip),
  };
}

const termOf = (name: string, kind: EnergyTerm['kind'], count: number, per: string, figure: SpinnakerFigure): EnergyTerm => ({
  name,
  kind,
  count,
  per,
  costJ: figure.value,
  joules: count * figure.value,
  basis: basisOf(figure),
  source: MANCHESTER.key,
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
