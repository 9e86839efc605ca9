import type { NeuronProgram, SpinnakerProgram } from '../../ir/spinnaker-program.ts';
import type { PopulationCounts } from '../../ir/trace.ts';
import type { CoreSimulator } from './core-simulator.ts';
import { MACHINE_FIELDS, MachineField, type MachineTrace } from './machine-trace.ts';

/** Counts by step and core while a clip runs. */
export class Recorder {
  readonly cycles: Float64Array;
  readonly softwareCycles: Float64Array;
  /** Cycles of making and of sending a stream, by the stream. */
  readonly work = new Map<string, number>();
  /** Where the cores of this step begin in `cycles`. */
  row = 0;
  readonly #program: SpinnakerProgram;
  readonly #steps: number;
  readonly #perStep: Float64Array;
  readonly #coreEvents: Float64Array;
  readonly #rasters: Map<string, number[]> | null;
  readonly #spikes = new Map<string, number>();
  readonly #events = new Map<string, number>();
  readonly #readout: Int32Array;
  #step = 0;

  constructor(program: SpinnakerProgram, record: boolean) {
    const cores = program.cores.length;
    this.#program = program;
    this.#steps = program.segments.reduce((sum, { steps }) => sum + steps, 0);
    this.cycles = new Float64Array(this.#steps * cores);
    this.softwareCycles = new Float64Array(program.segments.length * cores);
    this.#perStep = new Float64Array(this.#steps * MACHINE_FIELDS);
    this.#coreEvents = new Float64Array(cores);
    this.#rasters = record ? new Map() : null;
    const readout = program.cores.find((core) => core.kind === 'neurons' && core.role === 'readout');
    this.#readout = new Int32Array((readout?.kind === 'neurons' ? readout.steps : 0) * program.readout.classes);
    for (const core of program.cores) {
      if (core.kind !== 'neurons') continue;
      this.#spikes.set(core.population, 0);
      this.#events.set(core.population, 0);
      if (core.role === 'spiking') this.#rasters?.set(core.population, []);
    }
  }

  worked(stream: string, amount: number): void {
    this.work.set(stream, (this.work.get(stream) ?? 0) + amount);
  }

  next(): void {
    this.#step++;
    this.row += this.#program.cores.length;
  }

  count(field: number, amount: number): void {
    this.#perStep[this.#step * MACHINE_FIELDS + field] += amount;
  }

  fired(program: NeuronProgram, simulator: CoreSimulator, count: number, step: number): void {
    const row = step - program.start;
    if (program.role === 'readout') this.#readout.set(simulator.v, row * this.#program.readout.classes + program.firstNeuron);
    this.count(MachineField.spikes, count);
    this.#spikes.set(program.population, (this.#spikes.get(program.population) ?? 0) + count);
    const raster = this.#rasters?.get(program.population);
    for (let k = 0; k < count; k++) raster?.push(row, program.firstNeuron + simulator.fired[k]);
  }

  events(core: number, population: string, events: number): void {
    this.count(MachineField.synapticEvents, events);
    this.#coreEvents[core] += events;
    this.#events.set(population, (this.#events.get(population) ?? 0) + events);
  }

  finish(): MachineTrace {
    const counts = ([population, spikes]: [string, number]): [string, PopulationCounts] => [
      population,
      { spikes, synapticEvents: this.#events.get(population) ?? 0, wraps: 0 },
    ];
    return {
      steps: this.#steps,
      cores: this.#program.cores.length,
      cycles: this.cycles,
      softwareCycles: this.softwareCycles,
      work: this.work,
      perStep: this.#perStep,
      coreEvents: this.#coreEvents,
      rasters: new Map([...(this.#rasters ?? [])].map(([population, pairs]) => [population, sortedPairs(pairs)])),
      populations: new Map([...this.#spikes].map(counts)),
      readout: this.#readout,
    };
  }
}

/** Slices of a population fire one after the other within a step. */
function sortedPairs(pairs: readonly number[]): Int32Array {
  const rows = Array.from({ length: pairs.length / 2 }, (_, i): [number, number] => [pairs[2 * i], pairs[2 * i + 1]]);
  return Int32Array.from(rows.sort((a, b) => a[0] - b[0] || a[1] - b[1]).flat());
}
