import { diagnostic } from '../../../diagnostics/index.ts';
import type { ChipModel } from '../../../ir/chip-model.ts';
import type { Network, PopulationNode, Projection, ReadoutNode } from '../../../ir/network.ts';
import { valuesOf } from '../../../ir/neuron.ts';
import { notLowered } from '../../mapping/schedule.ts';
import { biasMantissaMax, splitBias } from '../split-bias.ts';
import {
  editsForBias,
  editsForDecay,
  editsForExponent,
  editsForFastWeights,
  editsForThreshold,
  editsForWeights,
} from './edits/value-edits.ts';
import { placeOf } from './place-of.ts';
import type { Problem } from './problem.ts';

/** Integers that no register of the chip holds: biases, thresholds, decays, weights and their exponents, fast weights. */
export function checkValues(network: Network, chip: ChipModel): readonly Problem[] {
  return [
    ...network.nodes.flatMap((node) => (node.kind === 'population' || node.kind === 'readout' ? biasProblems(node, chip) : [])),
    ...network.nodes.flatMap((node) => (node.kind === 'population' ? registerProblems(node, chip) : [])),
    ...network.projections.flatMap((projection) => [...weightProblems(projection, chip), ...exponentProblems(projection, chip)]),
    ...fastWeightProblems(network, chip),
  ];
}

function biasProblems(node: PopulationNode | ReadoutNode, chip: ChipModel): readonly Problem[] {
  const { bias } = node;
  if (bias === null) return [];
  if (bias instanceof Float32Array) throw notLowered(`${node.id} has real biases`);
  const wrong = Array.from(bias.keys()).filter((i) => splitBias(bias[i], chip.limits) === null);
  if (wrong.length === 0) return [];
  const largest = wrong.reduce((a, b) => (Math.abs(bias[b]) > Math.abs(bias[a]) ? b : a));
  const mantissa = biasMantissaMax(chip.limits);
  const most = mantissa * 2 ** chip.limits.biasExponent.value;
  const halvings = Math.max(0, Math.ceil(Math.log2(Math.abs(bias[largest]) / most)));
  const exponent = Math.max(0, Math.ceil(Math.log2(Math.abs(bias[largest]) / mantissa)));
  const nearest = Math.round(bias[largest] / 2 ** exponent) * 2 ** exponent;
  const count = wrong.length === 1 ? 'one bias' : `${wrong.length} biases`;
  const message = `${count} of ${node.name} cannot be held by ${chip.name}; the largest is ${bias[largest]}, of neuron ${largest}`;
  return [
    {
      diagnostic: diagnostic('value-out-of-range', message, {
        places: [placeOf(node)],
        notes: [`allowed: mantissa * 2^exponent with mantissa -${mantissa}..${mantissa} and exponent 0..${chip.limits.biasExponent.value}`],
        help: 'lower the threshold, to which biases are scaled, or use a chip with wider bias registers',
      }),
      edits: (context) => editsForBias(context, node, wrong.length, halvings, nearest),
    },
  ];
}

function registerProblems(node: PopulationNode, chip: ChipModel): readonly Problem[] {
  const { neuron } = node;
  if (neuron.parameters !== 'integer') throw notLowered(`${node.id} has ${neuron.parameters} neurons`);
  const registers = [
    ['threshold mantissa', neuron.thresholdMantissa, 2 ** chip.limits.thresholdMantissaBits.value - 1],
    ['current decay', neuron.currentDecay, 4095],
    ['voltage decay', neuron.voltageDecay, 4096],
  ] as const;
  return registers.flatMap(([what, values, max]): readonly Problem[] => {
    const value = valuesOf(values).find((each) => !(Number.isInteger(each) && each >= 0 && each <= max));
    return value === undefined
      ? []
      : [
          {
            diagnostic: diagnostic('value-out-of-range', `the ${what} of ${node.name} is ${value}`, {
              places: [placeOf(node)],
              notes: [`allowed on ${chip.name}: integers 0..${max}`],
            }),
            edits: (context) =>
              what === 'threshold mantissa'
                ? editsForThreshold(context, node, Math.max(1, Math.ceil(Math.log2((Math.abs(value) + 1) / (max + 1)))))
                : editsForDecay(node, what, value, max),
          },
        ];
  });
}

