import { accumulate } from '../ir/accumulate.ts';
import { type NodeId, projectionId } from '../ir/ids.ts';
import type { ConstantNode, Network, PopulationNode, Projection, ReadoutNode } from '../ir/network.ts';
import { constantSpikes } from './constant-spikes.ts';
import type { LoweringContext } from './pass.ts';
import { type SplitBias, splitFeatureBias } from './split-feature-bias.ts';

/** Units of one arriving mantissa: Loihi shifts the accumulator left by 6. */
const INPUT_UNIT = 64;

/**
 * Biases of what real-valued features drive. Such features are often far from 0 on average: the bias makes up for it, with many thresholds, and
 * rounded weights times the mean are off by as much as a bias is. So what rounding adds on average is taken off the bias, where the mean is
 * known, and a bias that is too large for registers comes through synapses of spikes, which are `sources` and `links`.
 */
export class FeatureBiases {
  readonly sources: ConstantNode[] = [];
  readonly links: Projection[] = [];
  readonly #network: Network;
  readonly #context: LoweringContext;
  readonly #features: ReadonlySet<NodeId>;

  constructor(network: Network, context: LoweringContext) {
    this.#network = network;
    this.#context = context;
    this.#features = new Set(network.nodes.flatMap((node) => (node.kind === 'input' && node.quantized !== undefined ? [node.id] : [])));
  }

  /** Whether features drive the node's membrane; past a synaptic current there is no bias, and a lava-dl file has no spikes of its own. */
  drive(node: PopulationNode | ReadoutNode): boolean {
    const lasting = node.kind === 'population' && node.neuron.parameters === 'discrete' && node.neuron.currentDecay !== null;
    if (lasting || (this.#context.biasExponentLeast ?? 0) !== 0) return false;
    return this.#network.projections.some(({ source, target }) => target === node.id && this.#features.has(source));
  }

  /** `projections`: those of the node, before and after rounding; `unit`: integer units for 1.0; `bonus`: units that are added. */
  quantizeBias(
    node: PopulationNode | ReadoutNode,
    projections: readonly (readonly [Projection, readonly Projection[]])[],
    unit: number,
    bonus: number,
  ): Int32Array {
    const { weightBits, chip } = this.#context;
    const error = this.#meanError(projections, unit);
    const wanted = Float64Array.from({ length: node.size }, (_, n) => (node.bias?.[n] ?? 0) * unit + bonus - (error?.[n] ?? 0));
    const { register, spikes } = splitFeatureBias(wanted, weightBits, chip);
    if (spikes !== null) this.#addSpikes(node, spikes);
    return register;
  }

  /** What rounding of the weights adds to the current of mean features, by neuron, in units; null: the mean is not known. */
  #meanError(projections: readonly (readonly [Projection, readonly Projection[]])[], unit: number): Float64Array | null {
    const { featureMeans = null } = this.#context;
    if (featureMeans === null) return null;
    const read = projections.filter(([{ source }]) => this.#features.has(source));
    const exact = this.#meanCurrent(
      read.map(([before]) => before),
      featureMeans,
    );
    const rounded = this.#meanCurrent(
      read.flatMap(([, after]) => after),
      featureMeans,
    );
    return rounded.map((value, n) => value * INPUT_UNIT - exact[n] * unit);
  }

  /** Mean over the steps of a clip whose every step is `means`. */
  #meanCurrent(projections: readonly Projection[], means: Float64Array): Float64Array {
    const steps = this.#network.timesteps;
    const size = projections[0].synapses.targets;
    const mean = new Float64Array(size);
    for (const { synapses, delaySteps, weightExponent } of projections) {
      const stream = Float32Array.from({ length: steps * synapses.sources }, (_, i) => means[i % synapses.sources]);
      const out = new Float32Array(steps * size);
      accumulate(synapses, { stream, steps }, { stream: out, steps }, delaySteps, weightExponent);
      for (let i = 0; i < out.length; i++) mean[i % size] += out[i] / steps;
    }
    return mean;
  }

  #addSpikes(
    { id, size, timeline, origin }: PopulationNode | ReadoutNode,
    { count, mantissas, exponent }: NonNullable<SplitBias['spikes']>,
  ): void {
    const steps = this.#network.timelines.find((each) => each.id === timeline)?.steps ?? 0;
    const name = { name: `bias.${id}`, recogniser: 'quantize', file: origin.file };
    const source = constantSpikes(this.#network, name, timeline, count, new Float32Array(steps * count).fill(1));
    this.sources.push(source);
    this.links.push({
      id: projectionId(`${source.id} -> ${id}`),
      source: source.id,
      target: id,
      synapses: { kind: 'dense', sources: count, targets: size, weights: mantissas },
      delaySteps: 0,
      weightExponent: exponent,
      origin,
    });
  }
}
