import { NET_NO_THRESHOLD, type NetNeuron } from '../../ir/lava-net.ts';
import type { LayerFields } from './fields.ts';

const TYPES = ['CUBA', 'LOIHI'];

/** The neuron of a layer; null: it has none. Fields of SLAYER's first version (`theta`, `wgtExp`) are read where they are. */
export function parseNeuron(fields: LayerFields): NetNeuron | null {
  if (!fields.has('neuron')) return null;
  const type = fields.text('neuron/type');
  if (!TYPES.includes(type)) throw fields.unsupported(`neurons of type ${type} are not read`, [`read here: ${TYPES.join(', ')}`]);
  requireDefault(fields, 'wgtExp', 0, 'an exponent of the weights, which SLAYER counts and Lava does not');
  requireDefault(fields, 'refDelay', 1, 'a refractory period, which Lava does not count');
  requireDefault(fields, 'gradedSpike', 0, 'graded spikes, and spikes of a CUBA neuron here are 0 or 1');
  requireDefault(fields, 'messageBits', 0, 'graded spikes, and spikes of a CUBA neuron here are 0 or 1');
  return {
    // A decay of 0 would leave the register at -1: lava-dl's own current then never decays.
    iDecay: fields.whole('neuron/iDecay', 1, 4096),
    vDecay: fields.whole('neuron/vDecay', 0, 4096),
    vThMant: thresholdOf(fields),
  };
}

/** Where a file has both, Lava reads `vThMant`: networks of SLAYER's first version raise it in a layer that is not to fire, and leave `theta`. */
function thresholdOf(fields: LayerFields): number {
  if (fields.has('neuron/vThMant') || !fields.has('neuron/theta')) return fields.whole('neuron/vThMant', 0, NET_NO_THRESHOLD);
  const theta = fields.whole('neuron/theta', 0, NET_NO_THRESHOLD * 64);
  if (theta % 64 !== 0) throw fields.unsupported(`theta is ${theta}`, ['read here: multiples of 64, which a threshold register holds']);
  return theta / 64;
}

function requireDefault(fields: LayerFields, name: string, value: number, meaning: string): void {
  const found = fields.whole(`neuron/${name}`, -(2 ** 20), 2 ** 20, value);
  if (found !== value) throw fields.unsupported(`${name} is ${found}: ${meaning}`, [`read here: ${name} ${value}`]);
}
