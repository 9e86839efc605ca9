import { type Diagnostic, DiagnosticError, diagnostic } from '../diagnostics/index.ts';
import type { Network } from '../ir/network.ts';

/**
 * What no chip here can hold: potentials travel on none, and a program without a spiking population has nothing to run. Read-outs that
 * integrate are the host's. Throws `operation-unsupported` and `no-spiking-neuron`, all at once.
 */
export function refuseIntegrators(network: Network, chip: string): void {
  const problems = network.nodes.flatMap((node): Diagnostic[] => {
    if (node.kind !== 'integrator') return [];
    const places = [{ file: node.origin.file, item: node.origin.nodes[0] ?? node.name }];
    const notes = [
      'taken: integrators that are read out as they are, which the host integrates, and neurons with a synaptic current of their own',
    ];
    return [
      diagnostic('operation-unsupported', `${node.name} hands on its membrane potential, and ${chip} sends spikes only`, { places, notes }),
    ];
  });
  const spikes = network.nodes.some(({ kind }) => kind === 'population');
  if (!spikes) {
    const file = network.nodes[0]?.origin.file ?? network.name;
    problems.push(
      diagnostic('no-spiking-neuron', `the network has no spiking neuron, and ${chip} would have nothing to run`, { places: [{ file }] }),
    );
  }
  if (problems.length > 0) throw new DiagnosticError(problems);
}
