import type { Dialect } from './dialects/index.ts';

/** One spike of an input. */
export interface InputSpike {
  readonly step: number;
  readonly neuron: number;
  readonly payload: number;
}

/** Neurons with registers of their own: each array has one value per neuron. */
export interface EmulatedGroup {
  readonly name: string;
  readonly size: number;
  readonly currentDecay: ArrayLike<number>;
  readonly voltageDecay: ArrayLike<number>;
  /** The threshold is 64 times it. */
  readonly thresholdMantissa: ArrayLike<number>;
  readonly biasMantissa: ArrayLike<number>;
  readonly biasExponent: ArrayLike<number>;
  readonly refractDelay: ArrayLike<number>;
  readonly vMin: ArrayLike<number>;
  readonly vMax: ArrayLike<number>;
}

/** Synapses by source neuron: those of source i are first[i] .. first[i + 1] - 1. Weights are as the dialect stores them. */
export interface SynapseTable {
  readonly first: Int32Array;
  readonly target: Int32Array;
  readonly weight: Float64Array;
  readonly delay: Uint8Array;
}

/** A block of synapses from an input or group to a group. */
export interface EmulatedBlock {
  readonly source: string;
  readonly target: string;
  readonly synapses: SynapseTable;
  readonly exponent: number;
  readonly messageBits: number | null;
  readonly convolution: boolean;
}

export interface EmulatedNet {
  readonly steps: number;
  readonly inputs: readonly { readonly name: string; readonly size: number; readonly spikes: readonly InputSpike[] }[];
  readonly groups: readonly EmulatedGroup[];
  readonly blocks: readonly EmulatedBlock[];
}

/** Registers of a group after a step. An observer may write u and v, as a host may. */
export interface GroupState {
  readonly group: EmulatedGroup;
  readonly u: Float64Array;
  /** After reset; see `reading` for what a probe sees. */
  readonly v: Float64Array;
  readonly reading: Float64Array;
  /** Neurons that fired in this step, ascending. */
  readonly fired: readonly number[];
}

/** Called after each step with all groups, in the order of the net; false stops. */
export type Observer = (step: number, groups: readonly GroupState[]) => boolean;

/** Numbers beyond this are no longer exact when they are multiplied by a decay. */
const EXACT_MAX = 2 ** 40;

/** Thrown where an emulator without overflow (brian2-loihi) leaves the integers that are exact here. */
export class EmulationError extends Error {}

/**
 * Steps a small net in the arithmetic of a dialect, written for reading and checking: a spike sent in step t is summed in step
 * t + 1 + delay (inputs: t + inputLatency + delay), all groups advance together, and every rule is the dialect's.
 * For whole programs of a chip see createChipSimulator.
 */
export function emulate(net: EmulatedNet, dialect: Dialect, observe: Observer): void {
  const neurons = new Map(net.groups.map((group) => [group.name, new Neurons(group, dialect)]));
  const all = [...neurons.values()];
  const outgoing = new Map([...net.inputs, ...net.groups].map(({ name }): [string, Sender[]] => [name, []]));
  for (const block of net.blocks) {
    const [senders, target] = [outgoing.get(block.source), neurons.get(block.target)];
    if (senders === undefined || target === undefined) throw new Error(`a block from ${block.source} to ${block.target}`);
    senders.push(new Sender(block, target, dialect));
  }
  const inputs = net.inputs.map(({ name, spikes }) => ({
    senders: outgoing.get(name) ?? [],
    spikes: [...spikes].sort((a, b) => a.step - b.step),
    next: 0,
  }));
  for (let step = 0; step < net.steps; step++) {
    for (const input of inputs) {
      const now: InputSpike[] = [];
      while (input.next < input.spikes.length && input.spikes[input.next].step === step) now.push(input.spikes[input.next++]);
      for (const sender of input.senders) sender.send(now, step + dialect.inputLatency);
    }
    for (const group of all) group.update(step);
    for (const group of all) {
      const spikes = group.fired.map((neuron): InputSpike => ({ step, neuron, payload: 1 }));
      for (const sender of outgoing.get(group.group.name) ?? []) sender.send(spikes, step + 1);
    }
    if (!observe(step, all)) return;
  }
}

