import { describe, expect, it } from 'vitest';
import type { CostOptions } from '../../src/pipeline/costs.ts';
import { priced } from '../../src/pipeline/deployment.ts';
import { machineEnergy } from '../../src/pipeline/spinnaker/energy.ts';
import type { PaceOptions } from '../../src/simulator/pace.ts';
import { createMachineSimulator } from '../../src/simulator/spinnaker/machine-simulator.ts';
import { timeMachine } from '../../src/simulator/spinnaker/machine-timing.ts';
import { MACHINE_FIELDS, MachineField, meanMachineCounts, totalMachineCounts } from '../../src/simulator/spinnaker/machine-trace.ts';
import { SPINNAKER1 } from '../../src/targets/spinnaker/chips/spinnaker1.ts';
import { randomClip, tinySpikeScr } from '../support/networks.ts';
import { deployOn } from '../targets/spinnaker/deployments.ts';

const network = tinySpikeScr();
const clip = randomClip(network, 1);
const { mapping } = deployOn(network, [clip]);
const { program } = mapping;
const trace = createMachineSimulator(program, SPINNAKER1).run(clip, { record: true });
const counts = totalMachineCounts(trace);
const timing = timeMachine(trace, program, SPINNAKER1);
const fast = { pace: 'fast', timestepS: null } as const;
const own = { profile: null, timing: 'simple', without: [] } as const;
const price = (costs: CostOptions, pace: PaceOptions = fast) =>
  machineEnergy(counts, [timing], program, SPINNAKER1, { pace, costs }, { acs: 0, macs: 0 });
const energy = price(own);
const termOf = (name: string) => energy.terms.find((term) => term.name === name);

describe('counts of a machine', () => {
  it('follow from rasters and programs', () => {
    const spikes = [...trace.rasters.values()].reduce((sum, raster) => sum + raster.length / 2, 0);
    expect(counts.spikes).toBe(spikes);
    // Every spike is a packet; the rest are sent by software.
    expect(counts.packets).toBeGreaterThan(spikes);
    expect(counts.payloads).toBeGreaterThan(0);
    // One router more than links.
    expect(counts.routed + counts.routedPayloads).toBe(counts.links + counts.packets + counts.payloads);
    const updates = program.cores.reduce((sum, core) => sum + (core.kind === 'neurons' ? core.image.neurons * core.steps : 0), 0);
    expect(counts.neuronUpdates).toBe(updates);
    expect([...trace.populations.values()].reduce((sum, { synapticEvents }) => sum + synapticEvents, 0)).toBe(counts.synapticEvents);
    // Each row has a header of three words besides its synapses.
    expect(counts.sdramWords).toBeGreaterThan(0);
  });

  it('add up to the cycles of the cores, by the costs of the chip', () => {
    const { core, software } = SPINNAKER1;
    const column = (field: number): number => {
      let sum = 0;
      for (let step = 0; step < trace.steps; step++) sum += trace.perStep[step * MACHINE_FIELDS + field];
      return sum;
    };
    const events = column(MachineField.synapticEvents) * core.eventCycles.value;
    const neurons = column(MachineField.neuronUpdates) * core.neuronCycles.value;
    const total = trace.cycles.reduce((sum, cycles) => sum + cycles, 0);
    const rest = total - events - neurons;
    // What is left are steps, packets, and software: whole multiples of their costs.
    expect(rest % 50).toBe(0);
    expect(rest).toBeGreaterThan(counts.packets * Math.min(core.packetCycles.value, software.sendCycles.value));
  });

  it('say what each stream costs the software that makes and sends it', () => {
    const all = [...trace.work.values()].reduce((sum, cycles) => sum + cycles, 0);
    const sent = counts.packets + counts.payloads - counts.spikes;
    expect(all).toBe(counts.softwareCycles + sent * SPINNAKER1.software.sendCycles.value);
  });

  it('have means', () => {
    expect(meanMachineCounts([counts, { ...counts, spikes: counts.spikes + 2 }])).toEqual({ ...counts, spikes: counts.spikes + 1 });
  });
});

describe('time of a machine', () => {
  it('is the timer’s, and what software takes between segments', () => {
    const steps = program.segments.reduce((sum, segment) => sum + segment.steps, 0);
    const cycles = program.segments.map(({ index }) =>
      Math.max(0, ...trace.softwareCycles.slice(index * trace.cores, (index + 1) * trace.cores)),
    );
    expect(cycles[0]).toBe(0);
    expect(cycles.some((each) => each > 0)).toBe(true);
    const seconds = steps * program.timeScale * 1e-3 + cycles.reduce((sum, each) => sum + each, 0) / 200e6;
    expect(timing.seconds).toBeCloseTo(seconds, 12);
    expect(timing.terms.reduce((sum, term) => sum + term.seconds, 0)).toBeCloseTo(seconds, 12);
    expect(timing.basis).toBe('assumed');
    expect(timing.frames).toBe(network.timesteps);
    expect(timing.secondsAfterLastFrame).toBeLessThan(timing.seconds);
  });
});

