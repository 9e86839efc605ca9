import type { ReadoutMembrane, ReadoutProgram } from '../../ir/mapping.ts';
import type { InputNode, Network } from '../../ir/network.ts';
import type { DiscreteMembrane, PerNeuron } from '../../ir/neuron.ts';
import { notLowered } from './schedule.ts';

/** What is read from a program, and by which names its inputs come. */
export function readoutOf(network: Network): ReadoutProgram {
  const output = network.nodes.find((node) => node.id === network.output);
  const features = network.nodes.find((node): node is InputNode => node.kind === 'input' && node.role === 'features');
  const mask = network.nodes.find((node) => node.kind === 'input' && node.role === 'mask');
  if (output?.kind !== 'readout' || features === undefined) throw notLowered('it has no read-out or no feature input');
  const { id, size, scale, membrane } = output;
  if (membrane?.parameters === 'continuous') throw notLowered(`${id} integrates in continuous time`);
  const { quantized } = features;
  const program = {
    population: id,
    classes: size,
    scale,
    featuresStream: features.id,
    ...(quantized === undefined ? {} : { quantized }),
    maskStream: mask?.id ?? null,
  };
  return membrane === undefined ? program : { ...program, membrane: plain(membrane) };
}

function plain({ decay, leak, inputGain, currentDecay, initial }: DiscreteMembrane): ReadoutMembrane {
  const values = (parameter: PerNeuron) => (typeof parameter === 'number' ? parameter : Array.from(parameter));
  return {
    decay: values(decay),
    leak: values(leak),
    inputGain: values(inputGain),
    currentDecay: currentDecay === null ? null : values(currentDecay),
    initial: values(initial),
  };
}
