import { type Diagnostic, DiagnosticError, diagnostic } from '../../../diagnostics/index.ts';
import type { NodeId } from '../../../ir/ids.ts';
import type { Network, NetworkNode, PopulationNode, Projection, ReadoutNode, TargetNode } from '../../../ir/network.ts';
import { type AccumNeuron, at, mapParameter, type PerNeuron } from '../../../ir/neuron.ts';
import type { Synapses } from '../../../ir/synapses.ts';
import { chooseShifts, type ShiftChoice } from '../shifts/choose-shifts.ts';
import type { ScaledProjection } from '../shifts/incoming.ts';
import { arrivingBy, spikesPerStep } from './arrivals.ts';
import { fillSlots, largestPossible, mostInputs } from './fill-slots.ts';
import { attentionOf, isGraded, realPerPayload, rotaryBits } from './graded.ts';
import { HELD_NEURONS, type HeldNeuron, isHeld, whyNotHeld } from './held-neurons.ts';
import { type ListedSynapses, listSynapses } from './list-synapses.ts';
import type { Measured } from './measure.ts';
import { membraneConstants, resistanceOf, synapseConstants } from './neuron-constants.ts';
import { quantizeSynapses } from './quantize-synapses.ts';

const ONE = 32768;
/** Thresholds of 2^6 = 64.0: v then has 21 bits below its threshold, and shifts have room to fall. */
const UNIT_POWER_MAX = 6;
/** Below 2^10 raw accums a threshold is too coarse to decide by. */
const UNIT_POWER_LEAST = -5;
/** What a current may grow to beyond what was measured before v leaves its 32 bits; the less where thresholds would be too coarse with the more. */
const RANGE_RESERVES = [4, 2] as const;
/**
 * A slot holds so much more than the calibration data needed: on the trained models, other clips need up to a third more of spikes, and up to two
 * thirds more of counts, whose largest are rare.
 */
export const MARGIN = 0.5;
export const MARGIN_OF_COUNTS = 1;
/** Raw accums are below it. */
const ACCUM_END = 2 ** 31;
/** v of a neuron without a leak loses nothing below 1/4 (neuron-constants.ts); to fill slots, units grow to less than twice as much. */
const UNIT_POWER_WITHOUT_LEAK = -3;

/** How the ring buffers of one population were scaled. */
export interface ScaledPopulation extends ShiftChoice {
  readonly population: NodeId;
}

export interface QuantizedNetwork {
  readonly network: Network;
  readonly scaled: readonly ScaledPopulation[];
}

/**
 * Real numbers to s16.15 and weights of 16 bits. `measured`: on calibration data, null: none. Throws `operation-unsupported` for
 * neurons and currents that IF_curr_delta and IF_curr_exp cannot hold, `value-out-of-range` where the accum has no room, all at once.
 */
export function quantizeAccum(network: Network, measured: Measured | null, stepMs: number): QuantizedNetwork {
  return new AccumQuantizer(network, measured, stepMs).run();
}

/** Populations and read-outs whose weights are real: all but those that read a rotated current or an attention. */
export function weighedTargets(network: Network): readonly TargetNode[] {
  const graded = new Set(network.nodes.filter((node) => isGraded(network, node.id)).map(({ id }) => id));
  const reads = (node: TargetNode): boolean => network.projections.some(({ source, target }) => target === node.id && graded.has(source));
  return network.nodes.filter((node): node is TargetNode => (node.kind === 'population' || node.kind === 'readout') && !reads(node));
}

class AccumQuantizer {
  readonly #network: Network;
  readonly #measured: Measured | null;
  readonly #stepMs: number;
  readonly #problems: Diagnostic[] = [];
  readonly #scaled: ScaledPopulation[] = [];
  readonly #nodes = new Map<NodeId, NetworkNode>();
  readonly #projections = new Map<string, Projection>();
  readonly #lists = new Map<Synapses, ListedSynapses>();

  constructor(network: Network, measured: Measured | null, stepMs: number) {
    this.#network = network;
    this.#measured = measured;
    this.#stepMs = stepMs;
  }

