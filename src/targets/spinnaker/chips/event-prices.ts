import type { EventPrice } from '../../../ir/spinnaker-chip.ts';
import { cost } from '../partition/core-costs.ts';

// What others give for an event of SpiNNaker 1. Each figure holds what its authors put into it.

export const SHARP_2012: EventPrice = {
  name: 'Sharp et al. 2012, 4-chip board',
  neuronStep: cost(100e-9, 'J', 'Sharp et al. 2012, abstract: 100 nJ per neuron and millisecond', 'LIT'),
  synapticEvent: cost(43e-9, 'J', 'Sharp et al. 2012, abstract: 43 nJ per postsynaptic potential', 'LIT'),
};

export const KERAS_SPIKING: EventPrice = {
  name: 'keras-spiking',
  neuronStep: cost(26e-9, 'J', 'nengo/keras-spiking model_energy.py, citing arXiv 1903.08941', 'LIT'),
  synapticEvent: cost(13.3e-9, 'J', 'nengo/keras-spiking model_energy.py, citing arXiv 1903.08941', 'LIT'),
};

export const STROMATIAS_2013_ABOVE_IDLE: EventPrice = {
  name: 'Stromatias et al. 2013, incremental',
  neuronStep: null,
  synapticEvent: cost(8e-9, 'J', 'Stromatias et al. 2013, 48-chip board: above idle', 'MEM'),
};

export const STROMATIAS_2013: EventPrice = {
  name: 'Stromatias et al. 2013, all in',
  neuronStep: null,
  synapticEvent: cost(20e-9, 'J', 'Stromatias et al. 2013, 48-chip board: idle power included', 'MEM'),
};
