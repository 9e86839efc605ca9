import { type Diagnostic, DiagnosticError } from '../../../diagnostics/index.ts';
import {
  type LavaNet,
  NET_BIAS_EXPONENT,
  NET_NO_THRESHOLD,
  NET_THRESHOLD_MAX,
  type NetInputNeurons,
  type NetLayer,
  type NetNeuron,
} from '../../../ir/lava-net.ts';
import type { Network, Projection } from '../../../ir/network.ts';
import type { Synapses } from '../../../ir/synapses.ts';
import { type ChainLink, chainOf, refuse } from './chain.ts';
import { matrixOf, NoMatrix } from './matrix.ts';

type Window = Extract<Synapses, { kind: 'convolution' | 'pooling' }>;

/** A matrix of negative weights alone is stored without signs; lava-dl would cut -256. */
const INHIBITORY_MIN = -255;

/** Of the array that holds them. */
const WEIGHT_MAX = 2 ** 15 - 1;

/** A coarser threshold is not told from its neighbours (docs/quantization.md). */
const UNIT_LEAST = 2 ** 10;

/** Both of these read as v = current: nothing is kept from step to step. */
const NO_MEMORY = { iDecay: 4096, vDecay: 4096 };

/**
 * A network of integers as a lava-dl network; its weights have exponent 0 and its biases are multiples of 64. Throws `net-unsupported`, which
 * names each layer that the format cannot hold and why.
 */
export function netOf(network: Network): LavaNet {
  const chain = chainOf(network);
  const links = chain.links.filter((link) => !readsSpikes(link));
  const problems: Diagnostic[] = [];
  // lava-dl drives input neurons by their biases and not by spikes, and its trainer knows delays over space: only its own networks mean that.
  const read = network.format === 'lava-dl';
  const layers: NetLayer[] = [];
  /** Of the stream that the next layer reads; null: a row of neurons. */
  let shape: readonly number[] | null = null;
  for (const [index, link] of links.entries()) {
    const { synapses } = link.forward;
    try {
      const input = index === 0 && read ? inputNeurons(link) : null;
      if (input !== null) {
        const next = links[1]?.forward.synapses;
        shape = next !== undefined && isWindow(next) ? next.sourceShape : null;
        layers.push({ kind: 'input', shape: shape ?? [link.node.size], neurons: input });
      } else if (isWindow(synapses)) {
        if (index === 0) layers.push({ kind: 'input', shape: synapses.sourceShape, neurons: null });
        else if (shape?.join() !== synapses.sourceShape.join())
          throw new NoMatrix(`it reads ${synapses.sourceShape.join(' x ')} values of a layer of ${shape?.join(' x ') ?? link.source.size}`);
        layers.push(windowLayer(link, synapses, read));
        shape = synapses.targetShape;
      } else {
        if (shape !== null) layers.push({ kind: 'flatten' });
        layers.push(denseLayer(link));
        shape = null;
      }
    } catch (error) {
      if (!(error instanceof NoMatrix)) throw error;
      problems.push(refuse(link.node, 'is no layer of the format', error.message));
      shape = isWindow(synapses) ? synapses.targetShape : null;
    }
  }
  if (problems.length > 0) throw new DiagnosticError(problems);
  return { layers };
}

const isWindow = (synapses: Synapses): synapses is Window => synapses.kind === 'convolution' || synapses.kind === 'pooling';

/** A read-out that hands on what the last layer fires: files end with that layer. */
function readsSpikes({ node, source, forward: { synapses, weightExponent, delaySteps } }: ChainLink): boolean {
  return (
    node.kind === 'readout' &&
    node.bias === null &&
    source.kind === 'population' &&
    synapses.kind === 'one-to-one' &&
    (synapses.weights?.every((weight) => weight === 1) ?? true) &&
    weightExponent === 0 &&
    delaySteps === 0
  );
}

/** Neurons that read one value of the input each, all with one weight and one bias, and no memory of it: an input layer has such. */
function inputNeurons({ node, source, forward: { synapses, weightExponent, delaySteps }, recurrent }: ChainLink): NetInputNeurons | null {
  if (node.kind !== 'population' || source.kind !== 'input' || synapses.kind !== 'one-to-one' || recurrent !== null) return null;
  const weight = synapses.weights?.[0] ?? 1;
  const bias = biasOf(node);
  const uniform = (synapses.weights?.every((each) => each === weight) ?? true) && (bias?.every((each) => each === bias[0]) ?? true);
  if (!uniform || weightExponent !== 0 || delaySteps !== 0) return null;
  return { neuron: neuronOf(node), weight, bias: bias?.[0] ?? 0 };
}

