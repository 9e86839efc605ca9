import { type Diagnostic, diagnostic, failure, type Report } from '../diagnostics/index.ts';
import { defaultBinMs } from '../frontend/datasets/index.ts';
import type { EmittedFile } from '../ir/files.ts';
import type { ChipProgram, Mapping } from '../ir/mapping.ts';
import type { Network } from '../ir/network.ts';
import { hasSoftReset } from '../ir/neuron.ts';
import { type DataReport, type Raster, type RunReport, renderReport, type SettingsReport } from '../report/index.ts';
import { encodeNirData } from '../report/spikes-nir-data.ts';
import { encodeSpikes, type SpikeRows } from '../report/spikes-npz.ts';
import type { DecisionRule } from '../simulator/decision.ts';
import type { PaceOptions } from '../simulator/pace.ts';
import type { Target } from '../targets/index.ts';
import { type ClipJob, type Framing, type OpenJob, openJob } from './clip-job.ts';
import type { CostOptions } from './costs.ts';
import { deploymentOf, priced } from './deployment.ts';
import type { ClipResult } from './evaluate.ts';
import { hashData } from './hash-data.ts';
import { lintRun } from './lint-run.ts';
import { summarizeRun } from './summarize-run.ts';
import { VERSION } from './version.ts';

export interface SimulationOptions extends Framing {
  readonly seed: number;
  readonly threads: number;
  /** Runs clips on several threads; null: here, one after the other. The results are the same. */
  readonly pool: ClipPool | null;
  readonly decision: DecisionRule;
  readonly costs: CostOptions;
  readonly pace: PaceOptions['pace'];
  /** Seconds between two frames in real time; null: the width of a bin. */
  readonly timestepS: number | null;
  /** Populations whose spikes are written to spikes.npz; null: none. */
  readonly record: 'all' | readonly string[] | null;
  /** How they are written; left out: npz. */
  readonly recordFormat?: RecordFormat;
  /** Clip whose spikes the report shows. */
  readonly rasterClip: number;
  readonly report: Report;
  readonly progress: Progress;
}

/** `npz`: spikes.npz; `nir-data`: spikes.h5, NIRData. */
export const RECORD_FORMATS = ['npz', 'nir-data'] as const;
export type RecordFormat = (typeof RECORD_FORMATS)[number];

/** Called on long work: `done` of `total` in the stage. */
export type Progress = (stage: string, done: number, total: number) => void;

/** Clips 0 .. count - 1 of a job, all there are, in order; `done` is told how many are ready. */
export type ClipPool = (job: ClipJob, count: number, threads: number, done: (clips: number) => void) => Promise<readonly ClipResult[]>;

export interface RunResult {
  readonly report: RunReport;
  readonly files: readonly EmittedFile[];
}

/** What is run, besides the clips. */
export interface Subject {
  readonly network: Network;
  readonly mapping: Mapping<ChipProgram>;
  readonly target: Target;
  /** Warnings so far, and those to come. */
  readonly warnings: readonly Diagnostic[];
}

/** Every clip down to the level that the job asks for, and the report of it. */
export async function runClips(job: ClipJob, subject: Subject, options: SimulationOptions): Promise<RunResult> {
  const { network, mapping, target, warnings } = subject;
  const recorded = recordedPopulations(network, options.record);
  const open = await openJob(job, options.report);
  try {
    const { count } = open.clips;
    const dataHash = await hashData(job.data, open.clips);
    requireClip(options.rasterClip, count, options.dataFile);
    const results = await (options.pool ?? oneByOne(open))(job, count, options.threads, (done) =>
      options.progress('simulate', done, count),
    );
    const binMs = open.clips.framing === null ? null : (open.clips.binMs ?? options.binMs ?? defaultBinMs(network.timesteps));
    warnOfWraps(network, results, options.report);
    lintRun(network, results, options.report);
    const report = summarizeRun({
      network,
      deployment: priced(deploymentOf(mapping, target.chip), options.costs),
      costs: options.costs,
      results,
      pace: { pace: options.pace, timestepS: options.timestepS ?? (binMs === null ? null : binMs / 1000) },
      data: { ...describeData(open, dataHash, options), ...describeRounding(open, results) },
      diagnostics: warnings,
      settings: describeSettings(mapping.model.sha256, dataHash, options, binMs),
    });
    const spikes = recorded.size === 0 ? [] : [await encodeRecord(network, spikeRows(network, recorded, results), count, options)];
    return { report, files: [...renderReport(report, rasterOf(network, options.rasterClip, results)), ...spikes] };
  } finally {
    await open.close();
  }
}

function requireClip(clip: number, count: number, file: string): void {
  if (clip < count) return;
  throw failure('bad-arguments', `--raster-clip is ${clip}, and ${count} clip${count === 1 ? ' is' : 's are'} run`, {
    places: [{ file }],
    notes: [`allowed: 0 to ${count - 1}; clips are numbered from 0`],
  });
}

