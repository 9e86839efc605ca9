import type { Injection, Routes } from '../../ir/mapping.ts';
import { CORE_FIELDS, CoreField, EMBEDDED, HOME, StepField } from '../../ir/trace.ts';
import type { RouteCosts } from '../floor.ts';
import type { CoreState, GroupState } from './core-state.ts';
import { updateLif } from './lif.ts';
import type { Machine, SegmentPlan } from './machine.ts';
import { enterStep, type Recorder } from './recorder.ts';
import { type Stream, type Streams, streamOf } from './streams.ts';
import { activateAxon, activateAxonForWriting, writeFastWeights } from './synapses.ts';

/** Sees a core's u and v after its update in chip step `step` of segment `segment`. For tests and debugging. */
export type Probe = (segment: number, step: number, core: number, u: Int32Array, v: Int32Array) => void;

/** Everything a segment works on in one clip. */
export interface Run {
  readonly machine: Machine;
  readonly recorder: Recorder;
  readonly streams: Streams;
  /** [steps, neurons] spikes of each population that is buffered or recorded, by index. */
  readonly spikeTrains: readonly (Uint8Array | null)[];
  readonly probe: Probe | null;
}

/** Runs one segment from clear state; its first chip step is number `firstStep` of the clip. */
export function runSegment(run: Run, plan: SegmentPlan, firstStep: number): void {
  const { machine, recorder } = run;
  const { cores } = machine;
  const writing = plan.segment.kind === 'write';
  const injected = plan.injections.map(({ injection, costs }) => ({ injection, costs, stream: streamOf(run.streams, injection.stream) }));
  for (const core of cores) clear(core);
  for (let step = 0; step < plan.segment.steps; step++) {
    enterStep(recorder, firstStep + step, cores.length);
    for (const core of cores) {
      core.slot = (step % core.ringSteps) * core.compartments;
      core.next = ((step + 1) % core.ringSteps) * core.compartments;
    }
    for (const [number, { injection, costs, stream }] of injected.entries()) {
      const row = step - injection.start;
      if (row < 0 || row >= injection.steps) continue;
      sendRow(run, injection, number, costs, stream, row, writing);
      if (injection === machine.features.injection) countHostValues(run, row);
    }
    for (let index = 0; index < cores.length; index++) {
      const core = cores[index];
      const counters = recorder.coreRow + index * CORE_FIELDS;
      const active = writing ? teach(run, plan, core, index, counters) : updateGroups(run, plan, core, index, step, counters);
      recorder.perCore[counters + CoreField.active] = active;
      recorder.perCore[counters + CoreField.inactive] = core.compartments - active;
      core.ring.fill(0, core.slot, core.slot + core.compartments);
      run.probe?.(plan.segment.index, step, index, core.u, core.v);
    }
  }
}

/** Registers and accumulators are written to 0; fast weights stay. */
function clear(core: CoreState): void {
  core.u.fill(0);
  core.v.fill(0);
  core.ring.fill(0);
  for (const list of core.waiting) list.length = 0;
}

/** Updates the groups that are inside their windows and sends their spikes on. Returns how many compartments were at work. */
function updateGroups(run: Run, plan: SegmentPlan, core: CoreState, index: number, step: number, counters: number): number {
  const { machine, recorder } = run;
  const { outputs } = machine.program.cores[index];
  let active = 0;
  for (const group of plan.groups[index]) {
    if (step < group.start || step >= group.end) continue;
    const gated = group.gateFirst >= 0;
    const before = active;
    active += gated ? 2 * group.count : group.count;
    const gateFirst = gated ? core.slot + group.gateFirst : -1;
    const spikes = updateLif(core, group, group.first, group.count, core.ring, core.slot + group.first, gateFirst, machine.fired);
    if (core.wraps[0] > 0) {
      recorder.wraps[group.population] += core.wraps[0];
      core.wraps[0] = 0;
    }
    if (group.readout) readOut(run, core, group, index, step, counters, active);
    if (spikes === 0) continue;
    recorder.perCore[counters + CoreField.spikes] += spikes;
    recorder.spikes[group.population] += spikes;
    const train = run.spikeTrains[group.population];
    const row = (step - group.start) * machine.populations[group.population].neurons + group.firstNeuron - group.first;
    for (let i = 0; i < spikes; i++) {
      const compartment = machine.fired[i];
      if (train !== null) train[row + compartment] = 1;
      recorder.sends?.add(recorder.step, index, compartment, before + (compartment - group.first + 1) * (gated ? 2 : 1), 0);
      recorder.perCore[counters + CoreField.packetsOut] += send(run, outputs, machine.outputCosts[index], compartment, 1, false);
    }
    if (group.buffered) collect(run, index, spikes, counters, active);
  }
  return active;
}

