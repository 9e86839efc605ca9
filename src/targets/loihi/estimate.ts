import { type CoreProgram, type SegmentProgram, synapsesOfAxons } from '../../ir/mapping.ts';
import { type Traffic, TrafficCounter } from '../mapping/traffic.ts';

type Core = Omit<CoreProgram, 'chip' | 'tile' | 'slot'>;

/** Packets per clip and channel of a stream; a name with `#` behind it stands for a masked copy. */
type Rate = (stream: string) => number;

/** Packets per clip between cores, and between cores and the embedded processor: injections, buffered spikes, membrane potentials read out. */
export function estimateTraffic(cores: readonly Core[], segments: readonly SegmentProgram[], rate: Rate): Traffic {
  const counter = new TrafficCounter(cores.length);
  forEachPacket(cores, segments, rate, (from, to, _axon, packets) => {
    if (from === null) counter.addHost(to, packets);
    else counter.addBetween(from, to, packets);
  });
  for (const core of cores) {
    for (const group of core.groups) {
      if (group.role === 'readout') counter.addHost(core.core, group.steps * group.count);
      else if (group.buffered) counter.addHost(core.core, rate(group.population) * group.count);
    }
  }
  return counter.freeze();
}

/**
 * Load of the busiest core over the mean load. Load = operations per clip: synaptic events expected, and updates of compartments inside
 * their window.
 */
export function estimateCriticalLoad(cores: readonly Core[], segments: readonly SegmentProgram[], rate: Rate): number {
  const loads = new Float64Array(cores.length);
  for (const core of cores) for (const group of core.groups) loads[core.core] += group.steps * group.count;
  const synapses = cores.map(synapsesOfAxons);
  forEachPacket(cores, segments, rate, (_from, to, axon, packets) => {
    loads[to] += packets * synapses[to][axon];
  });
  const mean = loads.reduce((sum, load) => sum + load, 0) / cores.length;
  return Math.max(...loads) / mean;
}

/** Calls `visit` for each route with the packets expected on it; `from` null: sent by the embedded processor. */
function forEachPacket(
  cores: readonly Core[],
  segments: readonly SegmentProgram[],
  rate: Rate,
  visit: (from: number | null, to: number, axon: number, packets: number) => void,
): void {
  for (const { routes, stream } of segments.flatMap((segment) => segment.injections)) {
    const packets = rate(stream);
    for (let k = 0; k < routes.core.length; k++) visit(null, routes.core[k], routes.axon[k], packets);
  }
  for (const { core, groups, outputs } of cores) {
    for (const group of groups) {
      const packets = rate(group.population);
      for (let k = outputs.first[group.first]; k < outputs.first[group.first + group.count]; k++) {
        visit(core, outputs.core[k], outputs.axon[k], packets);
      }
    }
  }
}
