import { DiagnosticError } from '../../diagnostics/index.ts';
import type { Clip } from '../../ir/clip.ts';
import type { SpinnakerChip } from '../../ir/spinnaker-chip.ts';
import { linkEnds } from '../../ir/spinnaker-machine.ts';
import type { NeuronProgram, SoftwareProgram, SpinnakerProgram, SpinnakerSegment, StreamSend } from '../../ir/spinnaker-program.ts';
import { featuresOf } from '../loihi/streams.ts';
import { checkSpinnakerProgram } from './check-program.ts';
import { type CoreSimulator, createCoreSimulator } from './core-simulator.ts';
import { ROUNDED } from './dialect.ts';
import { Recorder } from './machine-recorder.ts';
import { MachineField, type MachineTrace } from './machine-trace.ts';
import { diagnoseProblems, ProblemLog } from './problem-log.ts';
import { type Route, Router } from './router.ts';
import { executeSoftware, outOfRange, type Streams, streamOf } from './software.ts';

export interface MachineSimulator {
  /** Runs one clip. Throws a DiagnosticError for whatever the machine would have lost without a word. */
  run(clip: Clip, options: { readonly record: boolean }): MachineTrace;
}

/** Packets stand for this many spikes at most: what one slot can hold of weights of one unit. */
const PAYLOAD_MAX = 0xffff;

/**
 * A machine made ready to run clips, from its program alone: images of cores, routing tables, software. Packets go where the tables send them; every
 * core must be done with a step before the next one begins. Throws `program-malformed`, all violations at once.
 */
export function createMachineSimulator(program: SpinnakerProgram, chip: SpinnakerChip): MachineSimulator {
  checkSpinnakerProgram(program, chip);
  return new Machine(program, chip);
}

interface NeuronCore {
  readonly index: number;
  readonly program: NeuronProgram;
  readonly simulator: CoreSimulator;
}

interface SoftwareCore {
  readonly index: number;
  readonly program: SoftwareProgram;
  readonly streams: Streams;
}

class Machine implements MachineSimulator {
  readonly #program: SpinnakerProgram;
  readonly #chip: SpinnakerChip;
  readonly #log = new ProblemLog();
  readonly #router: Router;
  readonly #neurons: readonly NeuronCore[];
  readonly #software: readonly SoftwareCore[];
  /** By index of the core; null where the other kind stands. */
  readonly #simulators: readonly (CoreSimulator | null)[];
  readonly #byIndex: ReadonlyMap<number, SoftwareCore>;
  readonly #budget: number;

