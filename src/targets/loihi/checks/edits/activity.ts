import type { ChipModel } from '../../../../ir/chip-model.ts';
import { planeCount } from '../../../../ir/digits.ts';
import type { NodeId } from '../../../../ir/ids.ts';
import type { Network, NetworkNode, Projection } from '../../../../ir/network.ts';
import { synapseCount } from '../../../../ir/synapses.ts';
import { timelineSteps } from '../../../mapping/schedule.ts';
import { digitCodes, planeStream } from '../../digit-codes.ts';
import { packetsPerChannel, spikesPerChannel } from '../../expected-spikes.ts';

/** Events of a clip; less than 0: saved. */
export interface Events {
  readonly updates?: number;
  readonly synapticEvents?: number;
  readonly writes?: number;
  readonly embedded?: number;
}

/** What a network is expected to do in a clip, for the price of edits: by measured traffic, or by the assumed rate without data. */
export class Activity {
  private readonly network: Network;
  private readonly chip: ChipModel;
  private readonly steps: ReadonlyMap<NodeId, number>;
  private readonly sizes: ReadonlyMap<NodeId, number>;
  private readonly rates: ReadonlyMap<NodeId, number>;
  private readonly planes: ReadonlyMap<NodeId, number>;

  constructor(network: Network, chip: ChipModel, traffic: ReadonlyMap<NodeId, number> | null) {
    this.network = network;
    this.chip = chip;
    this.steps = timelineSteps(network);
    this.sizes = new Map(network.nodes.map(({ id, size }) => [id, size]));
    this.rates = spikesPerChannel(network, this.steps, traffic);
    this.planes = new Map([...digitCodes(network, chip)].map(([id, code]) => [id, planeCount(code)]));
  }

  stepsOf(id: NodeId): number {
    return this.steps.get(id) ?? 0;
  }

  /** Spikes, or values that are not 0, of all channels. */
  spikesOf(id: NodeId): number {
    return (this.sizes.get(id) ?? 0) * (this.rates.get(id) ?? 0);
  }

  /** Synaptic events of a projection. */
  eventsOf({ source, synapses }: Projection): number {
    const planes = this.planes.get(source);
    const perChannel =
      planes === undefined ? packetsPerChannel(source, this.rates) : planes * packetsPerChannel(planeStream(source), this.rates);
    return perChannel * synapseCount(synapses);
  }

  /** Of all projections that end in a node, and of its gate. */
  eventsInto(node: NetworkNode): number {
    const gate = node.kind === 'population' && node.gate !== null ? this.spikesOf(node.gate) : 0;
    return this.sum((projection) => projection.target === node.id) + gate;
  }

  eventsOutOf(id: NodeId): number {
    return this.sum((projection) => projection.source === id);
  }

  updatesOf(node: NetworkNode): number {
    return node.size * this.stepsOf(node.id) * (node.kind === 'population' && node.gate !== null ? 2 : 1);
  }

  /** Of a model with every layer narrowed to this share of its neurons: most events lie between two layers that are both narrowed. */
  narrowed(share: number): Events {
    const inputs = new Set(this.network.nodes.flatMap((node) => (node.kind === 'input' ? [node.id] : [])));
    const outer = this.sum(({ source, target }) => inputs.has(source) || target === this.network.output);
    const inner = this.sum(() => true) - outer;
    return { updates: (share - 1) * this.updates(), synapticEvents: (share - 1) * outer + (share * share - 1) * inner };
  }

  /** In words: joules by the chip's costs, and what they are made of. */
  price(change: Events): string {
    const { energy } = this.chip;
    const parts = [
      [change.updates, 'neuron updates', energy.neuronUpdateActive.value],
      [change.synapticEvents, 'synaptic events', energy.synapticEvent.value],
      [change.writes, 'fast-weight updates', energy.fastWeightUpdate.value],
      [change.embedded, 'operations of the embedded processor', energy.embeddedOperation.value],
    ] as const;
    const counted = parts.flatMap(([count, name, joules]) =>
      count === undefined || Math.round(count) === 0 ? [] : [{ count, name, joules }],
    );
    if (counted.length === 0) return 'the same events';
    const known = counted.reduce((sum, { count, joules }) => sum + count * (joules ?? 0), 0);
    const total = this.knownJoules();
    const share = total > 0 && known !== 0 ? ` (${signed(Math.round((1000 * known) / total) / 10)} % of updates and events)` : '';
    const list = counted.map(
      ({ count, name, joules }) => `${signed(Math.round(count))} ${name}${joules === null ? ' of unpublished cost' : ''}`,
    );
    return `${known === 0 ? '' : `${signed(Number((known * 1e9).toPrecision(3)))} nJ a clip${share}: `}${list.join(', ')}`;
  }

  updates(): number {
    return this.layers().reduce((sum, node) => sum + this.updatesOf(node), 0);
  }

  synapticEvents(): number {
    return this.layers().reduce((sum, node) => sum + this.eventsInto(node), 0);
  }

  private knownJoules(): number {
    const { neuronUpdateActive, synapticEvent } = this.chip.energy;
    return this.updates() * (neuronUpdateActive.value ?? 0) + this.synapticEvents() * (synapticEvent.value ?? 0);
  }

  private layers(): readonly NetworkNode[] {
    return this.network.nodes.filter((node) => node.kind === 'population' || node.kind === 'readout');
  }

  private sum(include: (projection: Projection) => boolean): number {
    return this.network.projections.reduce((sum, projection) => sum + (include(projection) ? this.eventsOf(projection) : 0), 0);
  }
}

const signed = (value: number): string => `${value > 0 ? '+' : ''}${value}`;
