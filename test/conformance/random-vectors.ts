import { below, pick, type Random, seededRandom } from '../support/random.ts';
import { type DialectName, expectedOf, type Sign, storedWeight, type VectorBlock, type VectorGroup, type VectorNet } from './equations.ts';

/** Numbers at the ends of their registers, and any in between. */
const near = (random: Random, ends: readonly number[], least: number, most: number): number =>
  below(random, 2) === 0 ? pick(random, ends) : least + below(random, most - least + 1);

const SIGNS: readonly Sign[] = ['MIXED', 'EXCITATORY', 'INHIBITORY'];

/** What golden files hold little of: both ends of each register, all sign modes, long delays and dead times, small limits of v. */
function randomNet(dialect: DialectName, onChip: boolean, random: Random): VectorNet {
  const [lava, nengo, brian] = [dialect === 'lava', dialect === 'nengo', dialect === 'brian2_loihi'];
  const graded = (lava || dialect === 'chip') && !onChip;
  const steps = 100;
  const inputs = Array.from({ length: 2 }, (_, k) => {
    const n = 1 + below(random, 5);
    const rate = pick(random, [2, 4, 12]);
    const payload = (): number => (graded ? near(random, [-200, 255, 3000], 0, 5) : 1);
    const events = Array.from({ length: steps * n }, (_, i) => [Math.floor(i / n), i % n, payload()] as const).filter(
      () => below(random, rate) === 0,
    );
    return { name: `in${k}`, n, events };
  });
  const groups = Array.from({ length: 3 }, (_, k): VectorGroup => {
    const n = 1 + below(random, 5);
    const narrow = (nengo || dialect === 'chip') && below(random, 3) > 0;
    const neurons = Array.from({ length: n }, () => ({
      du: near(random, brian ? [0, 4095, 4096] : [0, 4094, 4095], 0, 4095),
      dv: near(random, [0, 1, 4095, 4096], 0, 4096),
      vth_mant: near(random, [0, 1, 100, 2000, 20000, 131071], 0, 3000),
      bias_mant: brian ? 0 : near(random, [-4095, 0, 1, 4095], -600, 600),
      bias_exp: brian ? 0 : near(random, lava ? [-7, -1, 0, 7] : [0, 7], 0, 7),
      refract_delay: lava && !onChip ? 1 : near(random, [0, 1, 2, 63], 1, 7),
      vmin: narrow ? 1 - 2 ** below(random, 24) : 1 - 2 ** 23,
      vmax: narrow ? 2 ** (9 + 2 * below(random, 8)) - 1 : 2 ** 23 - 1,
    }));
    return { name: `g${k}`, n, neurons };
  });
  const sizes = new Map([...inputs, ...groups].map(({ name, n }) => [name, n]));
  const blocks = groups.flatMap(({ name, n }, k) => {
    const sources = [`in${k % 2}`, ...[...sizes.keys()].filter((source) => source !== `in${k % 2}` && below(random, 3) === 0)];
    return sources.map((src): VectorBlock => {
      const sign = nengo ? 'MIXED' : pick(random, SIGNS);
      const least = sign === 'EXCITATORY' ? 0 : sign === 'MIXED' ? -256 : -255;
      const columns = sizes.get(src) ?? 0;
      const matrix = (value: () => number): number[][] => Array.from({ length: n }, () => Array.from({ length: columns }, value));
      const longest = nengo ? 0 : brian ? 62 : 63;
      return {
        src,
        dst: name,
        weight_exp: near(random, [0, 0, nengo ? -7 : -8, 7], -2, 3),
        num_weight_bits: nengo ? 8 : near(random, [8, 8, 7], 1, 8),
        sign_mode: sign,
        kernel: false,
        num_message_bits: graded ? pick(random, [0, 8, 31]) : 0,
        weights: matrix(() => (below(random, 5) === 0 ? 0 : near(random, [least, -1, 1, 255], least, 255))).map((row) =>
          row.map((w) => (sign === 'INHIBITORY' ? Math.min(0, w) : Math.max(least, w))),
        ),
        delays: matrix(() => (longest === 0 ? 0 : near(random, [0, 1, longest - 1, longest], 0, longest))),
      };
    });
  });
  return { dialect, onChip, steps, inputs, groups, blocks };
}

/** Neurons that stand on an edge: v at the threshold, u and u + bias at the ends of 24 bits. Eight inputs fire in every other step. */
function edgeNet(dialect: DialectName, onChip: boolean): VectorNet {
  const forgetful = dialect === 'brian2_loihi' ? 4096 : 4095;
  const free = { bias_exp: 7, refract_delay: 1, vmin: 1 - 2 ** 23, vmax: 2 ** 23 - 1 };
  const bias = dialect === 'brian2_loihi' ? 0 : 4095;
  const edges = [
    { name: 'tie', neuron: { ...free, du: forgetful, dv: 4096, vth_mant: 16, bias_mant: 0 }, weight: 2, weight_exp: 0 },
    { name: 'end', neuron: { ...free, du: forgetful, dv: 4096, vth_mant: 131071, bias_mant: 0 }, weight: 128, weight_exp: 7 },
    { name: 'brim', neuron: { ...free, du: 0, dv: 4096, vth_mant: 131071, bias_mant: bias }, weight: 30, weight_exp: 7 },
  ];
  const events = Array.from({ length: 15 * 8 }, (_, i) => [2 * Math.floor(i / 8), i % 8, 1] as const);
  return {
    dialect,
    onChip,
    steps: 30,
    inputs: [{ name: 'in', n: 8, events }],
    groups: edges.map(({ name, neuron }) => ({ name, n: 2, neurons: [neuron, neuron] })),
    blocks: edges.map(({ name, weight, weight_exp }) => ({
      src: 'in',
      dst: name,
      weight_exp,
      num_weight_bits: 8,
      sign_mode: 'MIXED',
      num_message_bits: 0,
      kernel: false,
      weights: [new Array<number>(8).fill(weight), new Array<number>(8).fill(-weight)],
      delays: [new Array<number>(8).fill(0), new Array<number>(8).fill(0)],
    })),
  };
}

