import type { ChipModel } from '../ir/chip-model.ts';
import type { CompartmentGroup, CoreProgram, EmbeddedOperation, Mapping } from '../ir/mapping.ts';
import type { ConstantNode, Network, NetworkNode, PopulationNode, ReadoutNode } from '../ir/network.ts';
import { type Synapses, synapseCount } from '../ir/synapses.ts';
import type { OperationReport } from '../report/index.ts';
import { type EventCounts, meanCounts } from '../simulator/event-counts.ts';
import type { LoihiRun } from './chip-runner.ts';
import { mean } from './mean.ts';
import { describeHandedOver, shareOf, WORD, wordsOf } from './operation-sizes.ts';
import { memoryBytes } from './summarize-mapping.ts';

/** What a row says besides its name. */
type Row = Omit<OperationReport, 'name'>;

/** Every operation of the model, where it runs and what it takes. Nothing is free: each row says what it is counted under. */
export function operationReports(
  network: Network,
  mapping: Mapping,
  chip: ChipModel,
  runs: readonly LoihiRun[],
): readonly OperationReport[] {
  const table = new OperationTable(network, mapping, chip, runs);
  return [...network.nodes.flatMap((node) => table.rowsOf(node)), ...table.relays(), ...table.windows(), table.buffers()];
}

class OperationTable {
  private readonly network: Network;
  private readonly mapping: Mapping;
  private readonly chip: ChipModel;
  private readonly runs: readonly LoihiRun[];
  private readonly counts: EventCounts | null;

  constructor(network: Network, mapping: Mapping, chip: ChipModel, runs: readonly LoihiRun[]) {
    this.network = network;
    this.mapping = mapping;
    this.chip = chip;
    this.runs = runs;
    this.counts = runs.length === 0 ? null : meanCounts(runs.map((run) => run.counts));
  }

  rowsOf(node: NetworkNode): readonly OperationReport[] {
    return this.describe(node).map((row) => ({ name: node.name, ...row }));
  }

  private describe(node: NetworkNode): readonly Row[] {
    const { operations } = this.chip;
    switch (node.kind) {
      case 'input':
        return node.role === 'features' ? [this.input(node.id)] : [];
      case 'constant':
        return [this.constant(node)];
      case 'population':
        return [this.layer(node), ...(node.gate === null ? [] : [this.gate(node)])];
      case 'rotary':
        return [this.between(operations.rotary, 'rotary', node.id, 'fixed-point tables, on the buffered clip')];
      case 'reorder':
        return [this.between(operations.reorder, 'reorder', node.id, 'a permutation of the buffered clip')];
      case 'attention':
      case 'fast-weights':
        return this.fastWeights(node.id);
      case 'integrator':
        return [];
      case 'sum':
        return [
          {
            ...NOWHERE,
            kind: 'sum',
            where: 'core',
            note: 'distributed over the projections that read it: each term a synaptic event of its own',
          },
        ];
      case 'readout':
        return [this.layer(node), this.decision(node)];
    }
  }

  /** The clip's features, as they reach the mesh. */
  private input(id: string): Row {
    const digits = this.embedded('bit-planes', id);
    const entries = this.injections(id, digits?.output);
    const cores = new Set(entries.flatMap((injection) => Array.from(injection.routes.core))).size;
    const handed = describeHandedOver(this.mapping.program.readout);
    const note =
      digits === undefined
        ? `${handed}; sent as graded spikes by the embedded processor`
        : `${handed}; sent by the embedded processor as ${digits.digits} ${digits.signed ? 'signed' : 'binary'} digits, an axon and a packet each`;
    return {
      kind: 'input encoding',
      where: 'embedded',
      operations: this.counts?.hostValues ?? null,
      steps: entries.reduce((sum, injection) => sum + injection.steps, 0),
      cores,
      memoryBytes: WORD * entries.reduce((sum, { steps, size }) => sum + steps * size, 0),
      note,
    };
  }

