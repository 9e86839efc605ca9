import { type Diagnostic, DiagnosticError } from '../../../../src/diagnostics/index.ts';
import { importOnnx } from '../../../../src/frontend/onnx/index.ts';
import { DataType } from '../../../../src/frontend/onnx/proto/index.ts';
import type { Network } from '../../../../src/ir/network.ts';
import { GraphMaker } from './graph-maker.ts';

export const STEPS = 6;
export const WIDTH = 4;

/** Diagnostics that stop the import; fails where nothing stops it. */
export function refusalsOf(bytes: Uint8Array): readonly Diagnostic[] {
  try {
    importOnnx(bytes, { file: 'made.onnx', report: () => undefined });
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics;
    throw error;
  }
  throw new Error('the file was imported');
}

export function imported(bytes: Uint8Array): { network: Network; warnings: Diagnostic[] } {
  const warnings: Diagnostic[] = [];
  const network = importOnnx(bytes, { file: 'made.onnx', report: (warning) => warnings.push(warning) });
  return { network, warnings };
}

export const weightsOf = (rows: number, columns: number): Float32Array =>
  Float32Array.from({ length: rows * columns }, (_, i) => ((i * 37) % 19) / 8 - 1);

/** features [1, STEPS, WIDTH] -> linear -> `neurons` over [STEPS, 1, WIDTH] -> linear. */
export function aroundNeurons(neurons: (graph: GraphMaker, current: string) => string): Uint8Array {
  const graph = new GraphMaker();
  graph.path = '/layer';
  const product = graph.one('MatMul', [
    graph.transpose('features', 1, 0, 2),
    graph.initializer('w', [WIDTH, WIDTH], weightsOf(WIDTH, WIDTH)),
  ]);
  const spikes = neurons(graph, product);
  graph.path = '/head';
  const logits = graph.one('MatMul', [spikes, graph.initializer('o', [WIDTH, 2], weightsOf(WIDTH, 2))]);
  return graph.encode({ features: [[1, STEPS, WIDTH], DataType.float] }, [logits]);
}

/** A network without names and origins: what two export forms of one model share, whatever they call it. */
export function functionOf({ name: _, nodes, projections, output, ...network }: Network) {
  const at = new Map(nodes.map((node, k) => [node.id as string, `#${k}`]));
  const renamed = (value: unknown): unknown => (typeof value === 'string' ? (at.get(value) ?? value) : value);
  return {
    ...network,
    output: renamed(output),
    nodes: nodes.map(({ origin, name: _name, ...node }) =>
      Object.fromEntries(Object.entries(node).map(([key, value]) => [key, Array.isArray(value) ? value.map(renamed) : renamed(value)])),
    ),
    projections: projections.map(({ id, origin, source, target, ...projection }) => ({
      ...projection,
      source: renamed(source),
      target: renamed(target),
    })),
  };
}