class Neurons implements GroupState {
  readonly group: EmulatedGroup;
  readonly u: Float64Array;
  readonly v: Float64Array;
  readonly reading: Float64Array;
  readonly fired: number[] = [];
  readonly #dialect: Dialect;
  readonly #held: Int32Array;
  /** Sums that arrive in later steps. */
  readonly #arriving = new Map<number, Float64Array>();

  constructor(group: EmulatedGroup, dialect: Dialect) {
    this.group = group;
    this.u = new Float64Array(group.size);
    this.v = new Float64Array(group.size);
    this.reading = new Float64Array(group.size);
    this.#held = new Int32Array(group.size);
    this.#dialect = dialect;
  }

  /** Input of `step`, to be added to. */
  arrivals(step: number): Float64Array {
    const known = this.#arriving.get(step);
    if (known !== undefined) return known;
    const made = new Float64Array(this.group.size);
    this.#arriving.set(step, made);
    return made;
  }

  update(step: number): void {
    const { group, u, v, reading } = this;
    const dialect = this.#dialect;
    const arrived = this.#arriving.get(step);
    this.#arriving.delete(step);
    this.fired.length = 0;
    for (let i = 0; i < group.size; i++) {
      const before = u[i];
      const input = dialect.wrapInput(arrived?.[i] ?? 0);
      u[i] = dialect.wrapCurrent(dialect.decay(before, group.currentDecay[i] + dialect.currentOffset) + input);
      const drive = dialect.wrapDrive(dialect.drive(u[i], before) + dialect.bias(group.biasMantissa[i], group.biasExponent[i]));
      const potential = dialect.clipVoltage(dialect.decay(v[i], group.voltageDecay[i]) + drive, group.vMin[i], group.vMax[i]);
      if (!(Math.abs(u[i]) <= EXACT_MAX && Math.abs(potential) <= EXACT_MAX)) {
        throw new EmulationError(`${group.name}[${i}] at step ${step}: a state beyond 2^40`);
      }
      const held = this.#held[i];
      const fires = held === 0 && dialect.fires(potential, 64 * group.thresholdMantissa[i]);
      v[i] = held > 0 || fires ? 0 : potential;
      this.#held[i] = fires ? dialect.heldSteps(group.refractDelay[i]) : Math.max(0, held - 1);
      reading[i] = dialect.readVoltage(v[i], fires ? group.refractDelay[i] : held);
      if (fires) this.fired.push(i);
    }
  }
}

class Sender {
  readonly #block: EmulatedBlock;
  readonly #target: Neurons;
  readonly #dialect: Dialect;
  /** Sums of one step's spikes, by delay and target. */
  readonly #sums: Float64Array;

  constructor(block: EmulatedBlock, target: Neurons, dialect: Dialect) {
    this.#block = block;
    this.#target = target;
    this.#dialect = dialect;
    let delayMax = 0;
    for (const delay of block.synapses.delay) delayMax = Math.max(delayMax, delay);
    this.#sums = new Float64Array((delayMax + 1) * target.group.size);
  }

  /** Sums the spikes of one step, delay by delay, and scales each sum. `arrival`: the step that those without delay arrive in. */
  send(spikes: readonly InputSpike[], arrival: number): void {
    if (spikes.length === 0) return;
    const { synapses, messageBits, convolution, exponent } = this.#block;
    const dialect = this.#dialect;
    const { size } = this.#target.group;
    const sums = this.#sums.fill(0);
    for (const { neuron, payload } of spikes) {
      const message = dialect.message(payload, messageBits);
      for (let k = synapses.first[neuron]; k < synapses.first[neuron + 1]; k++) {
        sums[synapses.delay[k] * size + synapses.target[k]] += synapses.weight[k] * message;
      }
    }
    for (let delay = 0; delay * size < sums.length; delay++) {
      const arrivals = this.#target.arrivals(arrival + dialect.delay(delay));
      for (let i = 0; i < size; i++) {
        const sum = sums[delay * size + i];
        if (Math.abs(sum) > EXACT_MAX) throw new EmulationError(`${this.#target.group.name}[${i}]: a sum of weights beyond 2^40`);
        arrivals[i] += convolution ? dialect.convolutionInput(sum) : dialect.blockInput(sum, exponent);
      }
    }
  }
}
