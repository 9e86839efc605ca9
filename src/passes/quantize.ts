import { type Diagnostic, DiagnosticError, diagnostic } from '../diagnostics/index.ts';
import { type NodeId, projectionId } from '../ir/ids.ts';
import type { Network, NetworkNode, PopulationNode, Projection, ReadoutNode, RotaryNode } from '../ir/network.ts';
import { at } from '../ir/neuron.ts';
import { findStages } from '../ir/stages.ts';
import { FeatureBiases } from './feature-bias.ts';
import { isHoldable } from './holdable-neuron.ts';
import type { LoweringContext, Pass } from './pass.ts';
import { biasPowerMax, quantizeBias } from './quantize-bias.ts';
import { quantizeNeuron } from './quantize-neuron.ts';
import { resetPowerMax, timesOfCurrent } from './quantize-reset.ts';
import { quantizeRotary, type RotaryGrid, rotaryGrid } from './quantize-rotary.ts';
import {
  chooseWeightPower,
  MANTISSA_BITS,
  mantissaShift,
  quantizeSynapses,
  type Read,
  type WeightDigit,
  weightsOf,
} from './quantize-weights.ts';
import { splitPowerMax } from './split-feature-bias.ts';

/** A spike threshold of at least 2^16 units: 2^11 to 2^18 decided alike and 2^10 lost (docs/quantization.md). */
const UNIT_POWER_MIN = 16;
/** Beyond 2^18 the embedding's membrane potential, up to 18 thresholds on the trained models, would leave 24 bits. */
const UNIT_POWER_MAX = 18;
/** Below 2^10 a threshold is too coarse to decide by. */
export const UNIT_POWER_LEAST = 10;
/** Units of one arriving mantissa: Loihi shifts the accumulator left by 6. */
const INPUT_SHIFT = 6;

/**
 * Real numbers to the chip's integers, with power-of-two scales (docs/quantization.md has the measurements):
 * - weights: per synapse array the power with the least mean-square error, nearest even mantissa, rounded together where inputs are counts; of
 *   more than 8 bits as two projections, of a coarse and a fine digit;
 * - the unit (integer units for 1.0, hence the threshold) is 2^max(16, weight power + 7), capped by bias registers and state bits;
 * - biases: nearest value a mantissa and exponent can hold; a model that fires at v >= threshold gets one unit more, since the chip fires
 *   at v > threshold only; or, where spikes take something away, is told to fire at the threshold if the chip can be told: spikes would leave
 *   those units behind;
 * - rotary tables: products rounded down, since rounding up turns near-misses into spikes.
 */
export const quantize: Pass<LoweringContext> = {
  name: 'quantize',
  description: 'weights, biases, thresholds and rotary tables as the integers of the chip',
  run(network, context) {
    if (network.nodes.some((node) => node.kind === 'population' && node.neuron.parameters === 'integer')) return network;
    return new Quantizer(network, context).run();
  },
};

class Quantizer {
  private readonly network: Network;
  private readonly context: LoweringContext;
  private readonly problems: Diagnostic[] = [];
  private readonly nodes = new Map<NodeId, NetworkNode>();
  private readonly projections = new Map<string, readonly Projection[]>();
  private readonly grids = new Map<NodeId, RotaryGrid>();
  /** Nodes whose spikes come back to them. */
  private readonly looped: ReadonlySet<NodeId>;
  private readonly features: FeatureBiases;

  constructor(network: Network, context: LoweringContext) {
    this.network = network;
    this.context = context;
    this.features = new FeatureBiases(network, context);
    for (const node of network.nodes) this.nodes.set(node.id, node);
    this.looped = new Set(findStages(network).flatMap(({ nodes, feedback }) => (feedback ? nodes.map(({ id }) => id) : [])));
  }

  run(): Network {
    for (const node of this.network.nodes) if (node.kind === 'rotary') this.grids.set(node.id, rotaryGrid(node, this.context.chip));
    for (const node of this.network.nodes) {
      if (node.kind === 'population') this.quantizePopulation(node);
      if (node.kind === 'readout') this.quantizeReadout(node);
      if (node.kind === 'rotary') this.nodes.set(node.id, quantizeRotary(node, this.gridOf(node)));
      if (node.kind === 'fast-weights') this.nodes.set(node.id, { ...node, scale: 1 });
    }
    if (this.problems.length > 0) throw new DiagnosticError(this.problems);
    return {
      ...this.network,
      nodes: [...this.features.sources, ...this.network.nodes.map((node) => this.nodes.get(node.id) ?? node)],
      projections: [
        ...this.network.projections.flatMap((projection) => this.projections.get(projection.id) ?? [projection]),
        ...this.features.links,
      ],
    };
  }