  /** Spikes that are the same in every clip: the stream itself, or the clock that stands for a position code. */
  private constant(node: ConstantNode): Row {
    const own = new Set<string>(this.network.nodes.map(({ id }) => id));
    const made = this.mapping.program.embedded.filter((operation) => operation.kind === 'constant');
    const sent = made.filter(({ output }) => (node.payload.kind === 'binary' ? output === node.id : !own.has(output)));
    const entries = this.injections(...sent.map(({ output }) => output));
    return {
      kind: node.payload.kind === 'binary' ? 'constant' : 'position code',
      where: 'embedded',
      operations: sent.reduce((sum, { positions }) => sum + positions.length, 0),
      steps: entries.reduce((sum, injection) => sum + injection.steps, 0),
      cores: new Set(entries.flatMap((injection) => Array.from(injection.routes.core))).size,
      memoryBytes: WORD * sent.reduce((sum, { positions }) => sum + positions.length, 0),
      note: 'spikes sent by the embedded processor in every clip; a position code is a clock’s synapses, counted with synaptic events',
    };
  }

  private layer(node: Extract<NetworkNode, { kind: 'population' | 'readout' }>): Row {
    const kinds = this.network.projections.filter((p) => p.target === node.id).map((p) => describeSynapses(p.synapses));
    const what = [...new Set(kinds)].join(', ');
    return {
      kind: 'layer',
      where: 'core',
      operations: this.eventsOf(node.id),
      ...this.placeOf(node.id),
      note: `${node.kind === 'readout' ? 'read-out' : 'LIF'} of ${what === '' ? 'no synapses' : what}; operations: synaptic events`,
    };
  }

  private gate(node: PopulationNode): Row {
    const place = this.placeOf(node.id);
    const note = `${node.size} gate compartments beside the neurons, updated in each step; their synapses and memory are in the layer’s row`;
    return { kind: 'gate', where: this.chip.operations.gate, ...place, operations: node.size * place.steps, memoryBytes: null, note };
  }

  /** Work of the embedded processor on a buffered stream. */
  private between(where: string, kind: string, id: string, how: string): Row {
    const digits = this.embedded('bit-planes', id);
    const sent = digits === undefined ? '' : `; sent as ${digits.digits} signed digits, an axon and a packet each`;
    const masked = this.embedded('mask', id);
    const steps = this.injections(id, digits?.output, masked?.output).reduce((sum, injection) => sum + injection.steps, 0);
    const dropped = masked === undefined ? '' : '; masked steps dropped before it is sent';
    const own = this.mapping.program.embedded.filter(({ output }) => [id, digits?.output, masked?.output].includes(output));
    return {
      kind,
      where,
      operations: this.workOf(own),
      steps,
      cores: 0,
      memoryBytes: WORD * own.reduce((sum, operation) => sum + wordsOf(operation), 0),
      note: `${how}; memory: its tables and what it leaves, in words of 32 bits${sent}${dropped}`,
    };
  }

  private fastWeights(id: string): readonly Row[] {
    const { chip } = this;
    const cells = this.cores().reduce((sum, core) => sum + core.fastWeightCells, 0);
    const owners = this.network.projections.filter((p) => p.source === id).map((p) => p.target as string);
    const cores = this.cores().filter((core) => core.fastWeightCells > 0 && core.groups.some((g) => owners.includes(g.population)));
    const own = cores.reduce((sum, core) => sum + core.fastWeightCells, 0);
    const writes = this.mapping.program.segments.filter((segment) => segment.kind === 'write').reduce((sum, { steps }) => sum + steps, 0);
    const share = own === cells ? '' : ', all fast weights of the model together';
    return [
      {
        kind: 'fast-weights',
        where: chip.operations.fastWeights,
        operations: this.counts?.fastWeightUpdates ?? null,
        steps: writes,
        cores: cores.length,
        memoryBytes: Math.ceil((own * chip.memory.bitsPerFastWeight.value) / 8),
        note: `keys and values replayed and written by coincidence${share}; read by the replayed query as synaptic events`,
      },
      {
        kind: 'clearing',
        where: 'embedded',
        operations: own,
        steps: 0,
        cores: cores.length,
        memoryBytes: null,
        note: 'each fast weight set to 0 before it is written; counted with the embedded processor',
      },
    ];
  }

  private decision({ id, size: classes, membrane }: ReadoutNode): Row {
    const { steps } = this.placeOf(id);
    const integrated = membrane === undefined ? '' : '; the host integrates them in real numbers, which is not counted';
    return {
      kind: 'decision',
      where: 'embedded',
      operations: classes * steps,
      steps,
      cores: 0,
      memoryBytes: null,
      note: `${classes} membrane potentials collected in each step${integrated}; softmax and argmax on the embedded processor, counted with it`,
    };
  }

