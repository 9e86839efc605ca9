import type {
  CompartmentGroup,
  CoreProgram,
  EmbeddedOperation,
  Injection,
  LoihiProgram,
  Routes,
  SegmentProgram,
} from '../../../src/ir/mapping.ts';

/** A synapse between a source (stream or population) and a compartment of a core. */
export interface TestSynapse {
  readonly from: string;
  readonly neuron: number;
  readonly core: number;
  readonly compartment: number;
  readonly weight?: number;
  readonly delay?: number;
  readonly exponent?: number;
  /** Cell of the fast weights; given, the synapse is a fast one. */
  readonly fast?: number;
}

export interface TestProgram {
  readonly segments: readonly {
    readonly kind: 'run' | 'write';
    readonly steps: number;
    readonly injections: readonly Omit<Injection, 'routes'>[];
  }[];
  readonly cores: readonly {
    readonly tile?: number;
    readonly groups: readonly CompartmentGroup[];
    readonly fastWeightCells?: number;
    readonly bias?: readonly number[];
    readonly biasExponent?: number;
  }[];
  readonly synapses: readonly TestSynapse[];
  readonly embedded?: readonly EmbeddedOperation[];
  readonly readout: string;
  readonly maskStream?: string;
}

/** A group of memoryless threshold neurons (v = u + bias) with a threshold of 64; `given` overrides. */
export function group(
  given: Pick<CompartmentGroup, 'population' | 'first' | 'count' | 'steps'> & Partial<CompartmentGroup>,
): CompartmentGroup {
  return {
    firstNeuron: 0,
    segment: 0,
    start: 0,
    role: 'spiking',
    currentDecay: 4095,
    voltageDecay: 4096,
    thresholdMantissa: 1,
    gateFirst: null,
    teachFirst: null,
    buffered: false,
    ...given,
  };
}

/** One axon per (source neuron, core), one block per run of synapses that lie side by side. */
export function buildProgram(description: TestProgram): LoihiProgram {
  const axons = description.cores.map(() => new Map<string, TestSynapse[]>());
  for (const synapse of description.synapses) {
    const key = `${synapse.from}/${synapse.neuron}`;
    axons[synapse.core].set(key, [...(axons[synapse.core].get(key) ?? []), synapse]);
  }
  const routesFrom = (name: string, neurons: readonly number[]): Routes => {
    const first = [0];
    const core: number[] = [];
    const axon: number[] = [];
    for (const neuron of neurons) {
      axons.forEach((map, c) => {
        const a = [...map.keys()].indexOf(`${name}/${neuron}`);
        if (a >= 0) {
          core.push(c);
          axon.push(a);
        }
      });
      first.push(core.length);
    }
    return { first: Int32Array.from(first), core: Int32Array.from(core), axon: Int32Array.from(axon) };
  };
  const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
  const cores = description.cores.map((core, index): CoreProgram => {
    const compartments = Math.max(...core.groups.flatMap((g) => [g.first, g.gateFirst ?? 0, g.teachFirst ?? 0].map((f) => f + g.count)));
    const owner = range(compartments).map((c) => core.groups.find((g) => c >= g.first && c < g.first + g.count) ?? null);
    const rows = owner.map((g, c) => (g === null ? null : routesFrom(g.population, [g.firstNeuron + c - g.first])));
    const outputs = concatenate(rows);
    return {
      core: index,
      chip: 0,
      tile: core.tile ?? 0,
      slot: index % 4,
      compartments,
      groups: core.groups,
      biasMantissa: Int32Array.from({ length: compartments }, (_, c) => core.bias?.[c] ?? 0),
      biasExponent: new Int32Array(compartments).fill(core.biasExponent ?? 0),
      ...packBlocks([...axons[index].values()]),
      fastWeightCells: core.fastWeightCells ?? 0,
      outputs,
    };
  });
  return {
    kind: 'loihi',
    segments: description.segments.map(
      (segment, index): SegmentProgram => ({
        index,
        kind: segment.kind,
        steps: segment.steps,
        injections: segment.injections.map((injection) => ({ ...injection, routes: routesFrom(injection.stream, range(injection.size)) })),
      }),
    ),
    cores,
    embedded: description.embedded ?? [],
    readout: {
      population: description.readout,
      classes: description.cores
        .flatMap((core) => core.groups)
        .filter((g) => g.population === description.readout)
        .reduce((sum, g) => sum + g.count, 0),
      scale: 1,
      featuresStream: 'features',
      maskStream: description.maskStream ?? null,
    },
    gradedPayloadBits: 24,
  };
}

function concatenate(rows: readonly (Routes | null)[]): Routes {
  const first = [0];
  for (const row of rows) first.push(first[first.length - 1] + (row?.core.length ?? 0));
  return {
    first: Int32Array.from(first),
    core: Int32Array.from(rows.flatMap((row) => [...(row?.core ?? [])])),
    axon: Int32Array.from(rows.flatMap((row) => [...(row?.axon ?? [])])),
  };
}

/** Each axon has a list of its own. */
function packBlocks(
  axons: readonly (readonly TestSynapse[])[],
): Pick<CoreProgram, 'axonList' | 'axonBase' | 'axonAtom' | 'listFirst' | 'blocks' | 'weights'> {
  const listFirst = [0];
  const blocks: number[][] = [];
  const weights: number[] = [];
  for (const synapses of axons) {
    let open: number[] | null = null;
    for (const synapse of synapses) {
      const { compartment, delay = 0, exponent = 0, fast } = synapse;
      const cell: number = fast ?? weights.length;
      const memory = fast === undefined ? 0 : 1;
      if (memory === 0) weights.push(synapse.weight ?? 0);
      const joins = open !== null && open[0] + open[1] === compartment && open[2] === delay && open[4] === exponent && open[5] === memory;
      if (open !== null && joins && open[3] + open[1] === cell) open[1]++;
      else {
        open = [compartment, 1, delay, cell, exponent, memory];
        blocks.push(open);
      }
    }
    listFirst.push(blocks.length);
  }
  const axonList = Int32Array.from(axons, (_, axon) => axon);
  return {
    axonList,
    axonBase: new Int32Array(axons.length),
    axonAtom: new Int32Array(axons.length),
    listFirst: Int32Array.from(listFirst),
    blocks: Int32Array.from(blocks.flat()),
    weights: Int16Array.from(weights),
  };
}
