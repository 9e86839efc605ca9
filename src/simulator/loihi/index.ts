import type { ChipModel } from '../../ir/chip-model.ts';
import type { Clip } from '../../ir/clip.ts';
import type { LoihiProgram } from '../../ir/mapping.ts';
import type { PopulationCounts, Trace } from '../../ir/trace.ts';
import { checkProgram } from './check-program.ts';
import { RUN_FIELDS, RunField } from './core-state.ts';
import { buildMachine, type Machine } from './machine.ts';
import { type Recorder, startRecorder } from './recorder.ts';
import { type Probe, type Run, runSegment } from './run-segment.ts';
import { checkPayloads, executeEmbedded, featuresOf, type Streams, streamOf } from './streams.ts';

export type { Probe } from './run-segment.ts';

export interface RunOptions {
  /** Keep the rasters of all populations. */
  readonly record: boolean;
  /** Keep who sent what when, for `detailed` timing. */
  readonly recordSends?: boolean;
  readonly probe?: Probe;
}

export { checkProgram };

/** Runs clips one at a time, each from power-on state. */
export interface ChipSimulator {
  /**
   * Throws `data-shape-mismatch`, `data-malformed` or `value-out-of-range` for a clip that the program cannot take in.
   */
  run(clip: Clip, options: RunOptions): Trace;
}

/**
 * A simulator of a Loihi-style chip in chip time, bit-exact in Lava's fixed-point arithmetic (see lif.ts). A spike sent at chip step t through
 * a block with delay d is summed at step t + 1 + d; payload and weight multiply, exponents shift. Throws `program-malformed` (all
 * violations at once) where the program points outside itself or outside the chip's registers.
 */
export function createChipSimulator(program: LoihiProgram, chip: ChipModel): ChipSimulator {
  checkProgram(program, chip);
  const machine = buildMachine(program, chip);
  return {
    run(clip, options) {
      const recorder = startRecorder(program, machine.populations.length, machine.readoutSteps, options.recordSends ?? false);
      const spikeTrains = machine.populations.map((population) =>
        population.buffered || options.record ? new Uint8Array(population.steps * population.neurons) : null,
      );
      const run: Run = { machine, recorder, spikeTrains, streams: openStreams(machine, clip), probe: options.probe ?? null };
      for (const core of machine.cores) {
        core.cells.fill(0, core.fastFirst);
        core.axonHits.fill(0);
      }
      runSegments(run, chip);
      return finishTrace(run, options.record);
    },
  };
}

function openStreams(machine: Machine, clip: Clip): Streams {
  const { readout } = machine.program;
  const { injection, size } = machine.features;
  const streams: Streams = new Map([[readout.featuresStream, featuresOf(clip, injection.steps, size, readout)]]);
  if (readout.maskStream !== null) streams.set(readout.maskStream, clip.valid);
  return streams;
}

function runSegments(run: Run, chip: ChipModel): void {
  const { machine, recorder, streams } = run;
  let firstStep = 0;
  recorder.embeddedOperations[0] += execute(run, BEFORE_FIRST);
  for (const [index, plan] of machine.segments.entries()) {
    for (const { injection } of plan.injections) checkPayloads(injection, streamOf(streams, injection.stream), chip);
    runSegment(run, plan, firstStep);
    firstStep += plan.segment.steps;
    machine.populations.forEach((population, p) => {
      const train = run.spikeTrains[p];
      if (population.segment === index && population.buffered && train !== null) streams.set(population.name, train);
    });
    recorder.embeddedOperations[index] += workAfterSegment(run, index);
  }
}

/** Streams made ready, windows opened and closed, fast weights cleared before they are written, and the read-out of the decision. In operations. */
function workAfterSegment(run: Run, index: number): number {
  const { program, populations, segments } = run.machine;
  let operations = execute(run, index) + segments[index].windowWrites;
  if (segments.findIndex((plan) => plan.segment.kind === 'write') === index + 1) {
    for (const core of program.cores) operations += core.fastWeightCells;
  }
  const readout = populations.find((population) => population.name === program.readout.population);
  return readout?.segment === index ? operations + readout.steps * program.readout.classes : operations;
}

/** `afterSegment` of what is done with the clip's features before anything runs; counted with the first segment. */
const BEFORE_FIRST = -1;

function execute({ machine: { program }, recorder, streams }: Run, afterSegment: number): number {
  let operations = 0;
  program.embedded.forEach((operation, o) => {
    if (operation.afterSegment !== afterSegment) return;
    recorder.embeddedWork[o] = executeEmbedded(operation, streams);
    operations += recorder.embeddedWork[o];
  });
  return operations;
}

function finishTrace(run: Run, record: boolean): Trace {
  const { machine, recorder } = run;
  const rasters = new Map<string, Int32Array>();
  if (record) {
    machine.populations.forEach((population, index) => {
      if (population.role === 'spiking') rasters.set(population.name, rasterOf(run.spikeTrains[index], population.neurons));
    });
  }
  return {
    steps: recorder.steps,
    cores: machine.cores.length,
    segmentOfStep: recorder.segmentOfStep,
    perCore: recorder.perCore,
    perStep: recorder.perStep,
    embeddedOperations: recorder.embeddedOperations,
    embeddedWork: recorder.embeddedWork,
    rasters,
    populations: countPopulations(machine, recorder),
    sends: recorder.sends?.finish() ?? null,
    readout: recorder.readout,
  };
}

/** (step, neuron) pairs, sorted. */
function rasterOf(train: Uint8Array | null, neurons: number): Int32Array {
  const pairs: number[] = [];
  train?.forEach((spike, i) => {
    if (spike !== 0) pairs.push(Math.floor(i / neurons), i % neurons);
  });
  return Int32Array.from(pairs);
}

/** Synaptic events by population, from how often each axon was activated. */
function countPopulations(machine: Machine, recorder: Recorder): ReadonlyMap<string, PopulationCounts> {
  const events = new Float64Array(machine.populations.length);
  for (const core of machine.cores) {
    for (let axon = 0; axon < core.axonList.length; axon++) {
      if (core.axonHits[axon] === 0) continue;
      const list = core.axonList[axon];
      for (let r = core.listFirst[list]; r < core.listFirst[list + 1]; r++) {
        events[core.groups[core.groupOfRun[r]].population] += core.axonHits[axon] * core.runs[r * RUN_FIELDS + RunField.count];
      }
    }
  }
  return new Map(
    machine.populations.map(({ name }, index) => [
      name,
      { spikes: recorder.spikes[index], synapticEvents: events[index], wraps: recorder.wraps[index] },
    ]),
  );
}