function readOut(run: Run, core: CoreState, group: GroupState, index: number, step: number, counters: number, worked: number): void {
  const row = (step - group.start) * run.machine.program.readout.classes + group.firstNeuron;
  for (let i = 0; i < group.count; i++) run.recorder.readout[row + i] = core.v[group.first + i];
  collect(run, index, group.count, counters, worked);
}

/** Packets from a core to its embedded processor, when it has updated `worked` compartments. */
function collect({ machine, recorder }: Run, core: number, packets: number, counters: number, worked: number): void {
  recorder.sends?.add(recorder.step, core, HOME, worked, packets);
  const { perStep, stepRow } = recorder;
  const [horizontal, vertical] = machine.homeHops[core];
  recorder.perCore[counters + CoreField.packetsOut] += packets;
  perStep[stepRow + StepField.collected] += packets;
  perStep[stepRow + StepField.hopsHorizontal] += packets * horizontal;
  perStep[stepRow + StepField.hopsVertical] += packets * vertical;
  perStep[stepRow + StepField.chipCrossings] += packets * machine.homeCrossings[core];
  if (horizontal + vertical === 0) perStep[stepRow + StepField.inTile] += packets;
}

/** Writes the coincidences that fall into this step. Returns how many teaching compartments were at work. */
function teach({ machine, recorder }: Run, plan: SegmentPlan, core: CoreState, index: number, counters: number): number {
  const updates = writeFastWeights(core, machine.fastWeightMax);
  recorder.perCore[counters + CoreField.fastWeightUpdates] = updates;
  recorder.perStep[recorder.stepRow + StepField.fastWeightUpdates] += updates;
  return plan.teachers[index];
}

function sendRow(run: Run, injection: Injection, number: number, costs: RouteCosts, stream: Stream, row: number, writing: boolean): void {
  const { recorder } = run;
  const { routes, size } = injection;
  for (let source = 0; source < size; source++) {
    const payload = stream[row * size + source];
    if (payload === 0) continue;
    recorder.sends?.add(recorder.step, EMBEDDED, source, number, 0);
    recorder.perStep[recorder.stepRow + StepField.injected] += send(run, routes, costs, source, payload, writing);
  }
}

/** Sends a spike along all routes of its source. Returns the number of packets. */
function send({ machine, recorder }: Run, routes: Routes, costs: RouteCosts, source: number, payload: number, writing: boolean): number {
  const { perCore, perStep, coreRow, stepRow } = recorder;
  const end = routes.first[source + 1];
  for (let r = routes.first[source]; r < end; r++) {
    const core = machine.cores[routes.core[r]];
    const axon = routes.axon[r];
    if (writing) activateAxonForWriting(core, axon, payload);
    else activateAxon(core, axon, payload);
    core.axonHits[axon]++;
    const counters = coreRow + routes.core[r] * CORE_FIELDS;
    perCore[counters + CoreField.packetsIn]++;
    perCore[counters + CoreField.synapticEvents] += core.axonEvents[axon];
  }
  perStep[stepRow + StepField.hopsHorizontal] += costs.hopsHorizontal[source];
  perStep[stepRow + StepField.hopsVertical] += costs.hopsVertical[source];
  perStep[stepRow + StepField.inTile] += costs.inTile[source];
  perStep[stepRow + StepField.chipCrossings] += costs.chipCrossings[source];
  return costs.packets[source];
}

/** Features as the host hands them over, whatever becomes of them in the mesh. */
function countHostValues({ machine, recorder, streams }: Run, row: number): void {
  const { size } = machine.features;
  const stream = streamOf(streams, machine.program.readout.featuresStream);
  const first = row * size;
  let values = machine.program.readout.maskStream === null ? 0 : 1;
  for (let i = 0; i < size; i++) if (stream[first + i] !== 0) values++;
  recorder.perStep[recorder.stepRow + StepField.hostValues] = values;
}
