// `node bench/unrolled.js [--nodes N]` after a build: time and memory of reading a network whose time loops were unrolled.

import { encodeModel } from '../dist/frontend/onnx/proto/index.js';
import { importModel } from '../dist/index.js';

const at = process.argv.indexOf('--nodes');
const wanted = at < 0 ? 200_000 : Number(process.argv[at + 1]);
const WIDTH = 64;
const STEPS = 500;
/** Nine nodes a step, but five in the first and eight in the last; the linear layer and the join. */
const NODES_PER_LAYER = 9 * STEPS - 5 + 2;
const layers = Math.ceil(wanted / NODES_PER_LAYER);

const lists = { floats: [], ints: [], strings: [], tensors: [], graphs: [] };
const noValues = { floatData: [], int32Data: [], int64Data: [], doubleData: [], stringData: [] };
const tensor = (name, dims, values) => ({
  ...noValues,
  name,
  dims,
  dataType: 1,
  rawData: new Uint8Array(Float32Array.from(values).buffer),
});
const integers = (name, dims, values) => ({ ...noValues, name, dims, dataType: 7, int64Data: values });
const attribute = (name, i) => ({ ...lists, name, type: 2, i });
const input = (name, dims) => ({ name, type: { tensor: { elementType: 1, shape: { dims: dims.map((value) => ({ value })) } } } });

/** Linear layers of LIF neurons, one after the other; every time step of every layer is nine nodes. */
function makeModel() {
  const nodes = [];
  const initializers = [tensor('half', [], [0.5]), tensor('one', [], [1]), integers('axis', [1], [0])];
  for (let t = 0; t < STEPS; t++) initializers.push(integers(`t${t}`, [], [t]));
  const op = (opType, inputs, attributes = []) => {
    const name = `${opType}_${nodes.length}`;
    nodes.push({ name, opType, inputs, outputs: [name], attributes });
    return name;
  };
  let x = 'features';
  for (let layer = 0; layer < layers; layer++) {
    initializers.push(
      tensor(
        `w${layer}`,
        [WIDTH, WIDTH],
        Array.from({ length: WIDTH ** 2 }, (_, i) => ((i * 37) % 19) / 64 - 0.125),
      ),
    );
    const current = op('MatMul', [x, `w${layer}`]);
    const rows = [];
    let v = 'zero';
    for (let t = 0; t < STEPS; t++) {
      const row = op('Gather', [current, `t${t}`], [attribute('axis', 0)]);
      const h = t === 0 ? row : op('Add', [op('Sub', [v, op('Mul', [v, 'half'])]), row]);
      const s = op('Cast', [op('GreaterOrEqual', [h, 'one'])], [attribute('to', 1)]);
      if (t < STEPS - 1) v = op('Mul', [op('Sub', ['one', s]), h]);
      rows.push(op('Unsqueeze', [s, 'axis']));
    }
    x = op('Concat', rows, [attribute('axis', 0)]);
  }
  initializers.push(
    tensor(
      'head',
      [WIDTH, 4],
      Array.from({ length: WIDTH * 4 }, (_, i) => (i % 7) / 8),
    ),
  );
  const logits = op('MatMul', [x, 'head']);
  const graph = {
    name: 'made',
    nodes,
    initializers,
    sparseInitializers: [],
    inputs: [input('features', [STEPS, 1, WIDTH])],
    outputs: [{ name: logits }],
    valueInfo: [],
  };
  return { nodes: nodes.length, bytes: encodeModel({ irVersion: 7, opsets: [{ domain: '', version: 13 }], graph, functions: [] }) };
}

const { nodes, bytes } = makeModel();
global.gc?.();
const before = process.memoryUsage().rss;
const start = process.hrtime.bigint();
const network = await importModel(bytes, { file: 'made.onnx', report: () => {} });
const seconds = Number(process.hrtime.bigint() - start) / 1e9;
const populations = network.nodes.filter((node) => node.kind === 'population').length;
console.log(`${nodes} nodes, ${(bytes.length / 2 ** 20).toFixed(1)} MiB, ${populations} populations: ${seconds.toFixed(2)} s`);
console.log(
  `resident memory ${(before / 2 ** 20).toFixed(0)} MiB before, at most ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`,
);
