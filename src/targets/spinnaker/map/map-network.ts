import { type Diagnostic, DiagnosticError, diagnostic, failure } from '../../../diagnostics/index.ts';
import type { NodeId } from '../../../ir/ids.ts';
import { MAPPING_VERSION, type Mapping } from '../../../ir/mapping.ts';
import type { Network } from '../../../ir/network.ts';
import type { SpinnakerChip } from '../../../ir/spinnaker-chip.ts';
import type { CorePlace } from '../../../ir/spinnaker-machine.ts';
import type {
  ChipRouting,
  NeuronProgram,
  SoftwareProgram,
  SpinnakerCoreProgram,
  SpinnakerProgram,
  StreamRecord,
} from '../../../ir/spinnaker-program.ts';
import { readoutOf } from '../../mapping/readout.ts';
import { notLowered, scheduleOf } from '../../mapping/schedule.ts';
import type { MapContext } from '../../target.ts';
import { allocateKeys } from '../allocate-keys.ts';
import { placeSlices } from '../placement/place-slices.ts';
import { routeMachine } from '../routing/route-machine.ts';
import type { Net } from '../routing/route-nets.ts';
import { bitsOf, buildCore, type StreamKeys } from './build-core.ts';
import { type Connections, connect } from './connect.ts';
import { type MachineKeys, netsOf, type SenderNet } from './nets.ts';
import { type CorePlan, planCores } from './plan-cores.ts';
import { planSoftware, type SoftwarePlan } from './software.ts';

/** Everything the network asks of the chip that it does not have; routing tables aside, which only routing can tell. */
export function checkNetwork(network: Network, chip: SpinnakerChip): readonly Diagnostic[] {
  const connections = connect(network);
  const planning = planCores(connections, planSoftware(connections), chip);
  return planning.kind === 'problems' ? planning.problems : [];
}

/** Lowered network to program: cut, placed, keyed, routed, assembled. Throws all that the check finds, and tables that are too long. */
export function mapNetwork(network: Network, chip: SpinnakerChip, context: MapContext): Mapping<SpinnakerProgram> {
  const connections = connect(network);
  const software = planSoftware(connections);
  const planning = planCores(connections, software, chip);
  if (planning.kind === 'problems') throw new DiagnosticError(planning.problems);
  const { plan } = planning;
  const nets = netsOf(connections, software, plan, context.traffic);
  const cores = plan.slices.flat().length + software.length;
  const placement = placeSlices(plan.machine, cores, nets, context.seed);
  if (placement === null) throw failure('does-not-fit', `${cores} cores do not fit the machine`, { places: [{ item: 'cores' }] });
  const keys = assignKeys(connections, software, plan);
  const silent = new Set(nets.filter(({ targets }) => targets.length === 0).map(({ source }) => source));
  const routing = routingOf(plan, nets, keys, placement.places, chip, context.seed);
  return {
    version: MAPPING_VERSION,
    target: chip.name,
    model: context.facts,
    program: {
      kind: 'spinnaker',
      machine: plan.machine,
      timeScale: plan.timeScale,
      segments: scheduleOf(network).map(({ index, steps }) => ({ index, kind: 'run', steps })),
      cores: coresOf(connections, software, plan, keys, placement.places, silent),
      routing,
      readout: readoutOf(network),
      resolution: context.resolution ?? [],
    },
    placement: {
      hops: placement.links,
      greedyHops: placement.orderedLinks,
      randomHops: placement.randomLinks,
      criticalLoad: plan.criticalLoad,
    },
    scaleRule: context.scaleRule,
  };
}

/** A block for every population, and one for each segment in which software sends a stream, of two parts where values have signs. */
function assignKeys({ owners }: Connections, software: readonly SoftwarePlan[], plan: CorePlan): MachineKeys {
  const sent = software.flatMap(({ size, signed, sends }) => sends.map(() => (signed ? [size, size] : [size])));
  const sizes = [...plan.slices.map((slices) => slices.map(({ count }) => count)), ...sent];
  const blocks = allocateKeys(sizes);
  if (blocks === null) throw failure('does-not-fit', 'the populations need more than 32 bits of keys', { places: [{ item: 'keys' }] });
  let next = owners.length;
  return {
    owners: owners.map((_, owner) => ({ ...blocks[owner], negative: null, sliceLength: sizes[owner][0] })),
    software: software.map(({ signed, size, sends }) =>
      sends.map((): StreamKeys => {
        const block = blocks[next++];
        return { ...block, slices: [block.slices[0]], negative: signed ? block.slices[1] : null, sliceLength: size };
      }),
    ),
  };
}

