import type { PopulationCounts, Trace } from '../../ir/trace.ts';

/** What happened on a machine while one clip ran. Steps are those of the segments, one segment after the other. */
export interface MachineTrace {
  readonly steps: number;
  readonly cores: number;
  /** [step, core]: cycles that the core worked. */
  readonly cycles: Float64Array;
  /** Cycles of each core between segments: those before segment s are softwareCycles[s * cores + core]. */
  readonly softwareCycles: Float64Array;
  /** Cycles of making and of sending a stream, by the stream. */
  readonly work: ReadonlyMap<string, number>;
  /** [step, field], MACHINE_FIELDS a step, see MachineField. */
  readonly perStep: Float64Array;
  /** Synaptic words added on each core. */
  readonly coreEvents: Float64Array;
  readonly rasters: Trace['rasters'];
  readonly populations: ReadonlyMap<string, PopulationCounts>;
  /** [steps of the read-out, classes], raw accums. */
  readonly readout: Int32Array;
}

export const MACHINE_FIELDS = 9;
/**
 * spikes: neurons that fired; packets, payloads: packets sent without and with payload; routed, routedPayloads: the same, counted once at every router
 * they pass; links: links crossed by all packets; synapticEvents: synaptic words added to a ring buffer; sdramWords: words of rows fetched, headers and
 * padding included; neuronUpdates: neurons within their window.
 */
export const MachineField = {
  spikes: 0,
  packets: 1,
  payloads: 2,
  routed: 3,
  routedPayloads: 4,
  links: 5,
  synapticEvents: 6,
  sdramWords: 7,
  neuronUpdates: 8,
} as const;

/** Counts of one clip, all cores and steps together; as a mean over clips the numbers need not be whole. */
export type MachineCounts = Readonly<Record<keyof typeof MachineField | 'steps' | 'activeCycles' | 'softwareCycles', number>>;

export function totalMachineCounts(trace: MachineTrace): MachineCounts {
  const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
  const column = (field: number): number => {
    let total = 0;
    for (let step = 0; step < trace.steps; step++) total += trace.perStep[step * MACHINE_FIELDS + field];
    return total;
  };
  const softwareCycles = sum(trace.softwareCycles);
  return {
    steps: trace.steps,
    activeCycles: sum(trace.cycles) + softwareCycles,
    softwareCycles,
    spikes: column(MachineField.spikes),
    packets: column(MachineField.packets),
    payloads: column(MachineField.payloads),
    routed: column(MachineField.routed),
    routedPayloads: column(MachineField.routedPayloads),
    links: column(MachineField.links),
    synapticEvents: column(MachineField.synapticEvents),
    sdramWords: column(MachineField.sdramWords),
    neuronUpdates: column(MachineField.neuronUpdates),
  };
}

/** Mean over clips, of at least one. */
export function meanMachineCounts(clips: readonly MachineCounts[]): MachineCounts {
  const names = Object.keys(clips[0]) as (keyof MachineCounts)[];
  const mean = (name: keyof MachineCounts): number => clips.reduce((sum, counts) => sum + counts[name], 0) / clips.length;
  return Object.fromEntries(names.map((name) => [name, mean(name)])) as MachineCounts;
}
