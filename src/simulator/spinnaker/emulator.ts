import { EXCITATORY, INHIBITORY, NEURON_FIELDS, NeuronField, type SpinnakerModel, SYNAPSE_TYPES } from '../../ir/spinnaker-neuron.ts';
import type { Dialect, Phase } from './dialect.ts';
import { deriveConstants, type LifConstants } from './lif-constants.ts';

/** One core's neurons and the synaptic rows of all that reaches them. */
export interface EmulatedNet {
  readonly model: SpinnakerModel;
  readonly neurons: number;
  readonly sources: number;
  readonly steps: number;
  /** ms, s16.15. */
  readonly timestep: number;
  /** NEURON_FIELDS a neuron. */
  readonly parameters: Int32Array;
  /** Bits of a synaptic word: weight 16 | delay | type 1 | neuron. */
  readonly indexBits: number;
  readonly delayBits: number;
  /** Left shift of a slot on its way into a current, by synapse type. */
  readonly shifts: readonly number[];
  /** Synaptic words of each source, then of each neuron. */
  readonly rows: readonly (readonly number[])[];
  /** Sources that fire, by step. */
  readonly sourceSpikes: readonly (readonly number[])[];
}

/** After a step. */
export interface NeuronState {
  readonly v: Int32Array;
  /** By synapse type. */
  readonly synapses: readonly Int32Array[];
  /** Neurons that fired in this step, ascending. */
  readonly fired: readonly number[];
  /** Weights so far that did not fit their slot. */
  readonly saturations: number;
}

/** Called after each step; false stops. */
export type Observer = (step: number, state: NeuronState) => boolean;

/**
 * Steps a small net in the arithmetic of a dialect, written for reading and checking; every rule is the dialect's. Input of `curr-delta` is
 * taken as it comes: the factor 1 / timestep of the whole program is for createCoreSimulator. Returns the constants it used.
 */
export function emulate(net: EmulatedNet, dialect: Dialect, observe: Observer): LifConstants {
  const core = new Core(net, dialect);
  for (let step = 0; step < net.steps; step++) {
    core.run(step);
    if (!observe(step, core)) break;
  }
  return core.constants;
}

class Core implements NeuronState {
  readonly constants: LifConstants;
  readonly v: Int32Array;
  readonly synapses: readonly Int32Array[];
  readonly fired: number[] = [];
  saturations = 0;
  readonly #net: EmulatedNet;
  readonly #dialect: Dialect;
  readonly #refractory: Int32Array;
  /** [slot][type][neuron], the last two as a synaptic word has them. */
  readonly #ring: Uint16Array;

  constructor(net: EmulatedNet, dialect: Dialect) {
    const column = (field: number): Int32Array =>
      Int32Array.from({ length: net.neurons }, (_, n) => net.parameters[n * NEURON_FIELDS + field]);
    this.#net = net;
    this.#dialect = dialect;
    this.constants = deriveConstants(net.parameters, net.timestep, net.model, dialect);
    this.v = column(NeuronField.vInit);
    this.synapses = [column(NeuronField.excitatoryInit), column(NeuronField.inhibitoryInit)];
    this.#refractory = column(NeuronField.refractoryInit);
    this.#ring = new Uint16Array(SYNAPSE_TYPES << (net.indexBits + net.delayBits));
  }

  run(step: number): void {
    const phases: Record<Phase, () => void> = {
      transfer: () => this.#transfer(step),
      update: () => this.#update(),
      shape: () => this.#shape(),
      deliver: () => this.#deliver(step),
    };
    for (const phase of this.#dialect.order) phases[phase]();
  }

  #slotOf(step: number, typeAndNeuron: number): number {
    const { indexBits, delayBits } = this.#net;
    return (step % 2 ** delayBits) * (SYNAPSE_TYPES << indexBits) + typeAndNeuron;
  }

  /** The slots of this step become input of the synapses, and are cleared. */
  #transfer(step: number): void {
    const { model, neurons, indexBits, shifts } = this.#net;
    for (let type = 0; type < SYNAPSE_TYPES; type++) {
      for (let n = 0; n < neurons; n++) {
        const slot = this.#slotOf(step, (type << indexBits) + n);
        const input = this.#dialect.toInput(this.#ring[slot], shifts[type]);
        this.#ring[slot] = 0;
        this.synapses[type][n] += model === 'curr-exp' ? this.#dialect.decay(input, this.constants.init[type][n]) : input;
      }
    }
  }

  #update(): void {
    const { v } = this;
    const { multiply, integrates, fires, reset } = this.#dialect;
    const { resistance, keep, refractorySteps } = this.constants;
    this.fired.length = 0;
    for (let n = 0; n < v.length; n++) {
      const field = (index: number): number => this.#net.parameters[n * NEURON_FIELDS + index];
      const counter = this.#refractory[n];
      if (integrates(counter)) {
        const current = (this.synapses[EXCITATORY][n] - this.synapses[INHIBITORY][n] + field(NeuronField.currentOffset)) | 0;
        const target = (multiply(current, resistance[n]) + field(NeuronField.vRest)) | 0;
        v[n] = target - multiply(keep[n], (target - v[n]) | 0);
      } else {
        this.#refractory[n]--;
      }
      if (!fires(v[n], field(NeuronField.threshold), counter)) continue;
      v[n] = reset(v[n], field(NeuronField.vReset), field(NeuronField.threshold));
      this.#refractory[n] = refractorySteps[n];
      this.fired.push(n);
    }
  }

  #shape(): void {
    const { decay } = this.constants;
    this.synapses.forEach((values, type) => {
      for (let n = 0; n < values.length; n++) {
        values[n] = this.#net.model === 'curr-exp' ? this.#dialect.decay(values[n], decay[type][n]) : 0;
      }
    });
  }

  /** Spikes of this step add their rows to the slots that their delays name. */
  #deliver(step: number): void {
    const { sources, rows, sourceSpikes } = this.#net;
    for (const source of sourceSpikes[step]) this.#addRow(rows[source], step);
    for (const neuron of this.fired) this.#addRow(rows[sources + neuron], step);
  }

  #addRow(row: readonly number[], step: number): void {
    const { indexBits, delayBits } = this.#net;
    const { accumulate, delaySteps } = this.#dialect;
    for (const word of row) {
      const typeAndNeuron = word % (SYNAPSE_TYPES << indexBits);
      const field = (word >>> (indexBits + 1)) % 2 ** delayBits;
      const weight = word >>> 16;
      const slot = this.#slotOf(step + delaySteps(field, 2 ** delayBits), typeAndNeuron);
      const sum = accumulate(this.#ring[slot], weight);
      if (sum !== this.#ring[slot] + weight) this.saturations++;
      this.#ring[slot] = sum;
    }
  }
}
