import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { compileModel } from '../../src/compile.ts';
import type { Network, NetworkNode } from '../../src/ir/network.ts';
import { decide } from '../../src/simulator/decision.ts';
import { createChipSimulator } from '../../src/simulator/loihi/index.ts';
import { simulateNetwork } from '../../src/simulator/reference/index.ts';
import { coreShares, countCore } from '../../src/targets/loihi/usage.ts';
import { compileOptions } from '../support/run-options.ts';
import { asBytes } from '../targets/files.ts';
import { MODELS, type ModelName, onLoihi, openTestSet, readModel } from './models.ts';

const compile = (model: ModelName, target: string) => compileModel(readModel(model, 'loop'), compileOptions(`${model}/loop.onnx`, target));

function rasterOf(node: NetworkNode, stream: ArrayLike<number>): number[] {
  return Array.from(stream).flatMap((value, i) => (value === 0 ? [] : [Math.floor(i / node.size), i % node.size]));
}

/** Everything that decides which neuron fires when, in model time. */
const functionOf = ({ nodes, projections }: Network): unknown => ({ nodes, projections });

describe.each(MODELS)('%s on loihi1', (model) => {
  it('is the integer network that loihi2 runs, so that it decides alike', async () => {
    const [one, two] = [await compile(model, 'loihi1'), await compile(model, 'loihi2')];
    expect(functionOf(one.lowered)).toEqual(functionOf(two.lowered));
  });

  it('fires as that network does from its images alone, with binary spikes, on one chip whose tables it keeps', async () => {
    const { target, mapping, files, lowered } = await compile(model, 'loihi1');
    const loaded = await target.load(asBytes(files.filter(({ path }) => path.startsWith('chip/'))));
    expect(isDeepStrictEqual(loaded, mapping)).toBe(true);
    const { mapping: own, chip: chipModel } = onLoihi({ mapping: loaded, target });
    const { program } = own;
    expect(program.gradedPayloadBits).toBe(1);
    expect(new Set(program.cores.map((core) => core.chip))).toEqual(new Set([0]));
    for (const core of program.cores) {
      for (const { resource, used, allowed } of coreShares(countCore(core, core.outputs.core.length, chipModel), chipModel)) {
        expect(used, `core ${core.core}: ${resource}`).toBeLessThanOrEqual(allowed);
      }
    }
    const chip = createChipSimulator(program, chipModel);
    const mapped = createChipSimulator(onLoihi({ mapping, target }).mapping.program, chipModel);
    const clips = await openTestSet(lowered);
    for (const index of [0, 84]) {
      const clip = clips.clip(index);
      const trace = chip.run(clip, { record: true });
      expect(isDeepStrictEqual(trace, mapped.run(clip, { record: true })), 'the mapping itself').toBe(true);
      const { streams, logits } = simulateNetwork(lowered, clip);
      for (const node of lowered.nodes) {
        if (node.kind !== 'population') continue;
        expect(Array.from(trace.rasters.get(node.id) ?? []), node.name).toEqual(rasterOf(node, streams.get(node.id) ?? []));
      }
      const deployed = Float64Array.from(trace.readout, (v) => v * program.readout.scale);
      expect(decide(deployed, lowered.timesteps, 20).winner).toBe(decide(logits, lowered.timesteps, 20).winner);
    }
  });
});
