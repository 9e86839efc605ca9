import { accumulate } from '../ir/accumulate.ts';
import type { NodeId, TimelineId } from '../ir/ids.ts';
import type { ConstantNode, Network, NetworkNode, Projection } from '../ir/network.ts';
import { constantSpikes } from './constant-spikes.ts';
import { dropUnread } from './drop-unread.ts';
import type { Pass } from './pass.ts';

/**
 * Position codes are currents that depend on the step alone. A chip has no such currents, but it has synapses: a *clock* of one channel a
 * step spikes on channel t in step t, and a dense projection from it brings row t of the current,
 *   W P = clock * table,    table[t] = what the synapses W bring in step t from the constant stream P.
 * Constants of spikes are sent as they are.
 */
export const clockConstants: Pass = {
  name: 'clock-constants',
  description: 'bring position codes through synapses of a clock that spikes once a step',
  run(network) {
    const codes = new Map<NodeId, ConstantNode>();
    for (const node of network.nodes) if (node.kind === 'constant' && node.payload.kind !== 'binary') codes.set(node.id, node);
    if (!network.projections.some((projection) => codes.has(projection.source))) return network;
    const clocks = new Map<TimelineId, ConstantNode>();
    const projections = network.projections.map((projection): Projection => {
      const code = codes.get(projection.source);
      return code === undefined ? projection : throughClock(network, projection, code, clocks);
    });
    return { ...network, projections, nodes: dropUnread([...clocks.values(), ...network.nodes], projections, 'constant') };
  },
};

function throughClock(network: Network, projection: Projection, code: ConstantNode, clocks: Map<TimelineId, ConstantNode>): Projection {
  const { synapses, delaySteps, weightExponent, target } = projection;
  const reader = network.nodes.find((node) => node.id === target);
  const steps = stepsOf(network, code);
  const readSteps = reader === undefined ? steps : stepsOf(network, reader);
  const table = new Float32Array(readSteps * synapses.targets);
  accumulate(synapses, { stream: code.values, steps }, { stream: table, steps: readSteps }, delaySteps, weightExponent);
  const clock = clocks.get(reader?.timeline ?? code.timeline) ?? clockOf(network, reader ?? code, readSteps);
  clocks.set(clock.timeline, clock);
  return {
    ...projection,
    source: clock.id,
    synapses: { kind: 'dense', sources: readSteps, targets: synapses.targets, weights: table },
    delaySteps: 0,
  };
}

function clockOf(network: Network, { timeline, origin }: NetworkNode, steps: number): ConstantNode {
  const values = new Float32Array(steps * steps);
  for (let t = 0; t < steps; t++) values[t * steps + t] = 1;
  const name = { name: `clock.${timeline}`, recogniser: clockConstants.name, file: origin.file };
  return constantSpikes(network, name, timeline, steps, values);
}

const stepsOf = (network: Network, node: NetworkNode): number =>
  network.timelines.find((timeline) => timeline.id === node.timeline)?.steps ?? 0;
