import type { Network, NetworkNode } from '../../ir/network.ts';
import type { NeuronProgram, SoftwareProgram, SpinnakerProgram } from '../../ir/spinnaker-program.ts';
import type { OperationReport } from '../../report/index.ts';
import type { MachineCounts } from '../../simulator/spinnaker/machine-trace.ts';

const WORD = 4;

/** Every operation of the model, where it runs and what it takes; then what the machine does besides. */
export function operationRows(network: Network, program: SpinnakerProgram, counts: MachineCounts | null): readonly OperationReport[] {
  const rows = network.nodes.flatMap((node) => rowsOf(node, program));
  return [...rows, ...relayRows(network, program), softwareRow(program, counts)];
}

function rowsOf(node: NetworkNode, program: SpinnakerProgram): readonly OperationReport[] {
  const { name, id } = node;
  switch (node.kind) {
    case 'input':
      return [
        softwareStream(
          name,
          `${node.role} input`,
          id,
          program,
          'written by the host, sent as packets that count as often as their payload says',
        ),
      ];
    case 'constant':
      return [softwareStream(name, 'constant', id, program, 'spikes of every clip; a position code is a clock’s synapses')];
    case 'population':
    case 'readout': {
      const what = node.kind === 'readout' ? 'read-out, potentials recorded' : 'LIF';
      const layer = neuronRow(name, 'layer', coresOf(program, id), `${what}; counted with cycles of neurons, packets and synaptic events`);
      if (node.kind === 'readout' || node.gate === null) return [layer];
      return [
        layer,
        { ...layer, kind: 'gate', memoryBytes: null, note: 'a third receptor of these neurons, in a program of its own [INF]' },
      ];
    }
    case 'rotary':
      return [softwareStream(name, 'rotary', id, program, 'fixed-point tables, on the buffered clip, between segments')];
    case 'reorder':
      return [softwareStream(name, 'reorder', id, program, 'a permutation of the buffered clip, between segments')];
    case 'attention':
    case 'fast-weights':
      return [softwareStream(name, 'attention', id, program, 'a matrix of each head summed and read, on buffered clips, between segments')];
    case 'integrator':
      return [];
    case 'sum':
      return [
        {
          name,
          kind: 'sum',
          where: 'core',
          operations: null,
          steps: 0,
          cores: 0,
          memoryBytes: null,
          note: 'distributed over the projections that read it',
        },
      ];
  }
}

const coresOf = ({ cores }: SpinnakerProgram, population: string): readonly NeuronProgram[] =>
  cores.flatMap((core) => (core.kind === 'neurons' && core.population === population ? [core] : []));

const neuronRow = (name: string, kind: string, cores: readonly NeuronProgram[], note: string): OperationReport => ({
  name,
  kind,
  where: 'core',
  operations: null,
  steps: cores[0]?.steps ?? 0,
  cores: cores.length,
  memoryBytes: cores.reduce((sum, { image }) => sum + WORD * (image.matrix.length + image.direct.length), 0),
  note,
});

/** Cores of software that keep, make or send a stream. */
function softwareStream(name: string, kind: string, id: string, program: SpinnakerProgram, note: string): OperationReport {
  const cores = softwareOf(program).filter(
    ({ records, operations }) => records.some(({ stream }) => stream === id) || operations.some(({ output }) => output === id),
  );
  const steps = cores.flatMap(({ sends }) => sends.filter(({ stream }) => stream === id)).reduce((sum, send) => sum + send.steps, 0);
  const memoryBytes = cores.reduce((sum, core) => sum + core.memoryBytes, 0);
  return {
    name,
    kind,
    where: 'software',
    operations: null,
    steps,
    cores: cores.length,
    memoryBytes,
    note: `${note}; memory of these cores`,
  };
}

const softwareOf = ({ cores }: SpinnakerProgram): readonly SoftwareProgram[] =>
  cores.flatMap((core) => (core.kind === 'software' ? [core] : []));

/** Populations that only repeat spikes, for delays beyond a synapse's. */
function relayRows(network: Network, program: SpinnakerProgram): readonly OperationReport[] {
  const own = new Set<string>(network.nodes.map(({ id }) => id));
  const added = new Set(program.cores.flatMap((core) => (core.kind === 'neurons' && !own.has(core.population) ? [core.population] : [])));
  const note = 'repeats spikes that wait longer than a synapse can delay them; not counted among the model’s spikes';
  return [...added].map((name) => neuronRow(name, 'relay', coresOf(program, name), note));
}

function softwareRow(program: SpinnakerProgram, counts: MachineCounts | null): OperationReport {
  const cores = softwareOf(program);
  return {
    name: 'software',
    kind: 'cycles',
    where: 'software',
    operations: counts?.softwareCycles ?? null,
    steps: 0,
    cores: cores.length,
    memoryBytes: cores.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0),
    note: 'cycles between segments, all cores of software together; every figure behind them is an assumption [INF]',
  };
}
