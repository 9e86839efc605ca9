import type { Hops, Routes } from '../noc/mesh.ts';
import { NOWHERE, StepMessages } from '../noc/messages.ts';
import { type Deliveries, planDeliveries } from './deliveries.ts';
import { type Activity, LifState } from './lif.ts';
import { firstNeurons, type MappedNet } from './net.ts';

/** What happened in a step, and what it cost; the time follows from the messages. */
export interface StepResult {
  /** Counted from 1. */
  readonly step: number;
  /** Numbered through all groups, in the order the cores worked. */
  readonly firedNeurons: readonly number[];
  /** Sender of each message; of work that ends in none, the core's last neuron. */
  readonly senders: readonly number[];
  readonly messages: StepMessages;
  /** Synapses that each message reads. */
  readonly synapses: readonly number[];
  readonly counts: StepCounts;
  readonly energyJ: StepEnergy;
}

export interface StepCounts {
  readonly fired: number;
  readonly updated: number;
  readonly packets: number;
  readonly hops: number;
  readonly sops: number;
}

/** Counts times costs. */
export interface StepEnergy {
  readonly synapse: number;
  readonly dendrite: number;
  readonly soma: number;
  readonly axonOut: number;
  readonly axonIn: number;
  readonly hops: number;
}

/** Runs a mapped net as SANA-FE runs it: neurons, then messages, step by step. `observe` returns false to stop. */
export function emulate(net: MappedNet, routes: Routes, observe: (result: StepResult) => boolean): void {
  const machine = new Machine(net, routes);
  for (let step = 1; step <= net.steps; step++) if (!observe(machine.step(step))) return;
}

class Machine {
  readonly #net: MappedNet;
  readonly #routes: Routes;
  readonly #deliveries: Deliveries;
  readonly #first: Int32Array;
  readonly #groupOf: Int32Array;
  readonly #states: readonly (LifState | null)[];
  readonly #arrived: Float64Array;
  readonly #hasArrived: Uint8Array;
  readonly #messages = new StepMessages();

  constructor(net: MappedNet, routes: Routes) {
    this.#net = net;
    this.#routes = routes;
    this.#deliveries = planDeliveries(net);
    this.#first = firstNeurons(net.groups);
    const neurons = this.#first[net.groups.length];
    this.#groupOf = new Int32Array(neurons);
    net.groups.forEach((_, g) => {
      this.#groupOf.fill(g, this.#first[g], this.#first[g + 1]);
    });
    this.#states = net.groups.map((group) => (group.kind === 'lif' ? new LifState(group) : null));
    this.#arrived = new Float64Array(neurons);
    this.#hasArrived = new Uint8Array(neurons);
  }

  step(step: number): StepResult {
    const { neuronsOfCore, groups, chip } = this.#net;
    const { neuron, core: destination, first, processingS } = this.#deliveries;
    const inputs = groups.map((group) => (group.kind === 'input' ? new Set(group.spikes.get(step)) : null));
    const messages = this.#messages;
    const firedNeurons: number[] = [];
    const senders: number[] = [];
    const sent: number[] = [];
    let updated = 0;
    let somaJ = 0;
    messages.clear();
    neuronsOfCore.forEach((neurons, core) => {
      let workedS = 0;
      for (const n of neurons) {
        const g = this.#groupOf[n];
        const activity = inputs[g]?.has(n - this.#first[g]) ? 'fired' : this.#update(g, n);
        const cost = groups[g].soma[activity];
        somaJ += cost.energyJ;
        workedS += cost.latencyS;
        if (activity !== 'accessed') updated++;
        if (activity !== 'fired') continue;
        firedNeurons.push(n);
        for (let d = neuron[n]; d < neuron[n + 1]; d++) {
          messages.add(core, destination[d], workedS + chip.axonOut.latencyS, processingS[d]);
          senders.push(n);
          sent.push(d);
          workedS = 0;
        }
      }
      if (workedS > 0) {
        messages.add(core, NOWHERE, workedS, 0);
        senders.push(neurons[neurons.length - 1]);
        sent.push(NOWHERE);
      }
    });
    const delivered = this.#deliver(sent);
    return {
      step,
      firedNeurons,
      senders,
      messages,
      synapses: sent.map((d) => (d === NOWHERE ? 0 : first[d + 1] - first[d])),
      counts: { fired: firedNeurons.length, updated, ...delivered.counts },
      energyJ: { soma: somaJ, ...delivered.energyJ },
    };
  }

  #update(g: number, n: number): Activity {
    const state = this.#states[g];
    if (state === null) return 'accessed';
    const arrived = this.#hasArrived[n] === 1 ? this.#arrived[n] : null;
    this.#arrived[n] = 0;
    this.#hasArrived[n] = 0;
    return state.update(n - this.#first[g], arrived);
  }

  #deliver(sent: readonly number[]): { counts: Pick<StepCounts, 'packets' | 'hops' | 'sops'>; energyJ: Omit<StepEnergy, 'soma'> } {
    const { first, target, weight, synapseJ, dendriteJ } = this.#deliveries;
    const { chip } = this.#net;
    const energyJ = { synapse: 0, dendrite: 0, axonOut: 0, axonIn: 0, hops: 0 };
    const counts = { packets: 0, hops: 0, sops: 0 };
    sent.forEach((d, m) => {
      if (d === NOWHERE) return;
      for (let s = first[d]; s < first[d + 1]; s++) {
        this.#arrived[target[s]] += weight[s];
        this.#hasArrived[target[s]] = 1;
      }
      const { hops } = this.#routes.between(this.#messages.from[m], this.#messages.to[m]);
      counts.packets++;
      counts.hops += hops.north + hops.east + hops.south + hops.west;
      counts.sops += first[d + 1] - first[d];
      energyJ.synapse += synapseJ[d];
      energyJ.dendrite += dendriteJ[d];
      energyJ.hops += hopEnergy(hops, chip.hopJ);
    });
    energyJ.axonOut = counts.packets * chip.axonOut.energyJ;
    energyJ.axonIn = counts.packets * chip.axonIn.energyJ;
    return { counts, energyJ };
  }
}

const hopEnergy = (hops: Hops, costJ: Hops): number =>
  hops.north * costJ.north + hops.east * costJ.east + hops.south * costJ.south + hops.west * costJ.west;
