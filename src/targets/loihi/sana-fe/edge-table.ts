import { failure } from '../../../diagnostics/index.ts';
import { BLOCK_FIELDS, BlockField, type CoreProgram, type Routes } from '../../../ir/mapping.ts';
import type { SanaFeEdge } from './net.ts';

/** SANA-FE takes about 0.8 KB for each. */
const SYNAPSES_MAX = 2 ** 22;

/** Synapses by pair of groups, in the order in which they are found. */
export class EdgeTable {
  readonly #cores: readonly CoreProgram[];
  readonly #nameOf: (name: string) => string;
  readonly #edges = new Map<string, { source: string; target: string; pairs: [number, number][]; weights: number[] }>();
  #count = 0;

  constructor(cores: readonly CoreProgram[], nameOf: (name: string) => string) {
    this.#cores = cores;
    this.#nameOf = nameOf;
  }

  /** All synapses of neuron `neuron` of `source`, whose spikes go where `routes` say for `entry`. */
  add(source: string, neuron: number, routes: Routes, entry: number): void {
    for (let r = routes.first[entry]; r < routes.first[entry + 1]; r++) {
      const core = this.#cores[routes.core[r]];
      const [list, base] = [core.axonList[routes.axon[r]], core.axonBase[routes.axon[r]]];
      const end = core.listFirst[list + 1] * BLOCK_FIELDS;
      for (let b = core.listFirst[list] * BLOCK_FIELDS; b < end; b += BLOCK_FIELDS) this.#addBlock(source, neuron, core, b, base);
    }
  }

  #addBlock(source: string, neuron: number, { blocks, weights, groups }: CoreProgram, b: number, base: number): void {
    for (let k = 0; k < blocks[b + BlockField.count]; k++) {
      const compartment = blocks[b + BlockField.target] + base + k;
      const group = groups.find(({ first, count }) => compartment >= first && compartment < first + count);
      if (group === undefined) throw new Error(`compartment ${compartment} is in no group`);
      const target = this.#nameOf(group.population);
      const key = `${source}\n${target}`;
      const edge = this.#edges.get(key) ?? { source, target, pairs: [], weights: [] };
      this.#edges.set(key, edge);
      edge.pairs.push([neuron, group.firstNeuron + compartment - group.first]);
      edge.weights.push(weights[blocks[b + BlockField.weight] + k] * 2 ** blocks[b + BlockField.exponent]);
      if (++this.#count > SYNAPSES_MAX) {
        throw failure('sana-fe-unsupported', `the network has more than ${SYNAPSES_MAX} synapses`, {
          notes: ['SANA-FE takes about 0.8 KB of memory for each'],
        });
      }
    }
  }

  all(): readonly SanaFeEdge[] {
    return [...this.#edges.values()];
  }
}