  private quantizePopulation(node: PopulationNode): void {
    if (!isHoldable(node.neuron)) {
      this.refuse(node, `population ${node.name} has a neuron that the chip's LIF cannot hold`);
      return;
    }
    const current = this.quantizeCurrent(node);
    if (current === null) return;
    const made = quantizeNeuron(node.neuron, current.unit, this.context);
    if (typeof made === 'string') {
      this.refuse(node, `population ${node.name} ${made}`);
      return;
    }
    this.nodes.set(node.id, { ...node, neuron: made.neuron, bias: this.quantizeBias(node, current, made.bonus) });
    this.assign(current.exponents);
  }

  private quantizeReadout(node: ReadoutNode): void {
    const current = this.quantizeCurrent(node);
    if (current === null) return;
    this.nodes.set(node.id, { ...node, bias: this.quantizeBias(node, current, 0), scale: 1 / current.unit });
    this.assign(current.exponents);
  }

  private quantizeBias(node: PopulationNode | ReadoutNode, { unit, exponents }: QuantizedCurrent, bonus: number): Int32Array | null {
    const { chip, biasExponentLeast } = this.context;
    if (this.features.drive(node)) return this.features.quantizeBias(node, exponents, unit, bonus);
    return quantizeBias(addedPerStep(node), node.size, unit, bonus, chip, biasExponentLeast);
  }

  /** Unit of the target, and its projections in integers. */
  private quantizeCurrent(node: PopulationNode | ReadoutNode): QuantizedCurrent | null {
    const incoming = this.network.projections.filter((projection) => projection.target === node.id);
    const real = incoming.map((projection) => this.realSource(projection.source));
    const graded = real.find((source) => source !== null);
    if (graded !== undefined) {
      if (incoming.length === 1) return this.quantizeGraded(node, incoming[0], graded);
      this.refuse(node, `population ${node.name} adds other currents to a rotated or attention current`);
      return null;
    }
    const { chip } = this.context;
    const weightBits = this.weightBitsOf(node);
    const shift = mantissaShift(weightBits) + INPUT_SHIFT;
    const learned = this.context.unitPowerMax.get(node.id) ?? UNIT_POWER_MAX;
    const added = addedPerStep(node);
    const held = this.features.drive(node) ? splitPowerMax(added, weightBits, chip) : biasPowerMax(added, chip);
    const cap = Math.min(UNIT_POWER_MAX, learned, held, Math.max(UNIT_POWER_LEAST, resetPowerMax(node, chip)));
    if (cap < UNIT_POWER_LEAST) {
      this.refuseRange(node, cap);
      return null;
    }
    // A negative exponent takes away the zeros that a mantissa ends in, and no more: nothing is lost.
    const spare = Math.min(mantissaShift(weightBits), chip.limits.weightExponent.value);
    // The unit follows one digit of 8 bits; a finer one takes what room that leaves.
    const powerFor = (projection: Projection, bits: number, most: number): number =>
      chooseWeightPower(weightsOf(projection.synapses), bits, most);
    const powers = incoming.map((projection) => powerFor(projection, Math.min(weightBits, MANTISSA_BITS), cap - shift + spare));
    const finest = Math.max(...powers, 0);
    const coarsest = Math.min(...powers, cap - shift);
    const unitPower = Math.min(cap, Math.max(UNIT_POWER_MIN, finest + shift), coarsest + shift + chip.limits.weightExponent.value);
    const most = unitPower - shift + spare;
    const exponents = incoming.map((projection, i): QuantizedProjection => {
      const power = weightBits > MANTISSA_BITS ? powerFor(projection, weightBits, most) : Math.min(powers[i], most);
      return [projection, this.digitsOf(projection, weightBits, power, unitPower - shift - power)];
    });
    return { unit: 2 ** unitPower, exponents };
  }

  private weightBitsOf({ id }: PopulationNode | ReadoutNode): number {
    const { weightBits, loopWeightBits = weightBits } = this.context;
    return this.looped.has(id) ? loopWeightBits : weightBits;
  }

  /** A projection for each digit of the weights. */
  private digitsOf(projection: Projection, bits: number, power: number, exponent: number): readonly Projection[] {
    return this.quantizeShared(projection, bits, power).map(({ synapses, powerLost }, k) => ({
      ...projection,
      id: k === 0 ? projection.id : projectionId(`${projection.id} (fine)`),
      synapses,
      weightExponent: exponent + powerLost,
    }));
  }

  /** Residual sums share one weight array over several projections: so do their mantissas. */
  private readonly shared = new Map<string, Map<object, readonly WeightDigit[]>>();

  private quantizeShared(projection: Projection, bits: number, power: number): readonly WeightDigit[] {
    const read = this.readOf(projection.source);
    const key = `${bits} ${power} ${read}`;
    const known = this.shared.get(key) ?? new Map<object, readonly WeightDigit[]>();
    this.shared.set(key, known);
    const found = known.get(projection.synapses);
    if (found !== undefined) return found;
    const made = quantizeSynapses(projection.synapses, bits, power, read);
    known.set(projection.synapses, made);
    return made;
  }

