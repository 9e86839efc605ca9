/**
 * A second derivation of the dialects, on unbounded integers: the equations that the golden files state (`semantics.order`, `timing`,
 * `weights_used`), and for `chip` those of docs/targets/loihi-arithmetic.md. It knows nothing of the emulator.
 */
export type DialectName = 'lava' | 'nengo' | 'brian2_loihi' | 'chip';
export type Sign = 'MIXED' | 'EXCITATORY' | 'INHIBITORY';

/** Registers of one neuron. */
interface Neuron {
  readonly du: number;
  readonly dv: number;
  readonly vth_mant: number;
  readonly bias_mant: number;
  readonly bias_exp: number;
  readonly refract_delay: number;
  readonly vmin: number;
  readonly vmax: number;
}

export interface VectorGroup {
  readonly name: string;
  readonly n: number;
  readonly neurons: readonly Neuron[];
}

export interface VectorBlock {
  readonly src: string;
  readonly dst: string;
  readonly weight_exp: number;
  readonly num_weight_bits: number;
  readonly sign_mode: Sign;
  /** 0: spikes are binary; null: not said. */
  readonly num_message_bits: number | null;
  /** Weights of a convolution: kept as they are, and their sum wraps at 24 bits. */
  readonly kernel: boolean;
  readonly weights: readonly (readonly number[])[];
  readonly delays: readonly (readonly number[])[];
}

export interface VectorNet {
  readonly dialect: DialectName;
  /** v is read out as the chip shows it. */
  readonly onChip: boolean;
  readonly steps: number;
  readonly inputs: readonly {
    readonly name: string;
    readonly n: number;
    readonly events: readonly (readonly [number, number, number])[];
  }[];
  readonly groups: readonly VectorGroup[];
  readonly blocks: readonly VectorBlock[];
}

const abs = (x: bigint): bigint => (x < 0n ? -x : x);
const sign = (x: bigint): bigint => (x > 0n ? 1n : x < 0n ? -1n : 0n);
const clip = (x: bigint, least: bigint, most: bigint): bigint => (x < least ? least : x > most ? most : x);
/** Shift to the left, or arithmetic to the right. */
const shift = (x: bigint, by: number): bigint => (by >= 0 ? x << BigInt(by) : x >> BigInt(-by));
const decayed = (x: bigint, k: number): bigint => sign(x) * ((abs(x) * BigInt(4096 - k)) >> 12n);
const TOP = 2n ** 23n;

/** round(x / 2^by), halves to even. */
function roundedShift(x: bigint, by: number): bigint {
  const [low, unit] = [x >> BigInt(by), 2n ** BigInt(by)];
  const twice = 2n * (x - low * unit);
  return twice > unit || (twice === unit && low % 2n !== 0n) ? low + 1n : low;
}

export function storedWeight(
  dialect: DialectName,
  weight: number,
  block: Pick<VectorBlock, 'num_weight_bits' | 'sign_mode' | 'weight_exp'>,
): bigint {
  const { num_weight_bits: bits, sign_mode: mode, weight_exp: exponent } = block;
  const lost = 8 - bits + (mode === 'MIXED' ? 1 : 0);
  const w = BigInt(weight);
  const towardZero = sign(w) * ((abs(w) >> BigInt(lost)) << BigInt(lost));
  switch (dialect) {
    case 'lava': {
      const within = mode === 'MIXED' ? clip(w, -256n, 255n) : mode === 'EXCITATORY' ? clip(w, 0n, 255n) : clip(w, -255n, 0n);
      return mode === 'INHIBITORY' ? -((-within >> BigInt(lost)) << BigInt(lost)) : (within >> BigInt(lost)) << BigInt(lost);
    }
    case 'nengo': {
      const kept = clip(roundedShift(w, 1), -127n, 127n);
      const by = 1 + exponent;
      const coarse = by < 0 ? clip(roundedShift(kept, -by) << BigInt(-by), -127n, 127n) : kept;
      return shift(coarse, by) << 6n;
    }
    case 'brian2_loihi':
      return clip(shift(towardZero, exponent) << 6n, -(2n ** 21n) + 64n, 2n ** 21n - 64n);
    case 'chip':
      return shift(towardZero, exponent) << 6n;
  }
}

/** What a block's sum brings, in units of u. */
function unitsOf(dialect: DialectName, { kernel, weight_exp }: VectorBlock, sum: bigint): bigint {
  if (kernel) return BigInt.asIntN(24, sum) << 6n;
  return dialect === 'lava' ? shift(sum, weight_exp) << 6n : sum;
}

/** u after the wrap of its dialect. */
function currentOf(dialect: DialectName, u: bigint): bigint {
  switch (dialect) {
    case 'lava':
      return u > TOP ? u - 2n * TOP : u <= -TOP ? u + 2n * TOP : u;
    case 'nengo':
    case 'chip':
      return BigInt.asIntN(24, u);
    case 'brian2_loihi':
      return u;
  }
}