  run(): QuantizedNetwork {
    for (const node of this.#network.nodes) {
      if (node.kind === 'population') this.#population(node);
      if (node.kind === 'readout') this.#readout(node);
      if (node.kind === 'fast-weights' || node.kind === 'attention') this.#nodes.set(node.id, attentionOf(node));
      if (node.kind === 'rotary') {
        const scale = 2 ** rotaryBits(node);
        const down = (table: ArrayLike<number>): Int32Array => Int32Array.from(table, (value) => Math.floor(value * scale));
        this.#nodes.set(node.id, { ...node, direct: down(node.direct), partner: down(node.partner), fractionBits: rotaryBits(node) });
      }
    }
    if (this.#problems.length > 0) throw new DiagnosticError(this.#problems);
    const { nodes, projections } = this.#network;
    return {
      network: {
        ...this.#network,
        nodes: nodes.map((node) => this.#nodes.get(node.id) ?? node),
        projections: projections.map((projection) => this.#projections.get(projection.id) ?? projection),
      },
      scaled: this.#scaled,
    };
  }

  #population(node: PopulationNode): void {
    const { neuron } = node;
    const why = whyNotHeld(node);
    if (why !== null || !isHeld(neuron)) {
      this.#refuse(node, `population ${node.name} ${why}`);
      return;
    }
    const unit = this.#current(node, neuron);
    if (unit === null) return;
    const added = addedPerStep(node, neuron);
    // Fires at v >= threshold; a model that fires at v > threshold waits for one raw accum more.
    const threshold = Math.round(unit * neuron.threshold) + (neuron.tie === 'gt' ? 1 : 0);
    const largest = added.reduce((most, value) => Math.max(most, Math.abs(value) * unit), threshold);
    if (threshold < 1 || largest >= ACCUM_END) {
      this.#refuse(node, `population ${node.name} has a threshold or bias of ${largest} units, which s16.15 cannot hold`);
      return;
    }
    const { decay, currentDecay } = neuron;
    const accum: AccumNeuron = {
      parameters: 'accum',
      timeConstant: mapParameter(decay, (value) => membraneConstants(value).timeConstant),
      capacitance: mapParameter(decay, (value) => membraneConstants(value).capacitance),
      ...(currentDecay === null
        ? {}
        : { synapticTimeConstant: mapParameter(currentDecay, (value) => synapseConstants(value).timeConstant) }),
      threshold,
      unit,
    };
    this.#nodes.set(node.id, { ...node, neuron: accum, bias: biasIn(added, unit) });
  }

  #readout(node: ReadoutNode): void {
    const unit = this.#current(node, null);
    if (unit !== null) this.#nodes.set(node.id, { ...node, bias: biasIn(node.bias, unit), scale: node.scale / unit });
  }

  /** Raw accums for 1.0, once the projections of the node are quantized; null where they cannot be. */
  #current(node: TargetNode, neuron: HeldNeuron | null): number | null {
    const incoming = this.#network.projections.filter(({ target }) => target === node.id);
    const graded = incoming.find(({ source }) => isGraded(this.#network, source));
    if (graded === undefined) return this.#weighed(node, incoming, neuron);
    const alone = incoming.length === 1 && (neuron === null || neuron.currentDecay === null);
    if (alone && graded.synapses.kind === 'one-to-one' && graded.synapses.weights === null) return this.#graded(node, graded);
    this.#refuse(node, `population ${node.name} weighs a rotated or attention current, keeps it beyond its step, or adds others to it`);
    return null;
  }

  /** Integers that come as payloads of packets: one raw unit of weight for each of theirs, so that nothing is rounded. */
  #graded(node: TargetNode, projection: Projection): number | null {
    const perPayload = realPerPayload(this.#network, projection.source);
    if (!(perPayload > 0)) {
      this.#refuse(node, `population ${node.name} reads an attention times ${perPayload}; only positive factors can be held`);
      return null;
    }
    const shift = Math.max(0, Math.round(Math.log2(perPayload * ONE * 2 ** UNIT_POWER_MAX)));
    const weights = new Int32Array(projection.synapses.sources).fill(2 ** shift);
    const synapses = { kind: 'one-to-one', sources: projection.synapses.sources, targets: projection.synapses.targets, weights } as const;
    this.#projections.set(projection.id, { ...projection, synapses });
    return 2 ** shift / perPayload;
  }

  #weighed(node: TargetNode, incoming: readonly Projection[], neuron: HeldNeuron | null): number | null {
    const measured = this.#measured?.slots.get(node.id) ?? null;
    const inUnits = (unit: number): readonly ScaledProjection[] =>
      incoming.map((projection) => {
        const { source } = projection;
        const { target, weight, extra } = arrivingBy(this.#listed(projection.synapses), this.#nodeOf(source));
        const spikesPerStepMax = spikesPerStep(this.#nodeOf(source));
        const seen = spikesPerStepMax === null ? this.#measured?.counts.get(source) : undefined;
        return {
          projection: projection.id,
          target,
          weight: weight.map((w) => w * unit),
          delay: extra,
          spikesPerStepMax,
          ...(seen === undefined ? {} : { spikesPerStepSeen: seen }),
        };
      });
    const seen = this.#measured?.currents.get(node.id);
    const largest = seen === undefined ? largestCurrent(largestPossible(inUnits(1), node.size), neuron) : largestOf(seen);
    const bias = largestOf([neuron === null ? (node.bias ?? []) : addedPerStep(node, neuron)]);
    const resistance = largestOf([valuesOf(neuron?.decay ?? 0).map(resistanceOf)]);
    const powers = RANGE_RESERVES.map((reserve) => Math.floor(Math.log2(2 ** 16 / (reserve * (largest + bias) * resistance))));
    const leaks = valuesOf(neuron?.decay ?? 0).every((decay) => decay < 1);
    const power = Math.min(
      leaks ? UNIT_POWER_MAX : UNIT_POWER_WITHOUT_LEAK,
      powers.find((each) => each >= UNIT_POWER_LEAST) ?? Number.NEGATIVE_INFINITY,
    );
    if (power < UNIT_POWER_LEAST) {
      this.#problems.push(
        diagnostic('value-out-of-range', `the currents of ${node.name} leave s16.15: up to ${(largest + bias).toPrecision(3)} thresholds`, {
          places: [{ file: node.origin.file, item: node.origin.nodes[0] ?? node.name }],
          notes: [`allowed: about ${Math.floor(2 ** 16 / RANGE_RESERVES[1] / 2 ** UNIT_POWER_LEAST / resistance)} thresholds`],
        }),
      );
      return null;
    }
    const counts = incoming.some(({ source }) => this.#nodeOf(source)?.payload.kind !== 'binary');
    const margin = counts ? MARGIN_OF_COUNTS : MARGIN;
    const chooseAt = (unit: number): ShiftChoice =>
      chooseShifts(inUnits(unit), {
        neurons: node.size,
        stepMs: this.#stepMs,
        measured: measured?.map((values) => values.map((value) => value * unit)) ?? null,
        margin,
        // Weights of counts are rounded together, on one grid for both signs.
        common: counts,
      });
    const { unit, choice } = fillSlots(chooseAt, 2 ** power, margin, mostInputs(inUnits(1), node.size));
    this.#scaled.push({ population: node.id, ...choice });
    const shifts = choice.receptors.map(({ shift }) => shift);
    // Terms of a residual sum share their weights: so do their integers.
    const made = new Map<Synapses, Synapses>();
    for (const projection of incoming) {
      const synapses = made.get(projection.synapses) ?? quantizeSynapses(projection.synapses, unit, shifts, counts);
      made.set(projection.synapses, synapses);
      this.#projections.set(projection.id, { ...projection, synapses });
    }
    return ONE * unit;
  }

  #listed(synapses: Synapses): ListedSynapses {
    const listed = this.#lists.get(synapses) ?? listSynapses(synapses);
    this.#lists.set(synapses, listed);
    return listed;
  }

  #nodeOf(id: NodeId): NetworkNode | undefined {
    return this.#network.nodes.find((node) => node.id === id);
  }

  #refuse(node: TargetNode, message: string): void {
    this.#problems.push(
      diagnostic('operation-unsupported', message, {
        places: [{ file: node.origin.file, item: node.origin.nodes[0] ?? node.name }],
        notes: [HELD_NEURONS, 'held: rotated and attention currents one to one'],
      }),
    );
  }
}

/** What is added to the membrane potential in every step, past any synaptic current. */
const addedPerStep = ({ bias, size }: TargetNode, { currentDecay, leak }: HeldNeuron): Float32Array =>
  currentDecay === null
    ? Float32Array.from(bias ?? [])
    : leak === 0
      ? new Float32Array(0)
      : Float32Array.from({ length: size }, (_, n) => at(leak, n));

/** A current of so much in every step adds up to that over what a step takes away. */
const largestCurrent = (perStep: number, neuron: HeldNeuron | null): number =>
  neuron === null || neuron.currentDecay === null ? perStep : perStep / (1 - largestOf([valuesOf(neuron.currentDecay)]));

const valuesOf = (value: PerNeuron): readonly number[] => (typeof value === 'number' ? [value] : Array.from(value));

const largestOf = (lists: readonly ArrayLike<number>[]): number =>
  lists.reduce((most, values) => Float64Array.from(values).reduce((a, b) => Math.max(a, Math.abs(b)), most), 0);

const biasIn = (bias: ArrayLike<number> | null, unit: number): Int32Array | null =>
  bias === null || bias.length === 0 ? null : Int32Array.from(bias, (value) => Math.round(value * unit));
