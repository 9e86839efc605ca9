import type { SpinnakerCostProfile } from '../../ir/cost-profile.ts';
import type { EventPrice } from '../../ir/spinnaker-chip.ts';
import { KERAS_SPIKING, SHARP_2012, STROMATIAS_2013, STROMATIAS_2013_ABOVE_IDLE } from '../spinnaker/chips/event-prices.ts';

const byEvent = (name: string, price: EventPrice, idle: SpinnakerCostProfile['idle'], what: string): SpinnakerCostProfile => ({
  family: 'spinnaker',
  name,
  description: `SpiNNaker 1 at a price an event (${price.name}): ${what}`,
  price,
  idle,
});

/** What Manchester's tools charge, and what others give for an event. */
export const SPINNAKER1_PROFILES: readonly SpinnakerCostProfile[] = [
  {
    family: 'spinnaker',
    name: 'spinnaker1-manchester',
    description: 'SpiNNaker 1 by Manchester’s own model of power: idle boards, active cores, packets at routers',
    price: null,
    idle: 'added',
  },
  byEvent('spinnaker1-sharp2012', SHARP_2012, 'unknown', 'neuron steps and synaptic events'),
  byEvent('spinnaker1-keras-spiking', KERAS_SPIKING, 'unknown', 'neuron steps and synaptic events'),
  byEvent('spinnaker1-stromatias2013', STROMATIAS_2013_ABOVE_IDLE, 'added', 'synaptic events, and idle boards'),
  byEvent('spinnaker1-stromatias2013-all', STROMATIAS_2013, 'included', 'synaptic events, idle power in them'),
];