  constructor(program: SpinnakerProgram, chip: SpinnakerChip) {
    this.#program = program;
    this.#chip = chip;
    this.#router = new Router(program, linkEnds(program.machine));
    this.#neurons = program.cores.flatMap((core, index) => {
      if (core.kind !== 'neurons') return [];
      return [{ index, program: core, simulator: createCoreSimulator(core.image, nameOf(program, index), ROUNDED, this.#log) }];
    });
    this.#software = program.cores.flatMap((core, index) =>
      core.kind === 'software' ? [{ index, program: core, streams: new Map<string, Int32Array>() }] : [],
    );
    const simulators = new Map(this.#neurons.map(({ index, simulator }) => [index, simulator]));
    this.#simulators = program.cores.map((_, index) => simulators.get(index) ?? null);
    this.#byIndex = new Map(this.#software.map((core) => [core.index, core]));
    this.#budget = chip.core.clock.value * chip.chip.timestep.value * program.timeScale;
  }

  run(clip: Clip, { record }: { readonly record: boolean }): MachineTrace {
    this.#log.clear();
    for (const { simulator } of this.#neurons) simulator.reset();
    this.#load(clip);
    const run = new Recorder(this.#program, record);
    for (const segment of this.#program.segments) this.#runSegment(segment, run);
    const problems = diagnoseProblems(this.#log);
    if (problems.length > 0) throw new DiagnosticError(problems);
    return run.finish();
  }

  /** What the host writes, and room for what is to come. */
  #load(clip: Clip): void {
    const { readout } = this.#program;
    const { featuresStream, maskStream } = readout;
    for (const { program, streams } of this.#software) {
      streams.clear();
      for (const { from, stream, steps, size } of program.records) {
        if (from === 'packets') streams.set(stream, new Int32Array(steps * size));
        else if (stream === featuresStream) streams.set(stream, featuresOf(clip, steps, size, readout));
        else if (stream === maskStream) streams.set(stream, Int32Array.from(clip.valid));
      }
    }
  }

  #runSegment(segment: SpinnakerSegment, run: Recorder): void {
    const sends = this.#software.flatMap((core) => this.#prepare(core, segment, run));
    const live = this.#neurons.filter(({ program }) => program.segment === segment.index);
    const { core: costs } = this.#chip;
    for (let step = 0; step < segment.steps; step++, run.next()) {
      const before = live.map(({ simulator }) => ({ ...simulator.counts }));
      const fired = live.map(({ simulator }) => simulator.tick(step));
      for (const { core, send } of sends) this.#send(core, send, step, segment, run);
      live.forEach(({ index, program, simulator }, i) => {
        run.cycles[run.row + index] += costs.stepCycles.value;
        if (step < program.start || step >= program.start + program.steps) return;
        run.cycles[run.row + index] += program.image.neurons * costs.neuronCycles.value;
        run.count(MachineField.neuronUpdates, program.image.neurons);
        run.fired(program, simulator, fired[i], step);
        for (let k = 0; k < fired[i]; k++) {
          const key = program.image.keys?.[simulator.fired[k]];
          if (key !== undefined) this.#deliver(this.#router.follow(program.chip, key), key, step, 1, false, segment, run);
        }
      });
      live.forEach(({ index, program, simulator }, i) => {
        const { packets, synapticEvents, rowWords } = simulator.counts;
        const events = synapticEvents - before[i].synapticEvents;
        run.cycles[run.row + index] += (packets - before[i].packets) * costs.packetCycles.value + events * costs.eventCycles.value;
        run.events(index, program.population, events);
        run.count(MachineField.sdramWords, rowWords - before[i].rowWords);
      });
      this.#requireInTime(step, run);
    }
  }

  /** Work before a segment: the streams that are sent in it are complete then. */
  #prepare(
    core: SoftwareCore,
    segment: SpinnakerSegment,
    run: Recorder,
  ): readonly { readonly core: SoftwareCore; readonly send: StreamSend }[] {
    const sends = core.program.sends.filter((send) => send.segment === segment.index);
    if (sends.length === 0) return [];
    for (const operation of core.program.operations) {
      if (core.program.sends[0].segment !== segment.index) break;
      const cycles = executeSoftware(operation, core.streams, this.#chip.software);
      run.softwareCycles[segment.index * this.#program.cores.length + core.index] += cycles;
      run.worked(operation.output, cycles);
    }
    return sends.map((send) => ({ core, send }));
  }

  #send({ index, program, streams }: SoftwareCore, send: StreamSend, step: number, segment: SpinnakerSegment, run: Recorder): void {
    const row = step - send.start;
    if (row < 0 || row >= send.steps) return;
    const stream = streamOf(streams, send.stream);
    run.cycles[run.row + index] += this.#chip.core.stepCycles.value;
    for (let channel = 0; channel < send.size; channel++) {
      const value = stream[row * send.size + channel];
      if (value === 0) continue;
      const base = value > 0 ? send.key : send.negativeKey;
      const times = Math.abs(value);
      if (base === null || times > (send.payload ? PAYLOAD_MAX : 1)) {
        const least = send.negativeKey === null ? 0 : -PAYLOAD_MAX;
        throw outOfRange(send.stream, value, row * send.size + channel, send.size, `${least} .. ${send.payload ? PAYLOAD_MAX : 1}`);
      }
      run.cycles[run.row + index] += this.#chip.software.sendCycles.value;
      run.worked(send.stream, this.#chip.software.sendCycles.value);
      const key = (base + channel) >>> 0;
      this.#deliver(this.#router.follow(program.chip, key), key, step, times, send.payload, segment, run);
    }
  }

  #deliver(route: Route, key: number, step: number, times: number, payload: boolean, segment: SpinnakerSegment, run: Recorder): void {
    run.count(payload ? MachineField.payloads : MachineField.packets, 1);
    run.count(payload ? MachineField.routedPayloads : MachineField.routed, route.routers);
    run.count(MachineField.links, route.links);
    for (const target of route.targets) {
      const simulator = this.#simulators[target];
      if (simulator !== null) {
        simulator.receive(key, step, times);
        continue;
      }
      run.cycles[run.row + target] += this.#chip.software.recordCycles.value;
      const core = this.#byIndex.get(target);
      if (core !== undefined) keep(core, key, step, segment);
    }
  }

  /** A core that is not done when its timer fires handles the rest as packets of the next step. */
  #requireInTime(step: number, run: Recorder): void {
    for (let core = 0; core < this.#program.cores.length; core++) {
      const cycles = run.cycles[run.row + core];
      if (cycles <= this.#budget) continue;
      this.#log.add('spike-late', nameOf(this.#program, core), step, () => `${cycles} of ${this.#budget} cycles`);
    }
  }
}

/** A bit of the bitmap of the stream that the key belongs to. */
function keep({ program, streams }: SoftwareCore, key: number, step: number, segment: SpinnakerSegment): void {
  for (const record of program.records) {
    if (record.from !== 'packets' || record.segment !== segment.index || (key & record.mask) >>> 0 !== record.key) continue;
    const local = key - record.key;
    const neuron = Math.floor(local / 2 ** record.sliceShift) * record.neuronsPerSlice + (local % 2 ** record.sliceShift);
    const row = step - record.start;
    if (neuron < record.size && row >= 0 && row < record.steps) streamOf(streams, record.stream)[row * record.size + neuron] = 1;
  }
}

/** `core 3 (chip 0,1, processor 2)` */
function nameOf({ cores, machine }: SpinnakerProgram, index: number): string {
  const { chip, processor } = cores[index];
  const { x, y } = machine.chips[chip];
  return `core ${index} (chip ${x},${y}, processor ${processor})`;
}