function routingOf(
  plan: CorePlan,
  nets: readonly SenderNet[],
  keys: MachineKeys,
  places: readonly CorePlace[],
  chip: SpinnakerChip,
  seed: number,
): readonly ChipRouting[] {
  const entries = nets.flatMap(({ source, targets, blockOf }): Net[] =>
    targets.length === 0
      ? []
      : blockOf(keys).map((block) => ({ ...block, source: places[source], targets: targets.map((target) => places[target]) })),
  );
  const entriesMax = chip.chip.routerEntries.value;
  const routed = routeMachine(plan.machine, entries, { seed, entriesMax });
  if (routed.kind === 'unreachable') throw new Error('the placement left the part of the machine that hangs together');
  const tables = routed.tables.flatMap((table, index) => (table.entries.length === 0 ? [] : [{ chip: index, entries: table.entries }]));
  const long = tables.filter((table) => table.entries.length > entriesMax);
  if (long.length > 0) {
    throw new DiagnosticError(
      long.map((table) => {
        const { x, y } = plan.machine.chips[table.chip];
        return diagnostic('does-not-fit', `the routing table of chip ${x},${y} has ${table.entries.length} entries after compression`, {
          places: [{ item: `chip ${x},${y}` }],
          notes: [`allowed: ${entriesMax} entries`],
        });
      }),
    );
  }
  return tables;
}

function coresOf(
  connections: Connections,
  software: readonly SoftwarePlan[],
  plan: CorePlan,
  keys: MachineKeys,
  places: readonly CorePlace[],
  silent: ReadonlySet<number>,
): readonly SpinnakerCoreProgram[] {
  const first = plan.slices.map((_, owner) => plan.slices.slice(0, owner).reduce((sum, slices) => sum + slices.length, 0));
  const ownerOf = new Map<NodeId, number>(connections.owners.map(({ node }, owner) => [node.id, owner]));
  const sentIn = new Map<string, StreamKeys>(
    software.flatMap(({ sends }, core) => sends.map(({ stream, segment }, send) => [`${segment} ${stream}`, keys.software[core][send]])),
  );
  const keysOf = (stream: NodeId, segment: number | null): StreamKeys => {
    const found = segment === null ? keys.owners[ownerOf.get(stream) ?? -1] : sentIn.get(`${segment} ${stream}`);
    if (found === undefined) throw notLowered(`${stream} is read and never sent`);
    return found;
  };
  const neurons = plan.slices.flatMap((slices, o) =>
    slices.map((slice, s): Omit<NeuronProgram, 'chip' | 'processor'> => {
      const owner = connections.owners[o];
      const { id, kind, name } = owner.node;
      // What nobody reads is not sent.
      const own = kind === 'readout' || silent.has(first[o] + s) ? null : keys.owners[o].slices[s];
      const image = buildCore(
        owner,
        slice,
        own,
        connections,
        keysOf,
        `${name}, neurons ${slice.first} .. ${slice.first + slice.count - 1}`,
      );
      const { segment, start, steps } = owner;
      return {
        kind: 'neurons',
        population: id,
        firstNeuron: slice.first,
        segment,
        start,
        steps,
        role: kind === 'readout' ? 'readout' : 'spiking',
        image,
      };
    }),
  );
  const made = software.map(
    (each, s): Omit<SoftwareProgram, 'chip' | 'processor'> => ({
      kind: 'software',
      records: each.kept.map((kept): StreamRecord => (kept.from === 'host' ? kept : { ...kept, ...recordKeys(keysOf(kept.stream, null)) })),
      operations: each.operations,
      sends: each.sends.map((send, index) => ({
        ...send,
        size: each.size,
        ...keys.software[s][index].slices[0],
        negativeKey: keys.software[s][index].negative?.key ?? null,
        payload: each.payload,
      })),
      memoryBytes: each.memoryBytes,
    }),
  );
  return [...neurons, ...made].map((core, index): SpinnakerCoreProgram => {
    const { chip, core: processor } = places[index];
    return { ...core, chip, processor };
  });
}

const recordKeys = ({ key, mask, slices, sliceLength }: StreamKeys) => ({
  key,
  mask,
  sliceShift: bitsOf(slices[0].mask),
  neuronsPerSlice: sliceLength,
});
