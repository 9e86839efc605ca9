import type { Compiled, Progress } from './compile.ts';
import { type Diagnostic, failure, type Report } from './diagnostics/index.ts';
import { type ClipResult, evaluateClip, type Runners } from './evaluate.ts';
import { type CountRule, defaultBinMs, openDataset, type TimeOrigin } from './frontend/datasets/index.ts';
import type { ClipSource } from './ir/clip.ts';
import type { EmittedFile } from './ir/files.ts';
import { featuresOf, outputOf } from './ir/model-facts.ts';
import type { Network } from './ir/network.ts';
import { type DataReport, type RunReport, renderReport, type SettingsReport } from './report/index.ts';
import { encodeSpikes, type SpikeRows } from './report/spikes-npz.ts';
import { sha256 } from './sha256.ts';
import type { DecisionRule } from './simulator/decision.ts';
import type { PaceOptions } from './simulator/pace.ts';
import { summarizeRun } from './summarize-run.ts';
import { VERSION } from './version.ts';

export interface SimulationOptions {
  readonly dataFile: string;
  /** The first clips only; null: all. */
  readonly samples: number | null;
  readonly seed: number;
  readonly threads: number;
  /** Milliseconds; null: round(1000 / timesteps). */
  readonly binMs: number | null;
  readonly origin: TimeOrigin;
  readonly counts: CountRule;
  readonly decision: DecisionRule;
  readonly pace: PaceOptions['pace'];
  /** Seconds between two frames in real time; null: the width of a bin. */
  readonly timestepS: number | null;
  /** Populations whose spikes are written to spikes.npz; null: none. */
  readonly record: 'all' | readonly string[] | null;
  readonly report: Report;
  readonly progress: Progress;
}

export interface RunResult {
  readonly report: RunReport;
  readonly files: readonly EmittedFile[];
}

type DataOptions = Pick<SimulationOptions, 'dataFile' | 'report'> & Partial<Pick<SimulationOptions, 'binMs' | 'origin' | 'counts'>>;

/** A data file, framed for a network. */
export async function openClips(network: Network, bytes: Uint8Array, options: DataOptions): Promise<ClipSource> {
  return openDataset(bytes, {
    file: options.dataFile,
    timesteps: network.timesteps,
    channels: featuresOf(network).size,
    classes: outputOf(network).size,
    binMs: options.binMs ?? null,
    ...(options.origin === undefined ? {} : { origin: options.origin }),
    ...(options.counts === undefined ? {} : { counts: options.counts }),
    report: options.report,
  });
}

/** What clips are run for. */
export interface Job {
  readonly compiled: Pick<Compiled, 'network' | 'mapping' | 'target' | 'files'>;
  /** The data file, for its hash. */
  readonly data: Uint8Array;
  /** Warnings so far, and those to come. */
  readonly warnings: readonly Diagnostic[];
}

/** Every clip through every runner, and the report of it. */
export async function runClips(runners: Runners, clips: ClipSource, job: Job, options: SimulationOptions): Promise<RunResult> {
  const { data, warnings } = job;
  const { network, mapping, target, files } = job.compiled;
  const recorded = recordedPopulations(network, options.record);
  const count = Math.min(clips.count, options.samples ?? clips.count);
  const results: ClipResult[] = [];
  for (let index = 0; index < count; index++) {
    options.progress('simulate', index, count);
    results.push(await evaluateClip(clips.clip(index), runners, outputOf(network).size, options.decision, recorded.size > 0));
  }
  options.progress('simulate', count, count);
  const binMs = clips.framing === null ? null : (options.binMs ?? defaultBinMs(network.timesteps));
  const report = summarizeRun({
    network,
    mapping,
    chip: target.chip,
    results,
    pace: { pace: options.pace, timestepS: options.timestepS ?? (binMs === null ? null : binMs / 1000) },
    data: await describeData(clips, data, runners, options),
    diagnostics: warnings,
    settings: describeSettings(mapping.model.sha256, await sha256(data), options, binMs),
  });
  const spikes = recorded.size === 0 ? [] : [{ path: 'spikes.npz', content: encodeSpikes(spikeRows(network, recorded, results)) }];
  return { report, files: [...files, ...renderReport(report), ...spikes] };
}

async function describeData(clips: ClipSource, data: Uint8Array, runners: Runners, options: SimulationOptions): Promise<DataReport> {
  return {
    file: options.dataFile,
    sha256: await sha256(data),
    framing: clips.framing,
    decision: DECISIONS[options.decision],
    classNames: clips.classNames,
    reference: runners.reference?.name ?? null,
  };
}

const DECISIONS: Readonly<Record<DecisionRule, string>> = {
  'sum-softmax': 'largest sum over all steps of softmax(logits), padding included',
  'sum-logits': 'largest sum over all steps of the logits, padding included',
  'last-step': 'largest logit of the last step',
  'max-logit': 'largest logit of any step',
};

function describeSettings(modelHash: string, dataHash: string, options: SimulationOptions, binMs: number | null): SettingsReport {
  const { samples, seed, threads, origin, counts, decision, pace, timestepS } = options;
  return {
    options: { samples, binMs, timeOrigin: origin, counts, decision, pace, timestepS, threads },
    seed,
    sha256: { model: modelHash, data: dataHash },
    versions: { spikec: VERSION },
  };
}

/** Names of the populations to record; asking for one that is not there is a mistake. */
function recordedPopulations(network: Network, record: SimulationOptions['record']): ReadonlySet<string> {
  const names = network.nodes.filter((node) => node.kind === 'population').map((node) => node.name);
  if (record === null) return new Set();
  if (record === 'all') return new Set(names);
  const unknown = record.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw failure('bad-arguments', `there is no population ${unknown.map((name) => `\`${name}\``).join(', ')} to record`, {
      notes: [`populations: ${names.join(', ')}`],
    });
  }
  return new Set(record);
}

function spikeRows(network: Network, recorded: ReadonlySet<string>, results: readonly ClipResult[]): SpikeRows {
  const nodes = network.nodes.filter((node) => node.kind === 'population' && recorded.has(node.name));
  return new Map(
    nodes.map((node) => [
      node.name,
      results.flatMap(({ chip }, clip): [number, Int32Array][] => {
        const raster = chip?.rasters.get(node.id);
        return raster === undefined ? [] : [[clip, raster]];
      }),
    ]),
  );
}
