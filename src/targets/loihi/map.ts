import { DiagnosticError } from '../../diagnostics/index.ts';
import type { ChipModel } from '../../ir/chip-model.ts';
import { type CoreProgram, type LoihiProgram, MAPPING_VERSION, type Mapping } from '../../ir/mapping.ts';
import type { Network } from '../../ir/network.ts';
import { place } from '../mapping/place.ts';
import { readoutOf } from '../mapping/readout.ts';
import type { MapContext } from '../target.ts';
import { assembleCore, type CoreContent } from './assemble-core.ts';
import { balanceLayout } from './balance.ts';
import { checkNetwork } from './check.ts';
import type { Connectivity } from './connectivity.ts';
import { bufferedPopulations, embeddedOperations } from './embedded.ts';
import { estimateCriticalLoad, estimateTraffic } from './estimate.ts';
import { packetsPerChannel, spikesPerChannel } from './expected-spikes.ts';
import { inStoredOrder } from './images/write-lists.ts';
import { segmentPrograms } from './injections.ts';
import { payloadBits } from './payload-bits.ts';
import { AxonDirectory, compressRoutes } from './routes.ts';
import { storeSynapses } from './usage.ts';

/** Lowered network to program: cut and packed into cores, balanced, routed, placed. Throws all that the legality check finds. */
export function mapNetwork(network: Network, chip: ChipModel, context: MapContext): Mapping {
  const legality = checkNetwork(network, chip, context.traffic);
  if (!legality.legal) throw new DiagnosticError(legality.problems);
  const { connectivity } = legality;
  const packets = spikesPerChannel(network, connectivity.steps, context.traffic);
  const layout = balanceLayout(network, connectivity, legality.layout, packets, chip);
  const buffered = bufferedPopulations(network, connectivity);
  const contents = layout.cores.map((core) => asStored(assembleCore(core, connectivity.owners, layout.contentOf, buffered, chip), chip));
  const axons = directoryOf(contents);
  const cores = contents.map((content, core) => routeCore(content, core, connectivity, axons));
  const segments = segmentPrograms(network, connectivity, axons);

  const rate = (stream: string): number => packetsPerChannel(stream, packets);
  const placement = place(estimateTraffic(cores, segments, rate), chip.geometry, context.seed);
  const program: LoihiProgram = {
    kind: 'loihi',
    segments,
    cores: cores.map((core) => ({ ...core, ...placement.sites[core.core] })),
    embedded: embeddedOperations(network, connectivity),
    readout: readoutOf(network),
    gradedPayloadBits: gradedBits(network, chip),
  };
  return {
    version: MAPPING_VERSION,
    target: chip.name,
    model: context.facts,
    program,
    placement: {
      hops: placement.hops,
      greedyHops: placement.greedyHops,
      randomHops: placement.randomHops,
      criticalLoad: estimateCriticalLoad(cores, segments, rate),
    },
    scaleRule: context.scaleRule,
  };
}

/** A core with a table of synapse formats keeps the synapses of an axon format by format. */
function asStored(content: CoreContent, { tables }: ChipModel): CoreContent {
  return tables === undefined ? content : { ...content, ...inStoredOrder(content, storeSynapses(content, tables.synapsesPerEntry.value)) };
}

/** Integers that are sent as digits need no payload. */
function gradedBits(network: Network, chip: ChipModel): number {
  if (!chip.operations.gradedSpikes) return 1;
  return Math.max(1, ...[...payloadBits(network).values()].map((bits) => bits ?? chip.limits.gradedPayloadBits.value));
}

function directoryOf(cores: readonly CoreContent[]): AxonDirectory {
  const directory = new AxonDirectory();
  cores.forEach((content, core) => {
    content.axons.forEach(({ bundle, channel }, axon) => {
      directory.add(bundle, channel, { core, axon });
    });
  });
  return directory;
}

/** Spikes of a live population go to the axons of its own segment; what is read later is replayed from the buffer instead. */
function routeCore(
  content: CoreContent,
  core: number,
  connectivity: Connectivity,
  directory: AxonDirectory,
): Omit<CoreProgram, 'chip' | 'tile' | 'slot'> {
  const { axons: _, ...rest } = content;
  const rows = Array.from({ length: content.compartments }, (): { core: number; axon: number }[] => []);
  for (const group of content.groups) {
    const bundles = connectivity.bundles.filter((bundle) => bundle.live && bundle.stream === group.population);
    for (let i = 0; i < group.count; i++) {
      for (const bundle of bundles) rows[group.first + i].push(...directory.find(bundle.index, group.firstNeuron + i));
    }
  }
  return { core, ...rest, outputs: compressRoutes(rows) };
}
