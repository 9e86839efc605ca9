import type { SpinnakerCore } from '../../ir/spinnaker-core.ts';
import { checkCore } from './check-core.ts';
import type { Dialect } from './dialect.ts';
import { LifCore } from './lif-core.ts';
import { PopulationTable, type RowSource } from './population-table.ts';
import type { ProblemLog } from './problem-log.ts';
import { RingBuffer } from './ring-buffer.ts';

/** What a core did since it was created or reset. */
export interface CoreCounts {
  packets: number;
  /** Packets whose key is in no entry of the table: the core drops them. */
  unmatchedPackets: number;
  /** Rows fetched from SDRAM, and the words of them, headers and padding included. */
  rows: number;
  rowWords: number;
  synapticEvents: number;
  spikes: number;
}

const NO_COUNTS: CoreCounts = { packets: 0, unmatchedPackets: 0, rows: 0, rowWords: 0, synapticEvents: 0, spikes: 0 };

/** One core, in steps. `tick` begins a step; the packets of that step are received before the next tick. */
export interface CoreSimulator {
  readonly core: SpinnakerCore;
  readonly name: string;
  /** The timer interrupt: slots become input, neurons advance. Returns how many fired: the first entries of `fired`. */
  tick(step: number): number;
  /**
   * A packet with this key, sent in step `sent`. One that was sent before the step of the last tick is late. `times`: its payload, spikes that it
   * stands for; left out: 1.
   */
  receive(key: number, sent: number, times?: number): void;
  readonly fired: Int32Array;
  readonly v: Int32Array;
  readonly synapses: readonly Int32Array[];
  /** Largest slot of each [type][neuron, padded to a power of 2] since the last reset, raw. */
  readonly slotMaxima: Uint16Array;
  readonly counts: Readonly<CoreCounts>;
  /** Back to the state that the core is loaded with. */
  reset(): void;
}

/**
 * Runs one core of a SpiNNaker chip from what it was loaded with, bit for bit: packets find rows through the master population table, rows add
 * to the ring buffer, slots drive LIF neurons. Whatever the hardware loses on the way goes to `log`. Throws `program-malformed`, all violations
 * at once, for a core that points outside itself.
 */
export function createCoreSimulator(core: SpinnakerCore, name: string, dialect: Dialect, log: ProblemLog): CoreSimulator {
  checkCore(core, name);
  return new Simulator(core, name, dialect, log);
}

class Simulator implements CoreSimulator {
  readonly core: SpinnakerCore;
  readonly name: string;
  readonly counts: CoreCounts = { ...NO_COUNTS };
  readonly #log: ProblemLog;
  readonly #neurons: LifCore;
  readonly #ring: RingBuffer;
  readonly #table: PopulationTable;
  #step = 0;

  constructor(core: SpinnakerCore, name: string, dialect: Dialect, log: ProblemLog) {
    this.core = core;
    this.name = name;
    this.#log = log;
    this.#neurons = new LifCore(core, name, dialect, log);
    this.#ring = new RingBuffer(core, name, log);
    this.#table = new PopulationTable(core);
  }

  get fired(): Int32Array {
    return this.#neurons.fired;
  }

  get v(): Int32Array {
    return this.#neurons.v;
  }

  get synapses(): readonly Int32Array[] {
    return this.#neurons.synapses;
  }

  get slotMaxima(): Uint16Array {
    return this.#ring.maxima;
  }

  tick(step: number): number {
    this.#step = step;
    const { window } = this.core;
    if (window !== undefined && (step < window.start || step >= window.start + window.steps)) {
      this.#ring.clear(step);
      return 0;
    }
    this.#neurons.transfer(this.#ring.slots, this.#ring.firstOf(step), this.#ring.maxima, step);
    const fired = this.#neurons.update(step);
    this.#neurons.shape();
    this.counts.spikes += fired;
    return fired;
  }

  receive(key: number, sent: number, times = 1): void {
    const step = this.#step;
    this.counts.packets++;
    if (sent < step) {
      this.#log.add('spike-late', this.name, step, () => `key ${hex(key)} sent in step ${sent}`);
      if (this.core.dropLatePackets) return;
    }
    const entry = this.#table.find(key);
    if (entry < 0) {
      this.counts.unmatchedPackets++;
      return;
    }
    const neuron = this.#table.neuronOf(entry, key);
    for (const block of this.#table.blocksOf(entry)) this.#addRow(block, neuron, key, times);
  }

  #addRow({ words, first, stride, rows, headerWords }: RowSource, neuron: number, key: number, times: number): void {
    const step = this.#step;
    if (neuron >= rows) {
      this.#log.add('row-missing', this.name, step, () => `key ${hex(key)}, row ${neuron} of ${rows}`);
      return;
    }
    const { counts } = this;
    const at = first + neuron * stride;
    const begin = at + headerWords;
    const synapses = headerWords === 0 ? 1 : words[at + 1];
    this.#ring.add(words, begin, begin + synapses, step, times);
    counts.synapticEvents += synapses;
    if (headerWords > 0) {
      counts.rows++;
      counts.rowWords += stride;
    }
  }

  reset(): void {
    Object.assign(this.counts, NO_COUNTS);
    this.#neurons.reset();
    this.#ring.slots.fill(0);
    this.#ring.maxima.fill(0);
    this.#step = 0;
  }
}

const hex = (key: number): string => `0x${key.toString(16).padStart(8, '0')}`;
