import { type Diagnostic, DiagnosticError, diagnostic, type Report } from '../../diagnostics/index.ts';
import type { Network } from '../../ir/network.ts';
import { buildNetwork } from './build-network.ts';
import { type FlatGraph, flattenGraph, PASS } from './flatten.ts';
import type { NirGraph } from './graph.ts';
import { LINEAR_TYPES } from './linear.ts';
import { INTEGRATOR_TYPES, NEURON_TYPES, type ResetRule } from './neurons.ts';
import { readNirGraph } from './read-graph.ts';
import { wire } from './wiring.ts';

export interface NirOptions {
  readonly file: string;
  readonly report: Report;
  /** Steps of a clip; null: not known. */
  readonly steps: number | null;
  /** Seconds of a step; null: not known, and not needed where the file holds no time. */
  readonly timestepS: number | null;
  /** What a spike does, which no file says; left out: a hard reset. */
  readonly reset?: ResetRule;
}

/**
 * The network in a NIR file (Neuromorphic Intermediate Representation, nir 0.1 to 1.0): neurons as populations in continuous time, chains of
 * linear nodes between them as projections. A spike acts in the step in which it is fired; along an edge that feeds back, one step later.
 * Throws DiagnosticError: `nir-…` for what is wrong with the file or not held here, `timestep-missing` and `steps-missing` for what no NIR
 * file says.
 */
export async function importNir(bytes: Uint8Array, options: NirOptions): Promise<Network> {
  const { file, report, steps, timestepS, reset = 'zero' } = options;
  const graph = flattenGraph(await readNirGraph(bytes, file), file);
  checkTypes(graph, file);
  const timestep = timestepS ?? (holdsTime(graph) ? null : 1);
  if (steps === null || timestep === null) throw new DiagnosticError(missingOptions({ file, steps, timestepS: timestep }));
  return buildNetwork(wire(graph, file), { file, report, steps, timestepS: timestep, reset, parameters: parametersOf(graph) });
}

/** Nodes that nothing leaks from, and no delays: a step can be taken as the unit of time. */
const TIMELESS_TYPES = ['IF', 'I', 'Threshold', ...LINEAR_TYPES, 'Input', 'Output', 'NIRGraph', PASS];

const holdsTime = ({ nodes }: FlatGraph): boolean => [...nodes.values()].some(({ type }) => !TIMELESS_TYPES.includes(type));

/** The graph in a NIR file as it stands there, sound: everything `importNir` would refuse is refused. */
export async function checkedGraph(bytes: Uint8Array, file: string): Promise<NirGraph> {
  const graph = await readNirGraph(bytes, file);
  const flat = flattenGraph(graph, file);
  checkTypes(flat, file);
  wire(flat, file);
  return graph;
}

const HELD = [...NEURON_TYPES.keys(), ...INTEGRATOR_TYPES.keys(), ...LINEAR_TYPES, 'Delay', 'Input', 'Output', 'NIRGraph'].filter(
  (type) => type !== PASS,
);

function checkTypes({ nodes }: FlatGraph, file: string): void {
  const problems: Diagnostic[] = [];
  const places = new Map<string, string[]>();
  for (const { name, type } of nodes.values()) {
    if (HELD.includes(type) || type === PASS) continue;
    places.set(type, [...(places.get(type) ?? []), name]);
  }
  for (const [type, found] of places) {
    problems.push(
      diagnostic('nir-unsupported', `\`${type}\` is no node type of NIR`, {
        places: found.slice(0, 10).map((name) => ({ file, item: `node ${name}` })),
        notes: [`read here: ${HELD.join(', ')}`],
      }),
    );
  }
  if (problems.length > 0) throw new DiagnosticError(problems);
}

function missingOptions({ file, steps, timestepS }: Pick<NirOptions, 'file' | 'steps' | 'timestepS'>): readonly Diagnostic[] {
  const places = [{ file }];
  return [
    ...(timestepS === null
      ? [
          diagnostic('timestep-missing', 'NIR files hold time constants in seconds, and not the timestep', {
            places,
            notes: ['snnTorch and SpikingJelly write files for 1e-4, Norse for 1e-3; what a network was trained with is best'],
          }),
        ]
      : []),
    ...(steps === null ? [diagnostic('steps-missing', 'NIR files do not say how many timesteps a clip has', { places })] : []),
  ];
}

/** Numbers that were trained or set: weights and biases. */
function parametersOf({ nodes }: FlatGraph): number {
  let count = 0;
  for (const { numbers } of nodes.values()) for (const name of ['weight', 'bias', 'scale']) count += numbers.get(name)?.values.length ?? 0;
  return count;
}
