import { type Diagnostic, DiagnosticError } from '../../../diagnostics/index.ts';
import { type LavaNet, NET_BIAS_EXPONENT, NET_NO_THRESHOLD, type NetLayer, type NetNeuron } from '../../../ir/lava-net.ts';
import type { Network } from '../../../ir/network.ts';
import type { Synapses } from '../../../ir/synapses.ts';
import { type ChainLink, chainOf, refuse } from './chain.ts';
import { matrixOf, NoMatrix } from './matrix.ts';

type Window = Extract<Synapses, { kind: 'convolution' | 'pooling' }>;

/** A matrix of negative weights alone is stored without signs; lava-dl would cut -256. */
const INHIBITORY_MIN = -255;

/** A coarser threshold is not told from its neighbours (docs/quantization.md). */
const UNIT_LEAST = 2 ** 10;

/** Both of these read as v = current: nothing is kept from step to step. */
const NO_MEMORY = { iDecay: 4096, vDecay: 4096 };

/**
 * A network of integers as a lava-dl network; its weights have exponent 0 and its biases are multiples of 64. Throws `net-unsupported`, which
 * names each layer that the format cannot hold and why.
 */
export function netOf(network: Network): LavaNet {
  const { links } = chainOf(network);
  const problems: Diagnostic[] = [];
  const layers: NetLayer[] = [];
  /** Of the stream that the next layer reads; null: a row of neurons. */
  let shape: readonly number[] | null = null;
  for (const [index, link] of links.entries()) {
    const { synapses } = link.forward;
    try {
      if (isWindow(synapses)) {
        if (index === 0) layers.push({ kind: 'input', shape: synapses.sourceShape });
        else if (shape?.join() !== synapses.sourceShape.join())
          throw new NoMatrix(`it reads ${synapses.sourceShape.join(' x ')} values of a layer of ${shape?.join(' x ') ?? link.source.size}`);
        layers.push(windowLayer(link, synapses));
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

function denseLayer({ node, source, forward, recurrent }: ChainLink): NetLayer {
  const { weight, delay } = matrixOf(forward);
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
  return weight;
}

function windowLayer({ node, forward, recurrent }: ChainLink, synapses: Window): NetLayer {
  if (recurrent !== null) throw new NoMatrix('only dense layers of the format are recurrent');
  if (forward.delaySteps > 0) throw new NoMatrix(`delays are read for dense layers only, and here is one of ${forward.delaySteps}`);
  const { targetShape, sourceShape, kernel, stride, padding, dilation } = synapses;
  const [, rows, columns] = targetShape;
  const bias = biasOf(node)?.filter((value, i, all) => {
    if (value !== all[i - (i % (rows * columns))])
      throw new NoMatrix('biases of the format are one a channel, and here they differ within one');
    return i % (rows * columns) === 0;
  });
  const common = { shape: targetShape, kernelSize: kernel, stride, padding, dilation, neuron: neuronOf(node), bias: bias ?? null };
  if (synapses.kind === 'pooling') return { kind: 'pool', ...common, weight: synapses.factor };
  requireHeld(synapses.weights);
  return { kind: 'conv', ...common, inChannels: sourceShape[0], groups: synapses.groups, weight: Int16Array.from(synapses.weights) };
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
  if (node.kind === 'readout') return { ...NO_MEMORY, vThMant: NET_NO_THRESHOLD };
  if (node.neuron.parameters !== 'integer') throw new Error(`${node.name} has no integer neuron`);
  const { currentDecay, voltageDecay, thresholdMantissa, unit } = node.neuron;
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