/** Weights with exponent 0, which is all that the format has. */
function plainWeights(weights: ArrayLike<number>, { weightExponent }: Projection): Int16Array {
  return Int16Array.from(weights, (weight) => {
    const plain = weight * 2 ** weightExponent;
    if (!Number.isInteger(plain) || Math.abs(plain) > WEIGHT_MAX) throw new NoMatrix(`a weight of ${plain} has no place in the file`);
    return plain;
  });
}

function denseLayer({ node, source, forward, recurrent }: ChainLink): NetLayer {
  const matrix = matrixOf(forward);
  const { delay } = matrix;
  const weight = plainWeights(matrix.weight, forward);
  if (recurrent !== null && delay !== null) throw new NoMatrix('lava-dl loses the scale of the weights of a recurrent layer with delays');
  const weightRec = recurrent === null ? null : loopOf(recurrent);
  requireHeld([...weight, ...(weightRec ?? [])]);
  const bias = biasOf(node);
  return { kind: 'dense', inFeatures: source.size, outFeatures: node.size, weight, weightRec, delay, neuron: neuronOf(node), bias };
}

/** A spike of a recurrent layer acts in the next step. */
function loopOf(recurrent: ChainLink['forward']): Int16Array {
  const { weight, delay } = matrixOf({ ...recurrent, delaySteps: recurrent.delaySteps - 1 });
  if (delay !== null || recurrent.delaySteps < 1) throw new NoMatrix('a recurrent layer of the format acts on itself after one step');
  return plainWeights(weight, recurrent);
}

/** `delayed`: the network is lava-dl's, whose trainer has a delay for layers over space, and whose reader of the file has not. */
function windowLayer({ node, forward, recurrent }: ChainLink, synapses: Window, delayed: boolean): NetLayer {
  if (recurrent !== null) throw new NoMatrix('only dense layers of the format are recurrent');
  const delay = forward.delaySteps;
  if (delay > 0 && !delayed) throw new NoMatrix(`delays are read for dense layers only, and here is one of ${delay}`);
  const { targetShape, sourceShape, kernel, stride, padding, dilation } = synapses;
  const [, rows, columns] = targetShape;
  const bias = biasOf(node)?.filter((value, i, all) => {
    if (value !== all[i - (i % (rows * columns))])
      throw new NoMatrix('biases of the format are one a channel, and here they differ within one');
    return i % (rows * columns) === 0;
  });
  const common = { shape: targetShape, kernelSize: kernel, stride, padding, dilation, neuron: neuronOf(node), bias: bias ?? null, delay };
  if (synapses.kind === 'pooling') return { kind: 'pool', ...common, weight: synapses.factor };
  const weight = plainWeights(synapses.weights, forward);
  requireHeld(weight);
  return { kind: 'conv', ...common, inChannels: sourceShape[0], groups: synapses.groups, weight };
}

function requireHeld(weights: ArrayLike<number>): void {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < weights.length; i++) {
    least = Math.min(least, weights[i]);
    most = Math.max(most, weights[i]);
  }
  if (most < 0 && least < INHIBITORY_MIN) throw new NoMatrix(`all weights are negative, and lava-dl cuts ${least} to ${INHIBITORY_MIN}`);
}

function neuronOf(node: ChainLink['node']): NetNeuron {
  if (node.kind === 'readout')
    return node.membrane === undefined
      ? { ...NO_MEMORY, vThMant: NET_NO_THRESHOLD }
      : { iDecay: 4096, vDecay: 0, vThMant: NET_THRESHOLD_MAX };
  if (node.neuron.parameters !== 'integer') throw new Error(`${node.name} has no integer neuron`);
  const { currentDecay, voltageDecay, thresholdMantissa, resetAmount, unit } = node.neuron;
  if (resetAmount !== undefined)
    throw new NoMatrix('a spike takes something away from its potential, and neurons of the format are set to 0');
  if (typeof currentDecay !== 'number' || typeof voltageDecay !== 'number')
    throw new NoMatrix('its neurons decay each by itself, and a layer of the format has one decay for all');
  if (unit < UNIT_LEAST)
    throw new NoMatrix(`weights have no exponent: beside its largest one a threshold has ${unit} units, and ${UNIT_LEAST} are the least`);
  return { iDecay: currentDecay + 1, vDecay: voltageDecay, vThMant: thresholdMantissa };
}

function biasOf({ bias, name }: ChainLink['node']): Int32Array | null {
  if (bias === null || bias.every((value) => value === 0)) return null;
  return Int32Array.from(bias, (value) => {
    const mantissa = value / 2 ** NET_BIAS_EXPONENT;
    if (!Number.isInteger(mantissa)) throw new Error(`${name} has a bias of ${value} units`);
    return mantissa;
  });
}
