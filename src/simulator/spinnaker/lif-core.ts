import type { SpinnakerCore } from '../../ir/spinnaker-core.ts';
import { EXCITATORY, GATE, INHIBITORY, NEURON_FIELDS, NeuronField, synapseTypesOf } from '../../ir/spinnaker-neuron.ts';
import { ACCUM_ONE, decayAccum, multiplyTruncated } from './accum.ts';
import type { Dialect } from './dialect.ts';
import { deltaScale, deriveConstants, type LifConstants } from './lif-constants.ts';
import type { ProblemLog } from './problem-log.ts';

/** Magnitude at which a product of raw accums no longer fits one. */
const PRODUCT_LIMIT = 2 ** 46 - 2 ** 14;

/** Neurons of one core: the rules of dialect.ts in typed arrays, and a note of every number that left its register. */
export class LifCore {
  readonly v: Int32Array;
  /** Synaptic input by type. */
  readonly synapses: readonly Int32Array[];
  /** Neurons that fired in the last update: its first entries. */
  readonly fired: Int32Array;
  readonly #core: SpinnakerCore;
  readonly #name: string;
  readonly #log: ProblemLog;
  readonly #constants: LifConstants;
  readonly #multiply: Dialect['multiply'];
  readonly #inputScale: number;
  readonly #columns: {
    readonly vRest: Int32Array;
    readonly offset: Int32Array;
    readonly threshold: Int32Array;
    readonly vReset: Int32Array;
  };
  readonly #refractory: Int32Array;

  constructor(core: SpinnakerCore, name: string, dialect: Dialect, log: ProblemLog) {
    const { neurons, parameters, timestep, model } = core;
    this.#core = core;
    this.#name = name;
    this.#log = log;
    this.#constants = deriveConstants(parameters, timestep, model, dialect);
    this.#multiply = dialect.multiply;
    this.#inputScale = model === 'curr-exp' ? ACCUM_ONE : deltaScale(timestep);
    const column = (field: number): Int32Array => Int32Array.from({ length: neurons }, (_, n) => parameters[n * NEURON_FIELDS + field]);
    this.#columns = {
      vRest: column(NeuronField.vRest),
      offset: column(NeuronField.currentOffset),
      threshold: column(NeuronField.threshold),
      vReset: column(NeuronField.vReset),
    };
    this.v = new Int32Array(neurons);
    this.synapses = Array.from({ length: synapseTypesOf(model) }, () => new Int32Array(neurons));
    this.fired = new Int32Array(neurons);
    this.#refractory = new Int32Array(neurons);
    this.reset();
  }

  /** The state that the core is loaded with. */
  reset(): void {
    const { parameters, neurons } = this.#core;
    for (let n = 0; n < neurons; n++) {
      const at = n * NEURON_FIELDS;
      this.v[n] = parameters[at + NeuronField.vInit];
      this.#refractory[n] = parameters[at + NeuronField.refractoryInit];
      this.synapses[EXCITATORY][n] = parameters[at + NeuronField.excitatoryInit];
      this.synapses[INHIBITORY][n] = parameters[at + NeuronField.inhibitoryInit];
    }
  }

  /** Takes in and clears the slots of this step, which begin at `first`: type after type, neuron after neuron. Notes the largest ones. */
  transfer(slots: Uint16Array, first: number, maxima: Uint16Array, step: number): void {
    const { neurons, model, layout, shifts } = this.#core;
    for (const [type, values] of this.synapses.entries()) {
      const init = this.#constants.init[type];
      const row = type << layout.indexBits;
      const largest = (2 ** 31 - 1) / 2 ** shifts[type];
      for (let n = 0; n < neurons; n++) {
        const raw = slots[first + row + n];
        if (raw === 0) continue;
        slots[first + row + n] = 0;
        if (raw > maxima[row + n]) maxima[row + n] = raw;
        const input = raw << shifts[type];
        const sum = values[n] + (model === 'curr-exp' ? decayAccum(input, init[n]) : input);
        values[n] = sum;
        if (values[n] !== sum || raw > largest) this.#overflow(step, n);
      }
    }
  }

  /** One step of all neurons; how many fired. */
  update(step: number): number {
    const { v, fired } = this;
    const { vRest, offset, threshold, vReset } = this.#columns;
    const { resistance, keep, refractorySteps } = this.#constants;
    const multiply = this.#multiply;
    const refractory = this.#refractory;
    const scaled = this.#inputScale !== ACCUM_ONE;
    const [exc, inh] = this.synapses;
    const gate = this.#core.model === 'gated-delta' ? this.synapses[GATE] : null;
    let count = 0;
    for (let n = 0; n < v.length; n++) {
      if (refractory[n] > 0) {
        refractory[n]--;
      } else {
        const input = scaled ? this.#scaledInput(n) : exc[n] - inh[n];
        const current = gate !== null && gate[n] === 0 ? 0 : input + offset[n];
        const target = multiply(current | 0, resistance[n]) + vRest[n];
        const gap = (target | 0) - v[n];
        const after = (target | 0) - multiply(keep[n], gap | 0);
        v[n] = after;
        const left = Math.abs(current * resistance[n]) >= PRODUCT_LIMIT || Math.abs(keep[n] * gap) >= PRODUCT_LIMIT;
        if (left || (current | 0) !== current || (target | 0) !== target || (gap | 0) !== gap || v[n] !== after) this.#overflow(step, n);
      }
      if (v[n] < threshold[n]) continue;
      v[n] = vReset[n];
      refractory[n] = refractorySteps[n];
      fired[count++] = n;
    }
    return count;
  }

  /** Synapses decay, or end. */
  shape(): void {
    this.synapses.forEach((values, type) => {
      if (this.#core.model !== 'curr-exp') {
        values.fill(0);
        return;
      }
      const decay = this.#constants.decay[type];
      for (let n = 0; n < values.length; n++) {
        if (values[n] !== 0) values[n] = decayAccum(values[n], decay[n]);
      }
    });
  }

  /** Each receptor times 1 / timestep, in plain products whatever the dialect [SP input_type_delta.h]. */
  #scaledInput(n: number): number {
    const [exc, inh] = this.synapses;
    return multiplyTruncated(exc[n], this.#inputScale) - multiplyTruncated(inh[n], this.#inputScale);
  }

  #overflow(step: number, neuron: number): void {
    this.#log.add('accum-overflow', this.#name, step, () => `neuron ${neuron}`);
  }
}