/** Spikes of the network's own populations on the chip; null where none was simulated. */
function rasterOf(network: Network, clip: number, results: readonly ClipResult[]): Raster | null {
  const rasters = results[clip].chip?.rasters;
  if (rasters === undefined) return null;
  const populations = network.nodes.flatMap((node) => {
    const spikes = node.kind === 'population' ? rasters.get(node.id) : undefined;
    return spikes === undefined ? [] : [{ name: node.name, neurons: node.size, spikes }];
  });
  return { clip, timesteps: network.timesteps, populations };
}

/** A current that leaves its register wraps on the chip, a potential is cut off; what fires after that is not the model. */
function warnOfWraps(network: Network, results: readonly ClipResult[], report: Report): void {
  for (const node of network.nodes) {
    const wraps = results.map(({ chip, overflows }) => chip?.populations.get(node.id)?.wraps ?? overflows.get(node.id) ?? 0);
    const clips = wraps.filter((count) => count > 0).length;
    if (clips === 0) continue;
    const total = wraps.reduce((sum, count) => sum + count, 0);
    const soft = node.kind === 'population' && hasSoftReset(node.neuron);
    report(
      diagnostic(
        'state-wrapped',
        `input currents ${soft ? 'or potentials ' : ''}of ${node.name} left the chip's registers ${total} times, in ${clips} of ${results.length} clips`,
        {
          places: [{ item: node.name }],
          notes: [
            'a current that leaves its register wraps around and changes sign, as it would on the chip',
            ...(soft ? ['a potential is cut off there, and spikes take away from what is left'] : []),
          ],
        },
      ),
    );
  }
}

const oneByOne =
  (open: OpenJob): ClipPool =>
  async (_job, count, _threads, done) => {
    const results: ClipResult[] = [];
    for (let index = 0; index < count; index++) {
      done(index);
      results.push(await open.evaluate(index));
    }
    done(count);
    return results;
  };

function describeData({ clips, referenceName }: OpenJob, hash: string, options: SimulationOptions): DataReport {
  return {
    file: options.dataFile,
    sha256: hash,
    framing: clips.framing,
    decision: DECISIONS[options.decision],
    classNames: clips.classNames,
    reference: referenceName,
  };
}

/** Nothing where features are sent as they are. */
function describeRounding({ rounded }: OpenJob, results: readonly ClipResult[]): Pick<DataReport, 'quantized'> {
  if (rounded.length === 0) return {};
  return { quantized: { channels: rounded, saturated: results.reduce((sum, { saturated }) => sum + saturated, 0) } };
}

const DECISIONS: Readonly<Record<DecisionRule, string>> = {
  'sum-softmax': 'largest sum over all steps of softmax(logits), padding included',
  'sum-logits': 'largest sum over all steps of the logits, padding included',
  'last-step': 'largest logit of the last step',
  'max-logit': 'largest logit of any step',
};

function describeSettings(modelHash: string, dataHash: string, options: SimulationOptions, binMs: number | null): SettingsReport {
  const { samples = null, seed, origin, counts, decision, costs, pace, timestepS, rasterClip } = options;
  const { profile, timing, without } = costs;
  return {
    options: {
      samples,
      binMs,
      timeOrigin: origin,
      counts,
      decision,
      costs: profile ?? 'own',
      timing,
      without: without.join(','),
      pace,
      timestepS,
      ...chosen(options),
      rasterClip,
    },
    seed,
    sha256: { model: modelHash, data: dataHash },
    versions: { spikec: VERSION },
  };
}

/** What was asked of the data beyond the usual. */
function chosen({ split, select, shuffle, sensor, units, classNames }: SimulationOptions): Record<string, string | number> {
  const ranges = select?.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
  const size = sensor == null ? units : `${sensor.width}x${sensor.height}x${sensor.polarities}`;
  const values = { split, select: ranges, shuffle, sensor: size, classNames: classNames?.join(',') };
  return Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value == null ? [] : [[name, value]])));
}

/** Names of the populations to record; asking for one that is not there is a mistake. */
export function recordedPopulations(network: Network, record: SimulationOptions['record']): ReadonlySet<string> {
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

async function encodeRecord(
  network: Network,
  rows: SpikeRows,
  clips: number,
  { recordFormat = 'npz', timestepS }: SimulationOptions,
): Promise<EmittedFile> {
  switch (recordFormat) {
    case 'npz':
      return { path: 'spikes.npz', content: encodeSpikes(rows) };
    case 'nir-data': {
      const sizes = new Map(network.nodes.map(({ name, size }) => [name, size]));
      const sizeOf = (name: string): number => sizes.get(name) ?? 0;
      const recording = { clips, steps: network.timesteps, timestepS: timestepS ?? 1, sizeOf };
      return { path: 'spikes.h5', content: await encodeNirData(rows, recording) };
    }
  }
}

function spikeRows(network: Network, recorded: ReadonlySet<string>, results: readonly ClipResult[]): SpikeRows {
  const nodes = network.nodes.filter((node) => node.kind === 'population' && recorded.has(node.name));
  return new Map(
    nodes.map((node) => [
      node.name,
      results.flatMap(({ rasters }, clip): [number, Int32Array][] => {
        const raster = rasters?.get(node.id);
        return raster === undefined ? [] : [[clip, raster]];
      }),
    ]),
  );
}
