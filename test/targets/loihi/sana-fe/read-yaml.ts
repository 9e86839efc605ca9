import { parse } from 'yaml';
import type { Cost, Edge, Group, MappedNet, SomaCosts } from '../../../../src/simulator/sana-fe/net.ts';
import { firstNeurons } from '../../../../src/simulator/sana-fe/net.ts';

/** SANA-FE's two files, read by its README.md files: what a run of it would simulate. */
export function readSanaFe(arch: string, network: string, steps: number): MappedNet {
  const { architecture } = parse(arch);
  const [tile] = architecture.tile;
  const [core] = tile.core;
  const { attributes } = architecture;
  const side = (kind: 'energy' | 'latency') => ({
    north: tile.attributes[`${kind}_north_hop`],
    south: tile.attributes[`${kind}_south_hop`],
    east: tile.attributes[`${kind}_east_hop`],
    west: tile.attributes[`${kind}_west_hop`],
  });
  const cost = (unit: Unit, event: string): Cost => ({
    energyJ: unit.attributes[`energy_${event}`],
    latencyS: unit.attributes[`latency_${event}`],
  });
  const somas = new Map<string, SomaCosts>(core.soma.map((unit: Unit) => [unit.name, somaCosts(unit, cost)]));
  const coresPerTile = countOf(core.name);
  const mesh = {
    columns: attributes.width,
    rows: attributes.height,
    coresPerTile,
    hopS: side('latency'),
    linkBuffer: attributes.link_buffer_size,
  };
  const { groups, edges } = readNetwork(parse(network), somas, cost(core.synapse[0], 'process_spike'));
  const first = firstNeurons(groups);
  const neuronsOfCore = Array.from({ length: mesh.columns * mesh.rows * coresPerTile }, (): number[] => []);
  for (const entry of parse(network).mappings) {
    const [[address, place]] = Object.entries<{ core: string }>(entry);
    const [group, range] = address
      .split('.', 2)
      .concat(address.slice(address.indexOf('.') + 1))
      .filter((_, i) => i !== 1);
    const [tileId, slot] = place.core.split('.').map(Number);
    const g = groups.findIndex(({ name }) => name === group);
    for (const neuron of rangeOf(range)) neuronsOfCore[tileId * coresPerTile + slot].push(first[g] + neuron);
  }
  const placed = neuronsOfCore.flat().sort((a, b) => a - b);
  if (placed.length !== first[groups.length] || placed.some((neuron, i) => neuron !== i)) throw new Error('a neuron is not placed once');
  if (neuronsOfCore.some((neurons) => neurons.length > core.attributes.max_neurons_supported)) throw new Error('a core is too full');
  return {
    steps,
    groups,
    edges,
    chip: {
      mesh,
      hopJ: side('energy'),
      axonOut: cost(core.axon_out[0], 'message_out'),
      axonIn: cost(core.axon_in[0], 'message_in'),
      dendrite: cost(core.dendrite[0], 'update'),
      barrierS: 0,
    },
    neuronsOfCore: neuronsOfCore.map((neurons) => Int32Array.from(neurons)),
    rankOfCore: Int32Array.from(neuronsOfCore, (_, id) => id),
  };
}

interface Unit {
  readonly name: string;
  readonly attributes: Readonly<Record<string, number>>;
}

const countOf = (name: string): number => Number(/\[0\.\.(\d+)\]/.exec(name)?.[1]) + 1;

function rangeOf(text: string): number[] {
  const [first, last = first] = text.split('..').map(Number);
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

function somaCosts(unit: Unit, cost: (unit: Unit, event: string) => Cost): SomaCosts {
  const accessed = cost(unit, 'access_neuron');
  const add = (a: Cost, b: Cost): Cost => ({ energyJ: a.energyJ + b.energyJ, latencyS: a.latencyS + b.latencyS });
  const updated = add(accessed, cost(unit, 'update_neuron'));
  return { accessed, updated, fired: add(updated, cost(unit, 'spike_out')) };
}

interface GroupYaml {
  readonly name: string;
  readonly attributes: { readonly soma_hw_name?: string; readonly reset_mode?: 'soft' };
  readonly neurons: readonly Readonly<Record<string, { spikes?: number[]; threshold: number; leak_decay: number; bias: number }>>[];
}

function readNetwork(
  yaml: { network: { groups: readonly GroupYaml[]; edges: readonly Record<string, EdgeYaml>[] } },
  somas: ReadonlyMap<string, SomaCosts>,
  synapse: Cost,
) {
  const groups = yaml.network.groups.map((group): Group => readGroup(group, somas));
  const indexOf = (name: string): number => groups.findIndex((group) => group.name === name);
  const edges = yaml.network.edges.map((entry): Edge => {
    const [[ends, edge]] = Object.entries(entry);
    const [source, target] = ends.split(' -> ').map(indexOf);
    const [rows, columns] = [groups[source].size, groups[target].size];
    const pairs =
      edge.type === 'sparse' ? edge.source_target_pairs : edge.weight.map((_, k) => [Math.floor(k / columns), k % columns] as const);
    const sorted = pairs.map(([from, to], k) => ({ from, to, weight: edge.weight[k] })).sort((a, b) => a.from - b.from);
    const first = Int32Array.from({ length: rows + 1 }, (_, i) => sorted.filter(({ from }) => from < i).length);
    return {
      source,
      target,
      synapses: { first, target: Int32Array.from(sorted, ({ to }) => to), weight: Float64Array.from(sorted, ({ weight }) => weight) },
      cost: synapse,
    };
  });
  return { groups, edges };
}

interface EdgeYaml {
  readonly type: string;
  readonly weight: readonly number[];
  readonly source_target_pairs: readonly (readonly [number, number])[];
}

function readGroup({ name, attributes, neurons }: GroupYaml, somas: ReadonlyMap<string, SomaCosts>): Group {
  const entries = neurons.flatMap((entry) => Object.entries(entry).flatMap(([range, values]) => rangeOf(range).map(() => values)));
  const size = entries.length;
  const soma = somas.get(attributes.soma_hw_name ?? '') ?? { accessed: FREE, updated: FREE, fired: FREE };
  if (attributes.soma_hw_name === undefined) {
    const spikes = new Map<number, number[]>();
    entries.forEach(({ spikes: train = [] }, i) => {
      train.forEach((spike, t) => {
        if (spike === 1) spikes.set(t + 1, [...(spikes.get(t + 1) ?? []), i]);
      });
    });
    return { kind: 'input', name, size, soma, spikes };
  }
  const zeros = () => new Float64Array(size);
  return {
    kind: 'lif',
    name,
    size,
    soma,
    threshold: Float64Array.from(entries, ({ threshold }) => threshold),
    leakDecay: Float64Array.from(entries, ({ leak_decay }) => leak_decay),
    bias: Float64Array.from(entries, ({ bias }) => bias),
    ...{ inputDecay: zeros(), reset: zeros(), reverseThreshold: zeros(), reverseReset: zeros(), refractoryDelay: zeros() },
    ...{ resetMode: attributes.reset_mode ?? 'hard', reverseMode: 'none', forceUpdate: false },
  };
}

const FREE: Cost = { energyJ: 0, latencyS: 0 };
