import {
  COST_LINES,
  COST_PROFILES,
  COUNT_RULES,
  DECISION_RULES,
  DISCRETIZATIONS,
  INPUT_BITS,
  RECORD_FORMATS,
  RESET_RULES,
  SPLIT_CHOICES,
  type TargetChoice,
  TIME_ORIGINS,
  TIMING_MODELS,
  WEIGHT_BITS_MAX,
} from '../index.ts';
import { runOnWorkers } from './clip-pool.ts';
import { readInput } from './input-files.ts';
import { dashed, type OptionReader } from './read-options.ts';

/** A chip description has some hundred lines. */
const CHIP_BYTES_MAX = 2 ** 20;
/** As many as a model file may declare. */
const STEPS_MAX = 2 ** 16;
/** Of a data set, and more. */
const CLIPS_MAX = 1_000_000_000;
/** Far above any feature, and its powers of two are in float32. */
const RANGE_MAX = 1e30;
/** Loihi holds delays of up to 62 steps. */
const LATENCY_MAX = 62;

/** What `run` and `simulate` share. */
export function readSimulationOptions(options: OptionReader) {
  const pace = options.choice('pace', ['fast', 'real-time']);
  return {
    ...readSelection(options),
    binMs: options.number('binMs', 0, 60_000),
    origin: options.choice('timeOrigin', TIME_ORIGINS),
    counts: options.choice('counts', COUNT_RULES),
    decision: options.choice('decision', DECISION_RULES),
    costs: readCosts(options),
    pace,
    timestepS: readTime(options).timestepS,
    record: readRecord(options.text('record')),
    recordFormat: options.choice('recordFormat', RECORD_FORMATS),
    rasterClip: options.integer('rasterClip', 0, 1_000_000_000) ?? 0,
    ...withPool(readSharedOptions(options)),
  };
}

/** Which clips of the data are taken, and what a format leaves open. */
function readSelection(options: OptionReader) {
  const { sensor, units } = readSensor(options.size('sensor', 65_536));
  return {
    samples: options.integer('samples', 1, CLIPS_MAX),
    split: options.text('split') === null ? null : options.choice('split', SPLIT_CHOICES),
    select: options.ranges('select', CLIPS_MAX),
    shuffle: options.integer('shuffle', 0, 2 ** 32 - 1),
    classNames: options.names('classNames'),
    sensor,
    units,
  };
}

/** A camera's width, height and, perhaps, polarities; or the units of what is no camera. */
function readSensor(size: readonly number[] | null) {
  const [width = 0, height, polarities] = size ?? [];
  if (size === null || height === undefined) return { sensor: null, units: size === null ? null : width };
  return { sensor: { width, height, polarities: polarities === 1 ? 1 : 2 } as const, units: null };
}

/** What a model file may leave open about time. */
export const readTime = (options: OptionReader) => ({
  steps: options.integer('steps', 1, STEPS_MAX),
  timestepS: options.number('timestep', 0, 3600),
  discretization: options.choice('discretization', DISCRETIZATIONS),
});

/** Name of a cost profile; null: the chip's own costs. */
export function readProfile(options: OptionReader): string | null {
  const profile = options.choice('costs', ['own', ...COST_PROFILES.map(({ name }) => name)]);
  return profile === 'own' ? null : profile;
}

function readCosts(options: OptionReader) {
  const without = options.choices('without', COST_LINES.map(dashed));
  return {
    profile: readProfile(options),
    timing: options.choice('timing', TIMING_MODELS),
    without: COST_LINES.filter((line) => without.includes(dashed(line))),
  };
}

/** What a lava-dl network or a NIR file leaves open. */
export const readNetRules = (options: OptionReader) => ({
  thresholdRule: options.text('thresholdRule') === null ? null : options.choice('thresholdRule', ['gt', 'ge']),
  layerLatency: options.integer('layerLatency', 0, LATENCY_MAX),
  reset: options.text('reset') === null ? null : options.choice('reset', RESET_RULES),
});

/** What everything that compiles or simulates shares. */
export function readSharedOptions(options: OptionReader) {
  // On programs that spikec emits, chip and lava compute the same (docs/targets/loihi-arithmetic.md).
  if (options.text('dialect') !== 'chip') {
    options.reserved(
      'dialect',
      'lava',
      'or chip, the same for emitted programs; emulators that lack delays, bias or graded spikes cannot run them; SpiNNaker programs run the rounding build’s arithmetic',
    );
  }
  return { seed: options.integer('seed', 0, 2 ** 32 - 1) ?? 0, threads: options.integer('threads', 1, 256) ?? 1 };
}

/** One thread needs no pool. */
const withPool = <Options extends { readonly threads: number }>(options: Options) => ({
  ...options,
  pool: options.threads > 1 ? runOnWorkers : null,
});

export const readWeightBits = (options: OptionReader): number | null => options.integer('weightBits', 2, WEIGHT_BITS_MAX);

/** How real-valued features become integers. */
export const readFeatureOptions = (options: OptionReader) => ({
  inputBits: options.integer('inputBits', INPUT_BITS.least, INPUT_BITS.most),
  inputRange: options.numbers('inputRange', 0, RANGE_MAX),
});

/** `all`, names of populations, or null where nothing is to be recorded. */
function readRecord(text: string | null): 'all' | readonly string[] | null {
  if (text === null || text === 'all') return text;
  return text.split(',').map((name) => name.trim());
}

/** A built-in chip by name, or the JSON file that the text names. */
export async function readTarget(text: string): Promise<TargetChoice> {
  return /[\\/]|\.json$/i.test(text) ? { file: text, bytes: await readInput(text, CHIP_BYTES_MAX) } : { name: text };
}

/** The bytes of a file that may not have been given. */
export const readOptional = async (path: string | null): Promise<Uint8Array | null> => (path === null ? null : await readInput(path));
