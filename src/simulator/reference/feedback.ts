import { accumulate, type Stream } from '../../ir/accumulate.ts';
import type { NodeId } from '../../ir/ids.ts';
import type { IntegratorNode, Network, NetworkNode, PopulationNode, Projection } from '../../ir/network.ts';
import { leastDelay } from '../../ir/synapses.ts';
import { discreteOf, integrate, restOf } from '../integrate.ts';
import { stepAccum } from './accum-neurons.ts';
import { finishCurrent, type IntegerSpikes, initialState, type NeuronState, stepDiscrete, stepInteger } from './neurons.ts';
import { byReceptor, neuronOf, receptorsOf } from './receptors.ts';

/** What steps: neurons, or membranes that never fire. */
type LoopNode = PopulationNode | IntegratorNode;

/** What a loop takes from the network around it. */
interface Surroundings {
  readonly steps: number;
  /** Adds what projections from outside the loop bring to a node's currents [steps, size], one for each receptor. */
  readonly accumulateOutside: (node: LoopNode, currents: readonly Stream[]) => void;
  /** A stream from outside; null for one of the loop itself. */
  readonly read: (id: NodeId) => Stream | null;
}

interface Member {
  readonly node: LoopNode;
  /** Of all steps, as far as what brings them has fired; by receptor. */
  readonly currents: readonly Stream[];
  readonly stream: Stream;
  /** Projections to members of the loop. */
  readonly outgoing: readonly Projection[];
  /** Steps row t and gives its spikes or potentials. */
  readonly step: (t: number) => Stream;
  readonly ranges: Ranges;
  readonly state: Updates;
}

/** See NeuronState; what never fires is not counted. */
type Updates = Pick<NeuronState, 'updates'>;
/** See IntegerSpikes. */
type Ranges = Pick<IntegerSpikes, 'overflows' | 'peak'>;

export interface LoopResult {
  readonly node: LoopNode;
  /** What projections brought, before bias and normalisation. */
  readonly currents: readonly Stream[];
  readonly stream: Stream;
  readonly ranges: Ranges;
  readonly state: Updates;
}

/**
 * Steps the members of a loop through the clip together. A spike is added to the currents of the step where it acts as soon as it is
 * fired; a projection inside the loop that looks ahead could not be run on any chip, and is an error here.
 */
export function runFeedback(network: Network, nodes: readonly NetworkNode[], around: Surroundings): readonly LoopResult[] {
  const members = new Map<NodeId, Member>();
  const stepped = nodes.map((node) => {
    if (node.kind !== 'population' && node.kind !== 'integrator')
      throw new Error(`the ${node.kind} ${node.name} is in a loop of feedback: only populations and integrators are stepped in one`);
    return node;
  });
  const inside = new Set<NodeId>(stepped.map(({ id }) => id));
  for (const node of stepped) {
    const outgoing = network.projections.filter(({ source, target }) => source === node.id && inside.has(target));
    for (const { id, synapses, delaySteps } of outgoing)
      if (leastDelay(synapses) + delaySteps < 0) throw new Error(`projection ${id} looks ahead in a loop of feedback`);
    members.set(
      node.id,
      startMember(node, outgoing, around, (id) => members.get(id)?.stream ?? around.read(id)),
    );
  }
  for (let t = 0; t < around.steps; t++) {
    for (const member of members.values()) {
      const stream = member.step(t);
      member.stream.set(stream, t * member.node.size);
      for (const { synapses, target, delaySteps, weightExponent } of member.outgoing) {
        const reader = members.get(target);
        if (reader === undefined) continue;
        for (const [receptor, part] of byReceptor(synapses, neuronOf(reader.node)).entries()) {
          const out = { stream: reader.currents[receptor], steps: around.steps };
          accumulate(part, { stream, steps: 1 }, out, t + delaySteps, weightExponent);
        }
      }
    }
  }
  return [...members.values()];
}

function startMember(node: LoopNode, outgoing: readonly Projection[], around: Surroundings, read: (id: NodeId) => Stream | null): Member {
  const { size } = node;
  const values = around.steps * size;
  const row = <Values extends Stream>(stream: Values, t: number) => stream.subarray(t * size, (t + 1) * size) as Values;
  const real = (advance: (current: Float32Array, t: number) => Float32Array, state: Updates = { updates: 0 }): Member => {
    const currents = new Float32Array(values);
    around.accumulateOutside(node, [currents]);
    const step = (t: number): Stream => {
      const current = row(currents, t).slice();
      finishCurrent(node, current);
      return advance(current, t);
    };
    return { node, currents: [currents], stream: new Float32Array(values), outgoing, step, ranges: { overflows: 0, peak: 0 }, state };
  };
  if (node.kind === 'integrator') {
    const membrane = discreteOf(node);
    const state = restOf(membrane, size);
    return real((current) => integrate(membrane, current, size, state));
  }
  const { neuron } = node;
  const gateAt = (t: number): Stream | null => {
    const gate = node.gate === null ? null : read(node.gate);
    return gate === null ? null : row(gate, t);
  };
  switch (neuron.parameters) {
    case 'discrete': {
      const state = initialState(neuron, size);
      return real((current, t) => stepDiscrete(neuron, current, gateAt(t), size, state), state);
    }
    case 'integer':
    case 'accum': {
      const currents = Array.from({ length: receptorsOf(neuron) }, () => new Int32Array(values));
      around.accumulateOutside(node, currents);
      const bias = node.bias === null ? null : Int32Array.from(node.bias);
      const state = initialState(neuron, size);
      const ranges = { overflows: 0, peak: 0 };
      const step = (t: number): Stream => {
        const current = currents.map((each) => row(each, t));
        const { spikes, overflows, peak } =
          neuron.parameters === 'integer'
            ? stepInteger(neuron, current[0], bias, gateAt(t), size, state)
            : stepAccum(neuron, current, bias, gateAt(t), size, state);
        ranges.overflows += overflows;
        ranges.peak = Math.max(ranges.peak, peak);
        return spikes;
      };
      return { node, currents, stream: new Int32Array(values), outgoing, step, ranges, state };
    }
    case 'continuous':
      throw new Error(`population ${node.name} is in continuous time: discretize it first`);
  }
}