describe('prices of others', () => {
  const joules = (costs: Partial<CostOptions>): Record<string, number | null> =>
    Object.fromEntries(price({ ...own, ...costs }).terms.map((term) => [term.name, term.joules]));
  const events = { neuronSteps: 26e-9 * counts.neuronUpdates, synapticEvents: 13.3e-9 * counts.synapticEvents };

  it('are for neuron steps and synaptic events, and say what they do about idle power', () => {
    expect(joules({ profile: 'spinnaker1-keras-spiking' })).toEqual({ idleBoards: null, ...events });
    const idleBoards = 3.56 * timing.seconds;
    expect(joules({ profile: 'spinnaker1-stromatias2013' })).toEqual({ idleBoards, synapticEvents: 8e-9 * counts.synapticEvents });
    expect(joules({ profile: 'spinnaker1-stromatias2013-all' })).toEqual({ synapticEvents: 20e-9 * counts.synapticEvents });
    expect(joules({ profile: 'spinnaker1-manchester' })).toEqual(joules({}));
  });

  it('leave a total unknown where idle power may or may not be in them', () => {
    const { paces, terms, sources } = price({ ...own, profile: 'spinnaker1-sharp2012' });
    expect(paces[0].joulesPerSample).toBeNull();
    expect(paces[0].knownJoules).toBeCloseTo(100e-9 * counts.neuronUpdates + 43e-9 * counts.synapticEvents, 15);
    expect(terms[0].reason).toContain('idle power');
    for (const { source } of terms) expect(sources.map(({ key }) => key)).toContain(source);
  });

  it('are without idle boards where those are left out', () => {
    const { idleBoards: _, ...rest } = joules({});
    expect(joules({ without: ['static'] })).toEqual(rest);
    expect(price({ ...own, without: ['static'] }).paces[0].joulesPerSample).toBeCloseTo(
      Object.values(rest).reduce<number>((sum, value) => sum + (value ?? 0), 0),
      15,
    );
  });

  it.each<[Partial<CostOptions>, string]>([
    [{ profile: 'loihi1-sana-fe' }, 'is not for spinnaker1'],
    [{ profile: 'free' }, 'there is no cost profile'],
    [{ without: ['static', 'barrier'] }, '--without barrier'],
    [{ timing: 'detailed' }, '--timing detailed'],
  ])('%o: refused by name', (costs, text) => {
    expect(() => priced({ kind: 'spinnaker', mapping, chip: SPINNAKER1 }, { ...own, ...costs })).toThrow(text);
  });
});

describe('energy of a machine', () => {
  it('is Manchester’s model: idle boards, active cores, packets at every router', () => {
    expect(program.machine.chips.length).toBe(4);
    expect(termOf('idleBoards')?.joules).toBeCloseTo(3.56 * timing.seconds, 12);
    expect(termOf('idleBoards')?.kind).toBe('static');
    expect(termOf('activeCores')?.joules).toBeCloseTo((0.034 * counts.activeCycles) / 200e6, 12);
    expect(termOf('packets')?.joules).toBeCloseTo(counts.routed * 1e-9, 15);
    expect(termOf('packetsWithPayload')?.joules).toBeCloseTo(counts.routedPayloads * 1.8e-9, 15);
    expect(energy.basis).toBe('assumed');
  });

  it('stands beside the figures that others have published for an event', () => {
    const sharp = energy.alternatives?.find(({ name }) => name.startsWith('Sharp'));
    expect(sharp?.joules).toBeCloseTo(100e-9 * counts.neuronUpdates + 43e-9 * counts.synapticEvents, 12);
    expect(sharp?.source).toContain('LIT: not verified');
    expect(energy.alternatives).toHaveLength(SPINNAKER1.alternatives.length);
  });

  it('takes as long as real time does, where that is asked for', () => {
    const real = price(own, { pace: 'real-time', timestepS: 1 });
    const idle = real.terms.find(({ name }) => name === 'idleBoards')?.count ?? 0;
    expect(idle).toBeCloseTo(network.timesteps + timing.secondsAfterLastFrame, 9);
  });
});
