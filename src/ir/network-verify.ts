import type { ProjectionId } from './ids.ts';
import { NETWORK_VERSION, type Network } from './network.ts';
import type { Synapses } from './synapses.ts';
import { checkNode } from './verify/nodes.ts';
import { checkProjection } from './verify/projections.ts';
import { checkSchedule } from './verify/schedule.ts';
import { type Scope, scopeOf, type Violations } from './verify/scope.ts';
import { checkSynapses } from './verify/synapses.ts';
import { isCount, isPositive } from './verify/values.ts';

/**
 * What is wrong with a network, in sentences that name the node or projection; empty for a sound one. After a pass a violation is our bug,
 * in a file that was loaded it is the file's.
 */
export function verifyNetwork(network: Network): string[] {
  return [...checkNetwork(scopeOf(network))];
}

function* checkNetwork(scope: Scope): Violations {
  const { network } = scope;
  if (network.version !== NETWORK_VERSION) yield `version ${network.version}`;
  if (!isPositive(network.timesteps)) yield `${network.timesteps} timesteps`;
  if (!isCount(network.parameterCount)) yield `${network.parameterCount} parameters`;
  yield* checkUnique(
    'timeline',
    network.timelines.map(({ id }) => id),
  );
  yield* checkUnique(
    'node',
    network.nodes.map(({ id }) => id),
  );
  yield* checkUnique(
    'node name',
    network.nodes.map(({ name }) => name),
  );
  yield* checkUnique(
    'projection',
    network.projections.map(({ id }) => id),
  );
  for (const { id, steps, order } of network.timelines) {
    if (!isPositive(steps)) yield `timeline ${id}: ${steps} steps`;
    if (order === 'time' && steps !== network.timesteps) yield `timeline ${id}: ${steps} steps in time, the clip has ${network.timesteps}`;
    if (order === 'clip' && steps !== 1) yield `timeline ${id}: ${steps} steps, and stands for the clip as a whole`;
  }
  for (const node of network.nodes) yield* checkNode(scope, node);
  for (const projection of network.projections) yield* checkProjection(scope, projection);
  for (const [synapses, id] of sharedSynapses(network)) yield* checkSynapses(`projection ${id}`, synapses);
  yield* checkEnds(scope);
  if (network.schedule !== null) yield* checkSchedule(scope, network.schedule);
}

/** Each distinct bundle of synapses, and the first projection that has it. */
function sharedSynapses(network: Network): ReadonlyMap<Synapses, ProjectionId> {
  const found = new Map<Synapses, ProjectionId>();
  for (const { synapses, id } of network.projections) if (!found.has(synapses)) found.set(synapses, id);
  return found;
}

function* checkUnique(what: string, ids: readonly string[]): Violations {
  const seen = new Set<string>();
  for (const id of ids) {
    if (seen.has(id)) yield `two ${what}s are called ${id}`;
    seen.add(id);
  }
}

/** Inputs of features, at most one mask, all in the clip's own time, and a read-out for every timestep. */
function* checkEnds({ network, node }: Scope): Violations {
  const inputs = network.nodes.filter((each) => each.kind === 'input');
  const features = inputs.filter(({ role }) => role === 'features');
  if (features.length === 0) yield 'no input for features';
  const whole = features.filter(({ firstChannel }) => firstChannel === undefined);
  if (whole.length > 1) yield `${whole.length} inputs for all features`;
  if (inputs.length - features.length > 1) yield `${inputs.length - features.length} inputs for a mask`;
  const output = node(network.output);
  if (output?.kind !== 'readout')
    yield `the output ${network.output} is ${output === undefined ? 'not in the network' : `of kind ${output.kind}`}`;
  const order = new Map(network.timelines.map((timeline) => [timeline.id, timeline.order]));
  for (const end of output === undefined ? inputs : [...inputs, output]) {
    if ((order.get(end.timeline) ?? 'time') !== 'time') yield `${end.name}: in timeline ${end.timeline}, which is not the clip's own`;
  }
}
