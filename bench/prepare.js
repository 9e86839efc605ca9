// What the benchmark times, set up once per model: compile by form, and one clip through ONNX Runtime, the float simulator and the chip.
import { compileModel, createChipSimulator, importModel, openDataset, openOnnxRuntime, simulateNetwork } from '../dist/index.js';

const quiet = { report: () => {}, progress: () => {} };
const { CORE_FIELDS, CoreField } = await import('../dist/ir/trace.js');

export async function prepareBench(model, data, readForm) {
  const compileOptions = { file: model, target: { name: 'loihi2' }, weightBits: 8, seed: 0, calibration: null, ...quiet };
  const loop = readForm('loop');
  const custom = readForm('custom');
  const network = await importModel(loop, { file: model, ...quiet });
  const { mapping, target } = await compileModel(loop, compileOptions);
  const features = network.nodes.find((node) => node.kind === 'input' && node.role === 'features');
  const output = network.nodes.find((node) => node.id === network.output);
  const shape = { timesteps: network.timesteps, channels: features.size, classes: output.size };
  const clips = await openDataset(data, { file: 'digits-test.h5', ...shape, ...quiet });
  const reference = await openOnnxRuntime(loop, { file: model });
  const chip = createChipSimulator(mapping.program, target.chip);
  return {
    compile: (form) => compileModel(form === 'loop' ? loop : custom, compileOptions),
    clip: (index) => clips.clip(index),
    reference: (clip) => reference.run(clip),
    float: (clip) => simulateNetwork(network, clip),
    /** Runs a clip with its trace and returns the synaptic events in it. */
    chip: (clip) => countEvents(chip.run(clip, { record: false })),
  };
}

function countEvents(trace) {
  let events = 0;
  for (let i = CoreField.synapticEvents; i < trace.perCore.length; i += CORE_FIELDS) events += trace.perCore[i];
  return events;
}
