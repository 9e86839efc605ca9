import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { printInspection } from '../../../src/cli/print/print-inspection.ts';
import { createStyle } from '../../../src/cli/style.ts';
import { importOnnx } from '../../../src/frontend/onnx/index.ts';
import { type OnnxRuntimeReference, openOnnxRuntime } from '../../../src/frontend/onnx/onnx-runtime.ts';
import { inspectNetwork } from '../../../src/ir/inspect.ts';
import type { Network } from '../../../src/ir/network.ts';
import { verifyNetwork } from '../../../src/ir/network-verify.ts';
import { trialClips } from '../../../src/pipeline/trial-clips.ts';
import { verifyModel } from '../../../src/pipeline/verify-model.ts';
import { simulateNetwork } from '../../../src/simulator/reference/index.ts';
import { functionOf } from './support/importing.ts';
import { SpikeScrMaker } from './support/spike-scr.ts';
import { MADE, readExported, VARIANTS } from './support/variants.ts';

const report = (): void => undefined;
const networkOf = (bytes: Uint8Array, file = 'model.onnx'): Network => importOnnx(bytes, { file, report });

describe.each(VARIANTS)('%s', (name, make) => {
  const bytes = make();
  const network = networkOf(bytes, `${name}.onnx`);
  let reference: OnnxRuntimeReference;
  beforeAll(async () => {
    reference = await openOnnxRuntime(bytes, { file: `${name}.onnx` });
  });
  afterAll(async () => reference.close());

  it('is inspected as before', async () => {
    expect(verifyNetwork(network)).toEqual([]);
    await expect(printInspection(inspectNetwork(network), createStyle(false))).toMatchFileSnapshot(`../../golden/onnx/${name}.txt`);
  });

  it('computes what ONNX Runtime computes', async () => {
    for (const { clip } of trialClips(network, 3)) {
      const expected = await reference.run(clip);
      const { logits } = simulateNetwork(network, clip);
      const worst = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - logits[i])), 0);
      expect(worst).toBeLessThan(1e-4);
    }
  });

  it('fires as ONNX Runtime does, population by population', async () => {
    const { populations } = await verifyModel(bytes, { file: `${name}.onnx`, report, seed: 1 });
    expect(populations).toHaveLength(network.nodes.filter((node) => node.kind === 'population').length);
    expect(populations.filter(({ differences }) => differences > 0)).toEqual([]);
    expect(populations.reduce((sum, { spikes }) => sum + spikes, 0)).toBeGreaterThan(100);
  });
});

/** Some forms compute the rotary tables in the graph, the others hold them: their last place may differ. */
function withoutTables(name: Parameters<typeof readExported>[0]) {
  const { nodes, ...rest } = functionOf(networkOf(readExported(name)));
  return { ...rest, nodes: nodes.map((node) => (node.kind === 'rotary' ? { ...node, direct: null, partner: null } : node)) };
}

describe('every form of a model', () => {
  const forms = Object.entries(MADE).filter(([, { form }]) => form !== 'loop');
  it.each(forms.filter(([, shape]) => shape.steps === 12 && shape.published && shape.depth === 1))(
    'is the same network: %s',
    (_, shape) => {
      const loop = networkOf(new SpikeScrMaker({ ...shape, form: 'loop' }).make());
      expect(functionOf(networkOf(new SpikeScrMaker(shape).make()))).toEqual(functionOf(loop));
    },
  );

  it('is the same network where torch exported it', () => {
    const [loop, sequence, unrolled, custom] = (['loop', 'loop-seq', 'unrolled', 'custom'] as const).map((form) =>
      withoutTables(`small-corrected.${form}`),
    );
    for (const other of [sequence, unrolled, custom]) expect(other).toEqual(loop);
  });

  it('is the same network where neurons decide once a clip', () => {
    const [loop, unrolled, custom] = (['loop', 'unrolled', 'custom'] as const).map((form) => withoutTables(`once-a-clip.${form}`));
    for (const other of [unrolled, custom]) expect(other).toEqual(loop);
  });

  it('is the same network, names and all, for a trained network', () => {
    const loop = readFileSync(new URL('../../../models/spikescr-t40/custom.onnx', import.meta.url));
    const comparable = ({ nodes, projections, ...network }: Network) => ({
      ...network,
      nodes: nodes.map(({ origin: _, ...node }) => node),
      projections: projections.map(({ origin: _, ...projection }) => projection),
    });
    expect(comparable(networkOf(readExported('spikescr-t40.unrolled')))).toEqual(comparable(networkOf(loop)));
  });
});