/** A file of the conformance format, its expected numbers from the equations. */
export const randomVector = (dialect: DialectName, seed: number, onChip = false) =>
  vectorOf(randomNet(dialect, onChip, seededRandom(seed)));

export const edgeVector = (dialect: DialectName, onChip = false) => vectorOf(edgeNet(dialect, onChip));

function vectorOf(net: VectorNet) {
  const { dialect, onChip } = net;
  const { steps, inputs, groups, blocks } = net;
  const limited = dialect === 'nengo' || dialect === 'chip';
  return {
    format: onChip ? 'loihi-golden-1-hw' : 'loihi-golden-1',
    semantics: { dialect, u_decay_offset: dialect === 'brian2_loihi' ? 0 : 1 },
    T: steps,
    inputs: inputs.map((input) => ({
      ...input,
      events: input.events.map(([t, i, payload]) => (payload === 1 ? [t, i] : [t, i, payload])),
    })),
    groups: groups.map(({ name, n, neurons }) => {
      const { vmin, vmax, ...registers } = columns(neurons);
      return { name, n, ...registers, ...(limited ? { vmin, vmax } : {}) };
    }),
    synapses: blocks.map((block) => ({
      ...block,
      weights_used: block.weights.map((row) => row.map((weight) => Number(storedWeight(dialect, weight, block)))),
    })),
    expected: expectedOf(net),
  };
}

/** A convolution with every stride, padding, dilation and grouping: indices run over (x, y, channel), and the kernel is flipped. */
export function randomConvolution(seed: number) {
  const random = seededRandom(seed);
  const pair = (least: number, most: number) => [least + below(random, most - least + 1), least + below(random, most - least + 1)] as const;
  const groups = 1 + below(random, 3);
  const [fanIn, fanOut] = pair(1, 2);
  const [stride, padding, dilation, kernel] = [pair(1, 3), pair(0, 2), pair(1, 2), pair(1, 3)];
  const [width, height] = [0, 1].map((axis) => dilation[axis] * (kernel[axis] - 1) + 1 + below(random, 5));
  const [inputs, outputs] = [groups * fanIn, groups * fanOut];
  const [across, down] = [width, height].map(
    (side, axis) => Math.floor((side + 2 * padding[axis] - dilation[axis] * (kernel[axis] - 1) - 1) / stride[axis]) + 1,
  );
  const most = pick(random, [127, 90000]);
  const list = <T>(length: number, value: () => T): T[] => Array.from({ length }, value);
  const weight = list(outputs, () => list(kernel[0], () => list(kernel[1], () => list(fanIn, () => below(random, 2 * most + 1) - most))));
  const size = width * height * inputs;
  const rows = list(across * down * outputs, () => new Array<number>(size).fill(0));
  for (let x = 0; x < across; x++)
    for (let y = 0; y < down; y++)
      for (let f = 0; f < outputs; f++)
        for (let i = 0; i < kernel[0]; i++)
          for (let j = 0; j < kernel[1]; j++) {
            const [px, py] = [x * stride[0] + i * dilation[0] - padding[0], y * stride[1] + j * dilation[1] - padding[1]];
            if (px < 0 || py < 0 || px >= width || py >= height) continue;
            for (let c = 0; c < fanIn; c++) {
              const source = (px * height + py) * inputs + Math.floor(f / fanOut) * fanIn + c;
              rows[(x * down + y) * outputs + f][source] = weight[f][kernel[0] - 1 - i][kernel[1] - 1 - j][c];
            }
          }
  const registers = {
    du: pick(random, [0, 600, 4095]),
    dv: pick(random, [0, 200, 4096]),
    vth_mant: pick(random, [50, 2000, 60000]),
    bias_mant: below(random, 99) - 49,
    bias_exp: 3,
  };
  const events = Array.from(
    { length: 30 * size },
    (_, i) => [Math.floor(i / size), i % size, pick(random, [1, 1, -20, 300])] as const,
  ).filter(() => below(random, 6) === 0);
  const neuron = { ...registers, refract_delay: 1, vmin: 1 - 2 ** 23, vmax: 2 ** 23 - 1 };
  const net: VectorNet = {
    dialect: 'lava',
    onChip: false,
    steps: 30,
    inputs: [{ name: 'in', n: size, events }],
    groups: [{ name: 'out', n: rows.length, neurons: list(rows.length, () => neuron) }],
    blocks: [
      {
        src: 'in',
        dst: 'out',
        weight_exp: 0,
        num_weight_bits: 8,
        sign_mode: 'MIXED',
        kernel: true,
        num_message_bits: null,
        weights: rows,
        delays: rows.map((row) => row.map(() => 0)),
      },
    ],
  };
  return {
    format: 'loihi-golden-1-conv',
    semantics: { dialect: 'lava', u_decay_offset: 1 },
    T: 30,
    conv: {
      input_shape: [width, height, inputs],
      output_shape: [across, down, outputs],
      kernel,
      stride,
      padding,
      dilation,
      groups,
      weight,
    },
    neuron: registers,
    inputs: [{ name: 'in', n: size, events }],
    expected: expectedOf(net),
  };
}

/** Rows of registers as a list a register. */
function columns(neurons: VectorGroup['neurons']): Record<string, number[]> {
  const names = Object.keys(neurons[0]) as (keyof (typeof neurons)[number])[];
  return Object.fromEntries(names.map((name) => [name, neurons.map((neuron) => neuron[name])]));
}