  /** One-to-one links that carry integers already: rotated currents in units of 2^-fractionBits, or fast-weight sums. */
  private quantizeGraded(node: PopulationNode | ReadoutNode, projection: Projection, source: GradedSource): QuantizedCurrent | null {
    if (projection.synapses.kind !== 'one-to-one' || projection.synapses.weights !== null) {
      this.refuse(node, `population ${node.name} weighs a rotated or attention current; only one-to-one links of weight 1 can be held`);
      return null;
    }
    if (source.kind === 'rotary') {
      const unit = 2 ** (source.grid.fractionBits + INPUT_SHIFT);
      return { unit, exponents: [[projection, [{ ...projection, weightExponent: 0 }]]] };
    }
    if (!(source.scale > 0)) {
      this.refuse(
        node,
        `population ${node.name} reads an attention times ${source.scale}; its sums can be held times a positive number only`,
      );
      return null;
    }
    const { limits } = this.context.chip;
    const largest = source.bound * timesOfCurrent(node, this.stepsOf(node.timeline));
    const room = Math.floor(Math.log2(2 ** (limits.stateBits.value - 1) / (largest * 2 ** INPUT_SHIFT)));
    const weightExponent = Math.max(0, Math.min(limits.weightExponent.value, room));
    const unit = 2 ** (INPUT_SHIFT + weightExponent) / source.scale;
    return { unit, exponents: [[projection, [{ ...projection, weightExponent }]]] };
  }

  /** What kind of numbers a stream carries, if not spikes or counts; reorders pass them on. */
  private realSource(id: NodeId): GradedSource | null {
    const node = this.network.nodes.find((candidate) => candidate.id === id);
    if (node === undefined) return null;
    switch (node.kind) {
      case 'reorder':
        return this.realSource(node.source);
      case 'rotary':
        return { kind: 'rotary', grid: this.gridOf(node) };
      case 'fast-weights': {
        const key = this.network.nodes.find((candidate) => candidate.id === node.key);
        return { kind: 'fast-weights', scale: node.scale, bound: (this.stepsOf(key?.timeline) * node.size) / node.heads };
      }
      case 'input':
      case 'constant':
      case 'population':
      case 'integrator':
      case 'readout':
      case 'sum':
      case 'attention':
        return null;
    }
  }

  private stepsOf(timeline: NetworkNode['timeline'] | undefined): number {
    return this.network.timelines.find(({ id }) => id === timeline)?.steps ?? 0;
  }

  private readOf(id: NodeId): Read {
    const payload = this.network.nodes.find((node) => node.id === id)?.payload;
    if (payload?.kind === 'binary') return 'spikes';
    return payload?.kind === 'integer' && payload.min < 0 ? 'signed' : 'counts';
  }

  private gridOf(node: RotaryNode): RotaryGrid {
    return this.grids.get(node.id) ?? rotaryGrid(node, this.context.chip);
  }

  private assign(pairs: readonly QuantizedProjection[]): void {
    for (const [before, after] of pairs) this.projections.set(before.id, after);
  }

  private refuseRange(node: PopulationNode | ReadoutNode, cap: number): void {
    this.problems.push(
      diagnostic('value-out-of-range', `the biases of ${node.name} fit the chip only where 1.0 is at most 2^${cap} units`, {
        places: [{ file: node.origin.file, item: node.origin.nodes[0] ?? node.name }],
        notes: [`a threshold needs at least 2^${UNIT_POWER_LEAST} units to be told from its neighbours`],
        help: 'train with smaller biases, or scale the inputs of this layer down',
      }),
    );
  }

  private refuse(node: PopulationNode | ReadoutNode, message: string): void {
    this.problems.push(
      diagnostic('operation-unsupported', message, {
        places: [{ file: node.origin.file, item: node.origin.nodes[0] ?? node.name }],
        notes: ['held: a leak, a reset to the value that it starts at or by subtraction, a threshold above it'],
      }),
    );
  }
}

/** A projection, and what stands for it in integers. */
type QuantizedProjection = readonly [Projection, readonly Projection[]];

interface QuantizedCurrent {
  readonly unit: number;
  readonly exponents: readonly QuantizedProjection[];
}

type GradedSource =
  | { readonly kind: 'rotary'; readonly grid: RotaryGrid }
  /** bound: largest sum that can arrive in a step. */
  | { readonly kind: 'fast-weights'; readonly scale: number; readonly bound: number };

/** What is added to the membrane potential in every step, past any synaptic current. */
function addedPerStep(node: PopulationNode | ReadoutNode): Float32Array | Int32Array | null {
  if (node.kind !== 'population' || node.neuron.parameters !== 'discrete' || node.neuron.currentDecay === null) return node.bias;
  const { leak } = node.neuron;
  return leak === 0 ? null : Float32Array.from({ length: node.size }, (_, i) => at(leak, i));
}
