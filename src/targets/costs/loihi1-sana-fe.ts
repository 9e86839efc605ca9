import type { Figure } from '../../ir/chip-model.ts';
import type { LoihiCostProfile } from '../../ir/cost-profile.ts';
import { LOIHI1 } from '../loihi/chips/loihi1.ts';

const TUNED = 'arch/loihi.yaml: Davies 2018 with the authors’ own calibration against the chip';
const joules = (value: number, note = TUNED): Figure<'J'> => ({ value, unit: 'J', basis: 'published', source: 'sanaFe', note });
const seconds = (value: number, note = TUNED): Figure<'s'> => ({ value, unit: 's', basis: 'published', source: 'sanaFe', note });
const elsewhere = `${TUNED}; charged to the packet at its sender and receiver`;
const dense = `${TUNED}; a dense synapse (sparse: 33.6 pJ, 4.7 ns; convolution: 24.0 pJ, 3.1 ns)`;

/**
 * What SANA-FE charges for Loihi 1. It has nothing for plasticity, static power, the embedded processors, the host and several chips: those
 * are loihi1-davies2018's.
 */
export const LOIHI1_SANA_FE: LoihiCostProfile = {
  family: 'loihi',
  name: 'loihi1-sana-fe',
  description: 'Loihi 1 as SANA-FE prices it: access, update and spike of a neuron, synapses, packets and hops, calibrated barriers',
  chip: LOIHI1.name,
  sources: LOIHI1.sources,
  energy: {
    ...LOIHI1.energy,
    neuronUpdateActive: joules(72.8e-12, `${TUNED}; access 51.2 pJ and update 21.6 pJ`),
    neuronUpdateInactive: joules(51.2e-12, `${TUNED}; access only`),
    spike: joules(69.3e-12),
    packetSent: joules(111e-12),
    packetReceived: joules(0),
    synapticEvent: joules(35.5e-12, dense),
    spikeInTile: joules(0, elsewhere),
    hopHorizontal: joules(3.0e-12),
    hopVertical: joules(4.2e-12),
  },
  time: {
    ...LOIHI1.time,
    neuronUpdateActive: seconds(9.7e-9, `${TUNED}; access 6.0 ns and update 3.7 ns`),
    neuronUpdateInactive: seconds(6.0e-9, `${TUNED}; access only`),
    spike: seconds(30e-9),
    packetSent: seconds(5.1e-9),
    packetReceived: seconds(16e-9),
    synapticEvent: seconds(3.8e-9, dense),
    spikeInTile: seconds(0, elsewhere),
    hopHorizontal: seconds(4.1e-9),
    hopVertical: seconds(6.5e-9),
    barrierOneTile: seconds(0.6e-6),
    barrierAllTiles: seconds(1.8e-6),
    barrierByTiles: {
      ...seconds(1.8e-6),
      value: 1.8e-6,
      steps: [
        [1, 0.6e-6],
        [2, 1.0e-6],
        [4, 1.4e-6],
        [29, 1.8e-6],
      ],
    },
  },
};
