import type { Mesh } from '../../simulator/noc/mesh.ts';
import type { Cost, MeshChip, SomaCosts } from '../../simulator/sana-fe/net.ts';
import type { JsonValue } from '../json.ts';
import { COST, LIMITS } from './limits.ts';

export interface Architecture {
  /** The barrier depends on how many tiles are in use. */
  readonly chip: Omit<MeshChip, 'barrierS'>;
  readonly barrierS: (tiles: number) => number;
  readonly somas: ReadonlyMap<string, SomaCosts>;
  readonly synapses: ReadonlyMap<string, Cost>;
  readonly neuronsPerCoreMax: number;
}

/** `architecture`: the mesh, and what each event costs in J and s. */
export function readArchitecture(json: JsonValue): Architecture {
  const noc = json.get('noc');
  const axonIn = json.get('axon_in');
  const axonOut = json.get('axon_out');
  const dendrites = json.get('dendrite');
  const [dendrite, ...others] = dendrites.keys();
  if (dendrite === undefined || others.length > 0) dendrites.fail('does not hold one unit');
  return {
    chip: {
      mesh: readMesh(noc),
      hopJ: readSides(noc.get('energy_hop')),
      axonIn: readCost(axonIn, 'message_in'),
      axonOut: readCost(axonOut, 'message_out'),
      dendrite: readCost(dendrites.get(dendrite), 'update'),
    },
    barrierS: readBarrier(json.get('barrier_sync')),
    somas: readUnits(json.get('soma'), readSoma),
    synapses: readUnits(json.get('synapse'), (unit) => readCost(unit, 'process_spike')),
    neuronsPerCoreMax: json.get('max_neurons_per_core').integer(1, LIMITS.neurons),
  };
}

function readMesh(noc: JsonValue): Mesh {
  const columns = noc.get('width_tiles').integer(1, LIMITS.cores);
  const rows = noc.get('height_tiles').integer(1, LIMITS.cores);
  const coresPerTile = noc.get('cores_per_tile').integer(1, LIMITS.cores);
  if (columns * rows * coresPerTile > LIMITS.cores) noc.fail(`has ${columns * rows * coresPerTile} cores; at most ${LIMITS.cores} are run`);
  const linkBuffer = noc.get('link_buffer_size').integer(0, LIMITS.neurons);
  return { columns, rows, coresPerTile, linkBuffer, hopS: readSides(noc.get('latency_hop')) };
}

const readSides = (json: JsonValue): Mesh['hopS'] => ({
  north: json.get('north').number(...COST),
  east: json.get('east').number(...COST),
  south: json.get('south').number(...COST),
  west: json.get('west').number(...COST),
});

const readCost = (json: JsonValue, event: string): Cost => ({
  energyJ: json.get(`energy_${event}`).number(...COST),
  latencyS: json.get(`latency_${event}`).number(...COST),
});

/** A unit may state one figure for everything as `all`. */
function readSoma(json: JsonValue): SomaCosts {
  const all = json.optional('all')?.number(...COST) ?? null;
  const read = (event: string): Cost => (all === null ? readCost(json, event) : { energyJ: all, latencyS: all });
  const accessed = read('access_neuron');
  const updated = add(accessed, read('update_neuron'));
  return { accessed, updated, fired: add(updated, read('spike_out')) };
}

const add = (a: Cost, b: Cost): Cost => ({ energyJ: a.energyJ + b.energyJ, latencyS: a.latencyS + b.latencyS });

const readUnits = <T>(json: JsonValue, read: (unit: JsonValue) => T): ReadonlyMap<string, T> =>
  new Map(json.keys().map((name) => [name, read(json.get(name))]));

/** One figure, or one for each number of tiles from which on it holds; the first holds for fewer, too. */
function readBarrier(json: JsonValue): (tiles: number) => number {
  const latency = json.get('latency_s');
  if (typeof latency.json === 'number') {
    const seconds = latency.number(...COST);
    return () => seconds;
  }
  const table = latency.keys().map((from): readonly [number, number] => {
    if (!/^[0-9]{1,6}$/.test(from)) latency.fail(`has the key ${JSON.stringify(from)}, not a number of tiles`);
    return [Number(from), latency.get(from).number(...COST)];
  });
  table.sort(([a], [b]) => a - b);
  const [least] = table;
  if (least === undefined) latency.fail('is empty');
  return (tiles) => (table.findLast(([from]) => from <= tiles) ?? least)[1];
}
