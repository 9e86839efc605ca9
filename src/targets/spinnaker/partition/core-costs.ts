import type { CoreCosts, Mark, SpinnakerFigure, SpinnakerUnit } from '../../../ir/spinnaker-chip.ts';

export type { CoreCosts } from '../../../ir/spinnaker-chip.ts';

/** A figure with its source; marks say that it is unverified. */
export const cost = (value: number, unit: SpinnakerUnit, source: string, ...marks: readonly Mark[]): SpinnakerFigure => ({
  value,
  unit,
  marks,
  source,
});

/** A core of SpiNNaker 1 with sPyNNaker's code for LIF neurons and synapses of fixed weight. */
export const SPINNAKER1_CORE: CoreCosts = {
  neuronsMax: cost(256, 'count', 'sPyNNaker constants.py: the longest row of the population table'),
  ringBitsMax: cost(14, 'bit', 'sPyNNaker MAX_RING_BUFFER_BITS'),
  rowWordsMax: cost(256, 'word', 'sPyNNaker constants.py POP_TABLE_MAX_ROW_LENGTH'),
  dtcmBytes: cost(65_536, 'byte', 'SpiNNMachine version_spin1.py'),
  clock: cost(200e6, 'cycle per second', 'SpiNNMachine version_spin1.py'),
  reservedBytes: cost(8192, 'byte', 'stack, recording buffers and filters', 'INF'),
  stepCycles: cost(2000, 'cycle', 'timer interrupt and the loop round all neurons', 'INF'),
  neuronCycles: cost(240, 'cycle', 'sPyNNaker get_n_cpu_cycles of a LIF neuron with exponential synapses, marked as a guess there', 'INF'),
  packetCycles: cost(450, 'cycle', 'interrupt, table look-up and DMA set-up for each packet: 300 to 600', 'MEM', 'INF'),
  eventCycles: cost(
    30,
    'cycle',
    '20 to 40 by 10,000 events a core and millisecond, within a factor of 2 (Rhodes et al. 2018)',
    'LIT',
    'INF',
  ),
};
