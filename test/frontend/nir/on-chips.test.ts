import { describe, expect, it } from 'vitest';
import { compileModel } from '../../../src/compile.ts';
import { DiagnosticError } from '../../../src/diagnostics/index.ts';
import { openRunner } from '../../../src/pipeline/chip-runner.ts';
import { deploymentOf } from '../../../src/pipeline/deployment.ts';
import { simulateNetwork } from '../../../src/simulator/reference/index.ts';
import { seededRandom } from '../../support/random.ts';
import { compileOptions } from '../../support/run-options.ts';
import { graphsOfEveryType } from './support/graphs.ts';
import { type GraphSource, type NirSource, nirFile } from './support/nir-file.ts';

const STEPS = 30;
const TIMES: Readonly<Record<string, number>> = { tau: 0.01, tau_mem: 0.01, tau_syn: 0.004 };

/** One time constant for all, and 0 to be reset to: what registers hold. */
const uniform = ({ nodes, edges }: GraphSource): GraphSource => ({
  nodes: Object.fromEntries(
    Object.entries(nodes).map(([name, { v_reset: _, ...node }]) => [
      name,
      Object.fromEntries(Object.entries(node).map(([field, value]) => [field, TIMES[field] ?? value])) as unknown as NirSource,
    ]),
  ),
  edges,
});

const graphs = Object.entries(graphsOfEveryType(3)).filter(([type]) => !['I', 'LI', 'CubaLI'].includes(type));

/** Places of the populations' spikes in which integers and float agree, of all; null: refused, with the reason. */
async function agreement(graph: GraphSource, target: string): Promise<readonly [number, number] | null> {
  const time = { steps: STEPS, timestepS: 1e-3 };
  const compiled = await compileModel(await nirFile(uniform(graph)), { ...compileOptions('made.nir', target), ...time }).catch(
    (error: unknown) => {
      if (!(error instanceof DiagnosticError)) throw error;
      for (const { code } of error.diagnostics) expect(['operation-unsupported', 'value-out-of-range']).toContain(code);
      return null;
    },
  );
  if (compiled === null) return null;
  const { network, lowered, mapping } = compiled;
  const chip = openRunner(deploymentOf(mapping, compiled.target.chip), { profile: null, timing: 'simple', without: [] });
  const random = seededRandom(4);
  const channels = network.nodes[0].size;
  const features = Float32Array.from({ length: STEPS * channels }, () => (random() < 0.5 ? 1 : 0));
  const clip = { steps: STEPS, channels, features, valid: new Uint8Array(STEPS).fill(1), label: null };
  const [float, integer] = [simulateNetwork(network, clip), simulateNetwork(lowered, clip)];
  expect(Array.from(chip.run(clip, false).logits)).toEqual(Array.from(integer.logits));
  const population = network.nodes[1];
  const [expected, stored] = [float, integer].map(({ streams }) => Array.from(streams.get(population.id) ?? []));
  // A chip may hold the neurons in another order.
  const held = lowered.nodes.find(({ id }) => id === population.id);
  const order = held?.kind === 'population' ? held.order : undefined;
  const { size } = population;
  const placeOf = new Map(Array.from({ length: size }, (_, place) => [order?.[place] ?? place, place]));
  const found = expected.map((_, i) => stored[i - (i % size) + (placeOf.get(i % size) ?? 0)]);
  expect(expected).toContain(1);
  return [expected.filter((value, i) => value === found[i]).length, expected.length];
}

describe('each node type on chips', () => {
  it.each(graphs)('%s: loihi2 fires as the float network does, loihi1 and spinnaker1 do or say why not', async (_, graph) => {
    for (const target of ['loihi2', 'loihi1', 'spinnaker1']) {
      const found = await agreement(graph, target);
      if (target === 'loihi2') expect(found).not.toBeNull();
      if (found !== null) expect(found[0] / found[1], target).toBeGreaterThan(0.97);
    }
  });
});