  /** Populations that only repeat spikes, for delays beyond a synapse's. */
  relays(): readonly OperationReport[] {
    const own = new Set<string>(this.network.nodes.map((node) => node.id));
    const added = new Set(this.groups().flatMap((group) => (own.has(group.population) ? [] : [group.population])));
    return [...added].map((name) => ({
      name,
      kind: 'relay',
      where: 'core',
      operations: this.eventsOf(name),
      ...this.placeOf(name),
      note: 'repeats spikes that wait longer than a synapse can delay them; not counted among the model’s spikes; operations: synaptic events',
    }));
  }

  windows(): readonly OperationReport[] {
    const embedded = this.chip.operations.windows === 'embedded';
    const compartments = this.cores().reduce((sum, core) => sum + core.compartments, 0);
    const note = embedded
      ? 'three registers a compartment: state cleared, bias on, and off again; counted with the embedded processor'
      : 'bias and state are held clear outside a population’s own steps by the neuron’s program; counted with neuron updates';
    const operations = embedded ? 3 * compartments : null;
    const where = embedded ? 'embedded' : 'core';
    return [{ name: 'windows', kind: 'bias windows', where, operations, steps: 0, cores: this.cores().length, memoryBytes: null, note }];
  }

  buffers(): OperationReport {
    const { segments } = this.mapping.program;
    const replayed = segments.flatMap((segment) => segment.injections).length;
    return {
      name: 'buffers',
      kind: 'replay',
      where: 'embedded',
      operations: this.counts?.embeddedOperations ?? null,
      steps: segments.reduce((sum, { steps }) => sum + steps, 0),
      cores: 0,
      memoryBytes: null,
      note: `${replayed} streams injected over ${segments.length} segments; all operations of the embedded processor`,
    };
  }

  /** Steps, cores and memory of a population; the memory of a core that it shares by its part of the synapses there. */
  private placeOf(id: string): Pick<Row, 'steps' | 'cores' | 'memoryBytes'> {
    const cores = this.cores().filter((core) => core.groups.some((group) => group.population === id));
    const steps = this.groups().find((group) => group.population === id)?.steps ?? 0;
    const bytes = cores.reduce((sum, core) => sum + memoryBytes(core, this.chip) * shareOf(core, id), 0);
    return { steps, cores: cores.length, memoryBytes: Math.round(bytes) };
  }

  /** Synaptic events that end in a population; null where no chip was simulated. */
  private eventsOf(id: string): number | null {
    return this.runs.length === 0 ? null : mean(this.runs.map(({ populations }) => populations.get(id)?.synapticEvents ?? 0));
  }

  private workOf(operations: readonly EmbeddedOperation[]): number | null {
    if (this.runs.length === 0) return null;
    const { embedded } = this.mapping.program;
    return mean(
      this.runs.map(({ embeddedWork }) => embedded.reduce((sum, each, o) => sum + (operations.includes(each) ? embeddedWork[o] : 0), 0)),
    );
  }

  private cores(): readonly CoreProgram[] {
    return this.mapping.program.cores;
  }

  private groups(): readonly CompartmentGroup[] {
    return this.cores().flatMap((core) => core.groups);
  }

  private embedded<Kind extends Exclude<EmbeddedOperation, { kind: 'constant' }>['kind']>(kind: Kind, source: string) {
    return this.mapping.program.embedded.find(
      (operation): operation is Extract<EmbeddedOperation, { kind: Kind }> =>
        operation.kind !== 'constant' && operation.kind === kind && operation.source === source,
    );
  }

  private injections(...streams: readonly (string | undefined)[]) {
    return this.mapping.program.segments.flatMap((segment) => segment.injections.filter(({ stream }) => streams.includes(stream)));
  }
}

const NOWHERE = { operations: null, steps: 0, cores: 0, memoryBytes: null } as const;

function describeSynapses(synapses: Synapses): string {
  const count = synapseCount(synapses);
  switch (synapses.kind) {
    case 'time-convolution':
      return `${synapses.groups === 1 ? '' : 'grouped '}convolution over ${synapses.taps} steps (${count} synapses)`;
    case 'dense':
    case 'one-to-one':
    case 'sparse':
    case 'convolution':
    case 'pooling':
      return `${synapses.kind} (${count} synapses)`;
  }
}
