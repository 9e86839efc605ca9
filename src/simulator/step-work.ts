import type { ChipModel } from '../ir/chip-model.ts';
import { CORE_FIELDS, CoreField, type Trace } from '../ir/trace.ts';
import { secondsOf } from './figures.ts';
import type { TimingPart } from './timing.ts';

/** Seconds of one event on a core. */
export interface CoreCosts {
  readonly active: number;
  readonly inactive: number;
  readonly spike: number;
  readonly fastWeightUpdate: number;
  readonly packetSent: number;
  readonly packetReceived: number;
  readonly synapticEvent: number;
}

export function coreCosts(chip: ChipModel): CoreCosts {
  const { spike, packetSent, packetReceived } = chip.time;
  return {
    active: secondsOf(chip, 'neuronUpdateActive'),
    inactive: secondsOf(chip, 'neuronUpdateInactive'),
    spike: spike === undefined ? 0 : secondsOf(chip, 'spike'),
    fastWeightUpdate: secondsOf(chip, 'fastWeightUpdate'),
    packetSent: secondsOf(chip, packetSent === undefined ? 'spikeInTile' : 'packetSent'),
    packetReceived: secondsOf(chip, packetReceived === undefined ? 'spikeInTile' : 'packetReceived'),
    synapticEvent: secondsOf(chip, 'synapticEvent'),
  };
}

interface Share {
  readonly part: TimingPart;
  readonly seconds: number;
}

/** Seconds of a core's side in one step, and what they are made of. */
export interface Work {
  readonly seconds: number;
  readonly shares: readonly Share[];
}

/** What a core updates and sends in a step: its neurons, one after the other, and their packets. */
export function sendingWork({ perCore }: Trace, row: number, costs: CoreCosts): Work {
  return workOf([
    {
      part: 'neuronUpdates',
      seconds:
        costs.active * perCore[row + CoreField.active] +
        costs.inactive * perCore[row + CoreField.inactive] +
        costs.spike * perCore[row + CoreField.spikes],
    },
    { part: 'fastWeightUpdates', seconds: costs.fastWeightUpdate * perCore[row + CoreField.fastWeightUpdates] },
    { part: 'packets', seconds: costs.packetSent * perCore[row + CoreField.packetsOut] },
  ]);
}

/** What a core receives and reads in a step. */
function receivingWork({ perCore }: Trace, row: number, costs: CoreCosts): Work {
  return workOf([
    { part: 'synapticEvents', seconds: costs.synapticEvent * perCore[row + CoreField.synapticEvents] },
    { part: 'packets', seconds: costs.packetReceived * perCore[row + CoreField.packetsIn] },
  ]);
}

const workOf = (shares: readonly Share[]): Work => ({ seconds: shares.reduce((sum, { seconds }) => sum + seconds, 0), shares });

/**
 * The work that a step waits for: a core's sending or its receiving, which overlap, or the embedded processor's `embeddedS`. Adds to the busy
 * time of every core.
 */
export function workOfStep(trace: Trace, step: number, costs: CoreCosts, embeddedS: number, busySeconds: Float64Array): Work {
  let longest = workOf([{ part: 'embeddedProcessor', seconds: embeddedS }]);
  for (let core = 0; core < trace.cores; core++) {
    const row = (step * trace.cores + core) * CORE_FIELDS;
    const [sending, receiving] = [sendingWork(trace, row, costs), receivingWork(trace, row, costs)];
    const longer = receiving.seconds > sending.seconds ? receiving : sending;
    busySeconds[core] += longer.seconds;
    if (longer.seconds > longest.seconds) longest = longer;
  }
  return longest;
}
