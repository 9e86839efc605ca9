import { scheduleStep } from '../../simulator/noc/detailed.ts';
import { coresOf, Routes } from '../../simulator/noc/mesh.ts';
import { simpleStepSeconds } from '../../simulator/noc/simple.ts';
import { emulate } from '../../simulator/sana-fe/emulate.ts';
import type { MappedNet } from '../../simulator/sana-fe/net.ts';
import { JsonValue, MalformedVector } from '../json.ts';
import { Expected } from './expected.ts';
import { LIMITS } from './limits.ts';
import { MessageSample } from './message-sample.ts';
import { readArchitecture } from './read-architecture.ts';
import { readEdges } from './read-edges.ts';
import { readGroups } from './read-groups.ts';
import { readCoreOrder, readPlacement } from './read-mapping.ts';
import { compareSpikes, readSpikes } from './spikes.ts';

/** Reads the net of a `sanafe-golden-v1` file. Throws MalformedVector. */
export function readNet(file: JsonValue, text: string): MappedNet {
  const format = file.get('format');
  if (format.text() !== 'sanafe-golden-v1') format.fail(`is ${JSON.stringify(format.json)}, not sanafe-golden-v1`);
  const architecture = readArchitecture(file.get('architecture'));
  const steps = file.get('timesteps').integer(1, LIMITS.steps);
  const groups = readGroups(file, architecture, steps);
  const { neuronsOfCore, tiles } = readPlacement(file, text, groups, architecture);
  const neurons = groups.reduce((sum, { size }) => sum + size, 0);
  if (steps * neurons > LIMITS.work) file.get('timesteps').fail(`is ${steps}: too many for ${neurons} neurons`);
  return {
    steps,
    groups,
    edges: readEdges(file.get('network'), groups, architecture),
    chip: { ...architecture.chip, barrierS: architecture.barrierS(tiles) },
    neuronsOfCore,
    rankOfCore: readCoreOrder(file.get('results'), architecture.chip.mesh),
  };
}

/** Runs the net of a file: the first recorded figure that it does not give, or null. Throws MalformedVector. */
function runVector(file: JsonValue, net: MappedNet): string | null {
  const results = file.get('results');
  const expected = new Expected(results, net.steps);
  const spikes = readSpikes(results.optional('spikes'), net.groups, net.steps);
  const sample = new MessageSample(results, net.groups, net.steps);
  const routes = new Routes(net.chip.mesh);
  const cores = coresOf(net.chip.mesh);
  let difference: string | null = null;
  let sops = 0;
  emulate(net, routes, (result) => {
    const { barrierS } = net.chip;
    const schedule = scheduleStep(result.messages, routes);
    const simpleS = simpleStepSeconds(result.messages, cores) + barrierS;
    const step = { ...result, simpleS, detailedS: schedule.seconds + barrierS, blocked: schedule.blocked };
    difference = compareSpikes(spikes, result) ?? expected.compare(step) ?? sample.compare(result, schedule, routes);
    sops += result.counts.sops;
    if (sops > LIMITS.work) throw new MalformedVector(`the net has more than ${LIMITS.work} synaptic events`);
    return difference === null;
  });
  return difference ?? expected.compareTotals();
}

/** Checks one vector file: null where every recorded count, spike, energy and latency is equal, else the first difference or what is wrong. */
export async function checkVector(bytes: Uint8Array): Promise<string | null> {
  try {
    const file = JsonValue.parse(bytes);
    return runVector(file, readNet(file, new TextDecoder().decode(bytes)));
  } catch (error) {
    if (error instanceof MalformedVector) return error.message;
    throw error;
  }
}