interface State {
  u: bigint;
  v: bigint;
  /** Dead steps that are left. */
  held: number;
  /** v as a probe reads it. */
  read: bigint;
}

/** One step of a neuron on its input, in units of u; true: it fired. */
function step(dialect: DialectName, onChip: boolean, n: Neuron, state: State, input: bigint): boolean {
  const refractory = dialect !== 'lava' || onChip;
  const q = dialect === 'nengo' ? BigInt.asIntN(22, input) : dialect === 'chip' ? BigInt.asIntN(24, input) : input;
  state.u = currentOf(dialect, decayed(state.u, n.du + (dialect === 'brian2_loihi' ? 0 : 1)) + q);
  const bias = shift(BigInt(n.bias_mant), n.bias_exp);
  const wraps = dialect === 'nengo' || dialect === 'chip';
  const drive = wraps ? BigInt.asIntN(24, state.u + bias) : state.u + bias;
  const sum = decayed(state.v, n.dv) + drive;
  const bounded = dialect === 'brian2_loihi' ? sum : clip(sum, BigInt(n.vmin), BigInt(n.vmax));
  const dead = refractory && state.held > 0;
  const fires = !dead && bounded > 64n * BigInt(n.vth_mant);
  state.v = dead || fires ? 0n : bounded;
  const counter = fires ? n.refract_delay : state.held;
  state.held = fires && refractory ? Math.max(0, n.refract_delay - 1) : Math.max(0, state.held - 1);
  state.read = (onChip || dialect === 'chip') && counter > 0 && (fires || dead) ? BigInt(counter) << 7n : state.v;
  return fires;
}

/** `expected` of a vector file: every u, v and spike. */
export function expectedOf({ dialect, onChip, steps, inputs, groups, blocks }: VectorNet) {
  const stored = blocks.map((block) =>
    block.weights.map((row) => row.map((w) => (block.kernel ? BigInt(w) : storedWeight(dialect, w, block)))),
  );
  /** Input of a group's neurons, in units of u, by step. */
  const arriving = new Map(groups.map(({ name, n }) => [name, Array.from({ length: steps + 65 }, () => new Array<bigint>(n).fill(0n))]));
  const send = (source: string, spikes: readonly (readonly [number, number])[], arrival: number): void => {
    blocks.forEach((block, b) => {
      if (block.src !== source) return;
      const rows = arriving.get(block.dst) ?? [];
      stored[b].forEach((weights, target) => {
        // One sum for each delay: a shift to the right rounds it once.
        const sums = new Map<number, bigint>();
        for (const [neuron, payload] of spikes) {
          const delay = block.delays[target][neuron];
          const message = block.num_message_bits === 0 ? 1 : payload;
          sums.set(delay, (sums.get(delay) ?? 0n) + weights[neuron] * BigInt(message));
        }
        for (const [delay, sum] of sums) {
          const input = rows[arrival + delay];
          if (input !== undefined) input[target] += unitsOf(dialect, block, sum);
        }
      });
    });
  };
  const states = new Map(
    groups.map(({ name, n }) => [name, Array.from({ length: n }, (): State => ({ u: 0n, v: 0n, held: 0, read: 0n }))]),
  );
  const recorded = groups.map(({ name, n }) => ({ name, n, spikes: [] as number[][], u: [] as number[][], v: [] as number[][] }));
  for (let t = 0; t < steps; t++) {
    for (const { name, events } of inputs) {
      const now = events.filter(([at, , payload]) => at === t && payload !== 0).map(([, neuron, payload]) => [neuron, payload] as const);
      send(name, now, dialect === 'brian2_loihi' ? t : t + 1);
    }
    const fired = groups.map(({ name, neurons }, g) => {
      const row = states.get(name) ?? [];
      const spikes = row.flatMap((state, i) => (step(dialect, onChip, neurons[i], state, arriving.get(name)?.[t][i] ?? 0n) ? [i] : []));
      recorded[g].spikes.push(...spikes.map((i) => [t, i]));
      recorded[g].u.push(row.map(({ u }) => Number(u)));
      recorded[g].v.push(row.map(({ read }) => Number(read)));
      return spikes;
    });
    groups.forEach(({ name }, g) => {
      send(
        name,
        fired[g].map((i) => [i, 1] as const),
        t + 1,
      );
    });
  }
  const byName = <T>(value: (record: (typeof recorded)[number]) => T) =>
    Object.fromEntries(recorded.map((record) => [record.name, value(record)]));
  const probe = (register: 'u' | 'v') =>
    byName((record) => ({ neurons: Array.from({ length: record.n }, (_, i) => i), values: record[register] }));
  return { spikes: byName(({ spikes }) => spikes), u: probe('u'), v: probe('v') };
}
