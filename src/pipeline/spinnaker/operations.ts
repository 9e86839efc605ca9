import type { Network, NetworkNode } from '../../ir/network.ts';
import type { NeuronProgram, SoftwareProgram, SpinnakerProgram } from '../../ir/spinnaker-program.ts';
import type { OperationReport } from '../../report/index.ts';
import type { SpinnakerRun } from '../chip-runner.ts';
import { mean } from '../mean.ts';
import { describeHandedOver } from '../operation-sizes.ts';

const WORD = 4;

/** Every operation of the model, where it runs and what it takes; then what the machine does besides. */
export function operationRows(network: Network, program: SpinnakerProgram, runs: readonly SpinnakerRun[]): readonly OperationReport[] {
  const rows = network.nodes.flatMap((node) => rowsOf(node, program, runs));
  return [...rows, ...relayRows(network, program, runs), softwareRow(program, runs)];
}

function rowsOf(node: NetworkNode, program: SpinnakerProgram, runs: readonly SpinnakerRun[]): readonly OperationReport[] {
  const { name, id } = node;
  switch (node.kind) {
    case 'input':
      return [
        softwareStream(
          name,
          `${node.role} input`,
          id,
          program,
          runs,
          node.role === 'mask' || program.readout.quantized === undefined
            ? 'written by the host, sent as packets that count as often as their payload says'
            : `${describeHandedOver(program.readout)}; sent as packets that count as often as their payload says, with keys of their own below 0`,
        ),
      ];
    case 'constant':
      return [softwareStream(name, 'constant', id, program, runs, 'spikes of every clip; a position code is a clock’s synapses')];
    case 'population':
    case 'readout': {
      const what = node.kind === 'readout' ? 'read-out, potentials recorded' : 'LIF';
      const layer = neuronRow(name, 'layer', id, program, runs, `${what}; operations: synaptic events`);
      if (node.kind === 'readout' || node.gate === null) return [layer];
      return [
        layer,
        {
          ...layer,
          kind: 'gate',
          operations: node.size * layer.steps,
          memoryBytes: null,
          note: 'operations: products; a third receptor of these neurons, in a program of its own [INF]',
        },
      ];
    }
    case 'rotary':
      return [softwareStream(name, 'rotary', id, program, runs, 'fixed-point tables, on the buffered clip, between segments')];
    case 'reorder':
      return [softwareStream(name, 'reorder', id, program, runs, 'a permutation of the buffered clip, between segments')];
    case 'attention':
    case 'fast-weights':
      return [
        softwareStream(name, 'attention', id, program, runs, 'a matrix of each head summed and read, on buffered clips, between segments'),
      ];
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

function neuronRow(
  name: string,
  kind: string,
  population: string,
  program: SpinnakerProgram,
  runs: readonly SpinnakerRun[],
  note: string,
): OperationReport {
  const cores = coresOf(program, population);
  return {
    name,
    kind,
    where: 'core',
    operations: runs.length === 0 ? null : mean(runs.map(({ populations }) => populations.get(population)?.synapticEvents ?? 0)),
    steps: cores[0]?.steps ?? 0,
    cores: cores.length,
    memoryBytes: cores.reduce((sum, { image }) => sum + WORD * (image.matrix.length + image.direct.length), 0),
    note,
  };
}

/** Cores of software that keep, make or send a stream. */
function softwareStream(
  name: string,
  kind: string,
  id: string,
  program: SpinnakerProgram,
  runs: readonly SpinnakerRun[],
  note: string,
): OperationReport {
  const cores = softwareOf(program).filter(
    ({ records, operations }) => records.some(({ stream }) => stream === id) || operations.some(({ output }) => output === id),
  );
  const steps = cores.flatMap(({ sends }) => sends.filter(({ stream }) => stream === id)).reduce((sum, send) => sum + send.steps, 0);
  const memoryBytes = cores.reduce((sum, core) => sum + core.memoryBytes, 0);
  return {
    name,
    kind,
    where: 'software',
    operations: runs.length === 0 ? null : mean(runs.map(({ work }) => work.get(id) ?? 0)),
    steps,
    cores: cores.length,
    memoryBytes,
    note: `${note}; operations: cycles of making and sending it [INF]; memory of these cores`,
  };
}

const softwareOf = ({ cores }: SpinnakerProgram): readonly SoftwareProgram[] =>
  cores.flatMap((core) => (core.kind === 'software' ? [core] : []));

/** Populations that only repeat spikes, for delays beyond a synapse's. */
function relayRows(network: Network, program: SpinnakerProgram, runs: readonly SpinnakerRun[]): readonly OperationReport[] {
  const own = new Set<string>(network.nodes.map(({ id }) => id));
  const added = new Set(program.cores.flatMap((core) => (core.kind === 'neurons' && !own.has(core.population) ? [core.population] : [])));
  const note =
    'repeats spikes that wait longer than a synapse can delay them; not counted among the model’s spikes; operations: synaptic events';
  return [...added].map((name) => neuronRow(name, 'relay', name, program, runs, note));
}

function softwareRow(program: SpinnakerProgram, runs: readonly SpinnakerRun[]): OperationReport {
  const cores = softwareOf(program);
  return {
    name: 'software',
    kind: 'cycles',
    where: 'software',
    operations: runs.length === 0 ? null : mean(runs.map(({ counts }) => counts.softwareCycles)),
    steps: 0,
    cores: cores.length,
    memoryBytes: cores.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0),
    note: 'cycles between segments, all cores of software together; every figure behind them is an assumption [INF]',
  };
}
