import type { SpinnakerCore } from '../../ir/spinnaker-core.ts';
import type { ProblemLog } from './problem-log.ts';

const SLOT_MAX = 0xffff;
const RECEPTORS = ['excitatory', 'inhibitory', 'gate', 'unused'] as const;

/**
 * Slots of 16 bits for each delay, synapse type and neuron, in the order of a synaptic word's lower bits: a word plus the time in its delay
 * field is, masked, the number of its slot.
 */
export class RingBuffer {
  readonly slots: Uint16Array;
  /** Largest value that any slot of a type and neuron had when it was read. */
  readonly maxima: Uint16Array;
  readonly #name: string;
  readonly #log: ProblemLog;
  readonly #indexBits: number;
  readonly #timeShift: number;
  readonly #mask: number;

  constructor({ layout }: SpinnakerCore, name: string, log: ProblemLog) {
    this.#name = name;
    this.#log = log;
    this.#indexBits = layout.indexBits;
    this.#timeShift = layout.indexBits + layout.typeBits;
    this.slots = new Uint16Array(2 ** (this.#timeShift + layout.delayBits));
    this.maxima = new Uint16Array(2 ** this.#timeShift);
    this.#mask = this.slots.length - 1;
  }

  /** First slot of a step. */
  firstOf = (step: number): number => (step << this.#timeShift) & this.#mask;

  /** Adds words[first] .. words[last - 1], sent in `step`, each `times` times. A delay of 0 is a full lap, since the slots of this step were read before. */
  add(words: Int32Array, first: number, last: number, step: number, times: number): void {
    const slots = this.slots;
    const mask = this.#mask;
    const time = this.firstOf(step);
    for (let k = first; k < last; k++) {
      const word = words[k];
      const slot = (word + time) & mask;
      const sum = slots[slot] + times * (word >>> 16);
      slots[slot] = sum;
      if (sum > SLOT_MAX) this.#saturate(slot, step);
    }
  }

  /** Nobody reads the slots of this step. */
  clear(step: number): void {
    const first = this.firstOf(step);
    this.slots.fill(0, first, first + 2 ** this.#timeShift);
  }

  #saturate(slot: number, step: number): void {
    this.slots[slot] = SLOT_MAX;
    this.#log.add('slot-saturated', this.#name, step, () => {
      const type = (slot >> this.#indexBits) % 2 ** (this.#timeShift - this.#indexBits);
      return `neuron ${slot % 2 ** this.#indexBits}, ${RECEPTORS[type]}, slot ${slot >> this.#timeShift}`;
    });
  }
}
