import { failure, type Report } from '../diagnostics/index.ts';
import { type CountRule, type DataInput, openDataset, type Selection, type Sensor, type TimeOrigin } from '../frontend/datasets/index.ts';
import { openOnnxRuntime } from '../frontend/onnx/onnx-runtime.ts';
import type { Clip, ClipSource } from '../ir/clip.ts';
import { loadMapping } from '../ir/mapping-io/index.ts';
import { channelsOf, outputOf } from '../ir/model-facts.ts';
import type { Network } from '../ir/network.ts';
import { findUnquantized, type QuantizedChannels } from '../ir/quantized-features.ts';
import { createTally } from '../simulator/accounting/tally-clip.ts';
import type { DecisionRule } from '../simulator/decision.ts';
import { targetOfFiles } from '../targets/index.ts';
import { type ChipRun, openRunner } from './chip-runner.ts';
import type { CostOptions } from './costs.ts';
import { deploymentOf } from './deployment.ts';
import { type ClipResult, evaluateClip, type Level, type Runners } from './evaluate.ts';
import { isInteger } from './integer-network.ts';
import { inModelOrder } from './model-order.ts';
import { LOWERED_FILE, loadNetworkFile, NETWORK_FILE } from './network-files.ts';

/** Which clips of the data are taken, and how they are framed; defaults as in `openDataset`. */
export interface Framing extends Selection {
  readonly dataFile: string;
  /** Milliseconds; null: round(1000 / timesteps). */
  readonly binMs: number | null;
  readonly origin: TimeOrigin;
  readonly counts: CountRule;
  readonly sensor?: Sensor | null;
  readonly units?: number | null;
  readonly classNames?: readonly string[] | null;
}

/** Of options, what says how data are opened: plain data. */
export function framingOf(options: Framing): Framing {
  const { dataFile, binMs, origin, counts, sensor = null, units = null, classNames = null } = options;
  const { split = null, select = null, shuffle = null, samples = null } = options;
  return { dataFile, binMs, origin, counts, sensor, units, classNames, split, select, shuffle, samples };
}

/** All that running clips needs, as plain data that can be posted to another thread, save for reading a folder. */
export interface ClipJob {
  /** A compiled folder by path: what is simulated is what was emitted. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly level: Level;
  /** The model file, for the reference; null: none. */
  readonly model: { readonly bytes: Uint8Array; readonly file: string } | null;
  readonly data: DataInput;
  readonly framing: Framing;
  readonly decision: DecisionRule;
  readonly costs: CostOptions;
  /** Keep the rasters of every clip. */
  readonly record: boolean;
  /** Keep those of this clip, whatever `record` says. */
  readonly rasterClip: number;
}

export interface OpenJob {
  readonly clips: ClipSource;
  /** What `reference` decisions come from; null: there are none. */
  readonly referenceName: string | null;
  /** Channels of a clip that are rounded for the level that is run. */
  readonly rounded: readonly QuantizedChannels[];
  evaluate(index: number): Promise<ClipResult>;
  close(): Promise<void>;
}

/** Everything ready to run clips. Throws what is wrong with files or data. */
export async function openJob(job: ClipJob, report: Report): Promise<OpenJob> {
  const float = await loadNetworkFile(job.files, NETWORK_FILE);
  const clips = await openClips(float, job.data, job.framing, report);
  const runners: Runners = {
    float: { network: float, tally: createTally(float) },
    ...(await openLevel(job)),
    reference: job.model === null ? null : await openOnnxRuntime(job.model.bytes, job.model),
  };
  const classes = outputOf(float).size;
  const integers = isInteger(float);
  return {
    clips,
    referenceName: runners.reference?.name ?? null,
    rounded: runners.rounded,
    evaluate: (index) => {
      const clip = clips.clip(index);
      if (job.level !== 'float' || integers)
        requireSendable(clip, index, { file: job.framing.dataFile, rounded: runners.rounded, integers });
      return evaluateClip(clip, runners, classes, job.decision, job.record || index === job.rasterClip);
    },
    close: async () => runners.reference?.close(),
  };
}

/** Data, framed for a network. */
export async function openClips(network: Network, data: DataInput, framing: Framing, report: Report): Promise<ClipSource> {
  const shape = { timesteps: network.timesteps, channels: channelsOf(network), classes: outputOf(network).size };
  return openDataset(data, { file: framing.dataFile, ...shape, ...framingOf(framing), report });
}

/** Whole numbers, as graded spikes, or what the program says how to round. `integers`: the network itself is in a chip's. */
function requireSendable(
  { features, channels }: Clip,
  index: number,
  { file, rounded, integers }: { readonly file: string; readonly rounded: readonly QuantizedChannels[]; readonly integers: boolean },
): void {
  const at = findUnquantized(features, channels, rounded);
  if (at < 0) return;
  const place = `step ${Math.floor(at / channels)}, channel ${at % channels}`;
  throw failure('data-not-counts', `clip ${index} has the real value ${features[at]} at ${place}`, {
    places: [{ file }],
    notes: ['a chip receives whole numbers, and this program was compiled for such in this channel'],
    ...(integers ? { help: 'round the features as the network was trained to read them: a lava-dl network knows no other numbers' } : {}),
  });
}

async function openLevel({ files, level, costs, record }: ClipJob): Promise<Pick<Runners, 'quantized' | 'chip' | 'rounded'>> {
  switch (level) {
    case 'float':
      return { quantized: null, chip: null, rounded: [] };
    case 'quantized': {
      const quantized = await loadNetworkFile(files, LOWERED_FILE);
      return { quantized, chip: null, rounded: quantized.nodes.flatMap((node) => (node.kind === 'input' ? (node.quantized ?? []) : [])) };
    }
    case 'mapped':
    case 'chip': {
      const target = await targetOfFiles(files);
      const mapping = level === 'mapped' ? await loadMapping(files) : await target.load(files);
      const runner = openRunner(deploymentOf(mapping, target.chip), costs);
      const rounded = mapping.program.readout.quantized ?? [];
      if (!record) return { quantized: null, chip: runner, rounded };
      const lowered = await loadNetworkFile(files, LOWERED_FILE);
      const run = (clip: Clip): ChipRun => {
        const done = runner.run(clip, record);
        return { ...done, rasters: inModelOrder(done.rasters, lowered) };
      };
      return { quantized: null, chip: { run }, rounded };
    }
  }
}
