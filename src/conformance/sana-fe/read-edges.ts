import type { Cost, Edge, Group, SynapseTable } from '../../simulator/sana-fe/net.ts';
import type { JsonValue } from '../json.ts';
import { LIMITS, VALUE } from './limits.ts';
import type { Architecture } from './read-architecture.ts';
import { readConvolution } from './read-convolution.ts';

const COMMON = ['pre', 'post', 'type', 'layout', 'synapse_hw', 'note'];

/** `network.edges`. The synapses of an edge are on the unit that it names, or its target group, or the first that there is. */
export function readEdges(network: JsonValue, groups: readonly Group[], { synapses: units }: Architecture): Edge[] {
  const indexOf = new Map(groups.map(({ name }, g) => [name, g]));
  const groupJson = network.get('groups').items();
  let total = 0;
  return network
    .get('edges')
    .items()
    .map((json): Edge => {
      const find = (key: string): number => indexOf.get(json.get(key).text()) ?? json.get(key).fail('is not a group');
      const source = find('pre');
      const target = find('post');
      if (groups[target].kind === 'input') json.get('post').fail('is an input');
      const synapses = readSynapses(json, groups[source].size, groups[target].size);
      total += synapses.target.length;
      if (total > LIMITS.synapses) json.fail(`brings the synapses to ${total}; at most ${LIMITS.synapses} are run`);
      const named = json.optional('synapse_hw') ?? groupJson[target].optional('synapse_hw');
      return { source, target, synapses, cost: costOf(named, json, units) };
    });
}

function costOf(named: JsonValue | null, edge: JsonValue, units: ReadonlyMap<string, Cost>): Cost {
  const name = named?.text() ?? [...units.keys()][0];
  return units.get(name) ?? (named ?? edge).fail(`needs the synapse unit ${name}; there are ${[...units.keys()].join(', ')}`);
}

function readSynapses(json: JsonValue, sources: number, targets: number): SynapseTable {
  const type = json.get('type');
  switch (type.text()) {
    case 'dense':
      json.onlyKeys([...COMMON, 'weights']);
      return readDense(json.get('weights'), sources, targets);
    case 'sparse':
      json.onlyKeys([...COMMON, 'row_ptr', 'col', 'weight']);
      return readSparse(json, sources, targets);
    case 'conv2d':
      return readConvolution(json, COMMON, sources, targets);
    default:
      return type.fail(`is ${JSON.stringify(type.json)}; known: dense, sparse, conv2d`);
  }
}

/** weights[pre][post], in rows or flat; every one is a synapse, zeros too. */
function readDense(weights: JsonValue, sources: number, targets: number): SynapseTable {
  if (sources * targets > LIMITS.synapses) weights.fail(`are ${sources} x ${targets}; at most ${LIMITS.synapses} are run`);
  const isNested = Array.isArray(weights.json) && Array.isArray(weights.json[0]);
  const weight = new Float64Array(sources * targets);
  if (isNested) {
    weights.items(sources).forEach((row, i) => {
      weight.set(row.numbers(targets, ...VALUE), i * targets);
    });
  } else {
    weight.set(weights.numbers(sources * targets, ...VALUE));
  }
  return {
    first: Int32Array.from({ length: sources + 1 }, (_, i) => i * targets),
    target: Int32Array.from(weight, (_, k) => k % targets),
    weight,
  };
}

/** Compressed rows, one for each source. */
function readSparse(json: JsonValue, sources: number, targets: number): SynapseTable {
  const first = json.get('row_ptr').integers(sources + 1, 0, LIMITS.synapses);
  const count = first[sources];
  if (first[0] !== 0 || first.some((place, i) => i > 0 && place < first[i - 1])) json.get('row_ptr').fail('does not ascend from 0');
  return {
    first: Int32Array.from(first),
    target: Int32Array.from(json.get('col').integers(count, 0, targets - 1)),
    weight: Float64Array.from(json.get('weight').numbers(count, ...VALUE)),
  };
}