/** Loihi's weight formats: one sign and every magnitude, or both signs and even mantissas only. */
function weightProblems(projection: Projection, chip: ChipModel): readonly Problem[] {
  const { synapses } = projection;
  const weights = synapses.kind === 'pooling' ? [synapses.factor] : synapses.weights;
  if (weights === null) return [];
  if (weights instanceof Float32Array) throw notLowered(`${projection.id} has real weights`);
  let [min, max, odd] = [0, 0, false];
  for (const weight of weights) {
    min = Math.min(min, weight);
    max = Math.max(max, weight);
    odd ||= weight % 2 !== 0;
  }
  const range = 2 ** chip.limits.weightBits.value;
  const whole = Number.isInteger(min) && Number.isInteger(max);
  const oneSign = (min >= 0 && max < range) || (max <= 0 && min > -range);
  const evenOnly = !odd && min >= -range && max <= range - 2;
  if (whole && (oneSign || evenOnly)) return [];
  const mixedOdd = odd && min < 0 && max > 0;
  return [
    {
      diagnostic: diagnostic(
        'value-out-of-range',
        `weight mantissas of ${projection.id} are ${min}..${max}${odd ? ', odd ones among them' : ''}`,
        {
          places: [placeOf(projection)],
          notes: [`allowed on ${chip.name}: -${range}..${range - 2} in steps of 2, or 0..${range - 1}, or -${range - 1}..0`],
        },
      ),
      edits: (context) => editsForWeights(context, projection, Math.max(-min, max), mixedOdd),
    },
  ];
}

function exponentProblems(projection: Projection, chip: ChipModel): readonly Problem[] {
  const { weightExponent } = projection;
  const max = chip.limits.weightExponent.value;
  if (Number.isInteger(weightExponent) && Math.abs(weightExponent) <= max && keepsWeights(projection)) return [];
  return [
    {
      diagnostic: diagnostic('value-out-of-range', `the weight exponent of ${projection.id} is ${weightExponent}`, {
        places: [placeOf(projection)],
        notes: [`allowed on ${chip.name}: integers -${max}..${max}; a negative one only where it leaves every weight whole`],
        help: 'raise the thresholds, to which weights are scaled, or use more weight bits',
      }),
      edits: (context) => editsForExponent(context, projection),
    },
  ];
}

/** Does the exponent leave the weights whole numbers? The chip would round them down. */
function keepsWeights({ synapses, weightExponent }: Projection): boolean {
  if (weightExponent >= 0) return true;
  const weights = synapses.kind === 'pooling' ? [synapses.factor] : synapses.weights;
  return weights?.every((weight) => weight % 2 ** -weightExponent === 0) ?? false;
}

/** An entry counts the steps in which a key and a value spiked together: at most one per step of the clip. */
function fastWeightProblems(network: Network, chip: ChipModel): readonly Problem[] {
  const allowed = chip.limits.fastWeightMax.value;
  const steps = new Map(network.timelines.map((timeline) => [timeline.id, timeline.steps]));
  return network.nodes.flatMap((node) => {
    if (node.kind !== 'fast-weights') return [];
    const key = network.nodes.find((candidate) => candidate.id === node.key);
    const largest = (key === undefined ? undefined : steps.get(key.timeline)) ?? 0;
    if (largest <= allowed) return [];
    const message = `fast weights of ${node.name} can reach ${largest}, ${largest - allowed} more than ${chip.name} holds`;
    return [
      {
        diagnostic: diagnostic('value-out-of-range', message, {
          places: [placeOf(node)],
          notes: [
            `allowed: 0..${allowed}; an entry counts coincidences of key and value, up to one in each of the clip's ${largest} steps`,
          ],
          help: 'use a shorter clip (fewer timesteps), or a chip with wider fast weights',
        }),
        edits: (context) => editsForFastWeights(context, node, largest, allowed),
      },
    ];
  });
}
