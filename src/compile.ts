import type { Diagnostic, Report } from './diagnostics/index.ts';
import type { DataInput } from './frontend/datasets/index.ts';
import type { ClipSource } from './ir/clip.ts';
import type { EmittedFile } from './ir/files.ts';
import { type InspectedNetwork, inspectNetwork } from './ir/inspect.ts';
import type { ChipProgram, Mapping } from './ir/mapping.ts';
import { loadMapping, saveMapping } from './ir/mapping-io/index.ts';
import { describeModel } from './ir/model-facts.ts';
import type { Network } from './ir/network.ts';
import { EXACT_PASSES, quantizeFeatures, runPasses } from './passes/index.ts';
import { calibrationOf, measureTraffic } from './pipeline/calibrate.ts';
import { type ClipJob, type Framing, framingOf, openClips } from './pipeline/clip-job.ts';
import { checkDeployed, deploymentOf } from './pipeline/deployment.ts';
import type { Level } from './pipeline/evaluate.ts';
import { exportNet } from './pipeline/export-net.ts';
import { exportSanaFe } from './pipeline/export-sana-fe.ts';
import { chooseFeatureScales, type FeatureOptions, type RangeData, withRealFeatures } from './pipeline/feature-scales.ts';
import { framedFor } from './pipeline/frame-width.ts';
import { lintCausality, lintPadding } from './pipeline/lint-network.ts';
import { LOWERED_FILE, loadNetworkFile, NETWORK_FILE, saveNetworkFile } from './pipeline/network-files.ts';
import { type NetRules, readNetwork, stepsInData, type TimeOptions } from './pipeline/read-network.ts';
import { type Progress, type RunResult, recordedPopulations, runClips, type SimulationOptions } from './pipeline/run-clips.ts';
import { sha256 } from './pipeline/sha256.ts';
import { openTarget, type Target, type TargetChoice, targetOfFiles } from './targets/index.ts';

export interface CompileOptions extends Partial<TimeOptions>, NetRules, FeatureOptions {
  /** Name of the model file, for messages and the report. */
  readonly file: string;
  readonly target: TargetChoice;
  /** Bits of a weight, sign included; null: as the target chooses. */
  readonly weightBits: number | null;
  readonly seed: number;
  /** Data file to choose integer scales by; null: the weights alone decide. */
  readonly calibration: Uint8Array | null;
  /** Also write the network as a file of lava-dl. */
  readonly net?: boolean;
  /** Also write mapping and chip as files of SANA-FE, with the first clip of the data, if there are any. */
  readonly sanaFe?: boolean;
  readonly report: Report;
  readonly progress: Progress;
}

export interface Compiled {
  /** As imported, real-valued. */
  readonly network: Network;
  /** In the chip's integers, with a schedule, as mapped. */
  readonly lowered: Network;
  readonly target: Target;
  readonly mapping: Mapping<ChipProgram>;
  /** To be written: the chip's configuration, the mapping, and the network before and after lowering. */
  readonly files: readonly EmittedFile[];
}

export interface InspectedModel extends InspectedNetwork {
  /** What a reviewer would ask about the network. */
  readonly lints: readonly Diagnostic[];
}

/** What was recovered from a model file. */
export async function inspectModel(
  bytes: Uint8Array,
  options: { readonly file: string; readonly report: Report } & Partial<TimeOptions> & NetRules,
): Promise<InspectedModel> {
  const lints: Diagnostic[] = [];
  const report: Report = (diagnostic) => (diagnostic.severity === 'note' ? lints.push(diagnostic) : options.report(diagnostic));
  const network = await readNetwork(bytes, { ...options, report });
  lintCausality(network, report);
  lintPadding(network, report);
  return { ...inspectNetwork(network), lints };
}

/** A model file to a program for a chip. Throws a DiagnosticError with all errors of the stage that failed. */
export async function compileModel(bytes: Uint8Array, options: CompileOptions): Promise<Compiled> {
  const network = await readNetwork(bytes, options);
  const calibration = await openCalibration(network, options, { binMs: null, origin: 'first-event', counts: 'integer' });
  const ranges = calibration === null ? null : { clips: calibration, measuredOn: false };
  return compileNetwork(network, await sha256(bytes), { calibration, traffic: calibration, ranges }, options);
}

/** The main job: compile, simulate what was emitted beside the float network and ONNX Runtime, and report. */
export async function runModel(bytes: Uint8Array, data: DataInput, given: CompileOptions & SimulationOptions): Promise<RunResult> {
  const { options: asked, warnings } = collectWarnings(given);
  const network = await readNetwork(bytes, { ...asked, steps: given.steps ?? (await stepsInData(bytes, data, given.dataFile)) });
  const options = framedFor(network, asked);
  recordedPopulations(network, options.record);
  lintCausality(network, options.report);
  const traffic = await openClips(network, data, options, () => {});
  const calibration = await openCalibration(network, options, options);
  // A range that was declared owes nothing to the data that it is measured on.
  const seen = options.inputRange == null ? { clips: traffic, measuredOn: true } : null;
  const ranges = calibration === null ? seen : { clips: calibration, measuredOn: false };
  const compiled = await compileNetwork(network, await sha256(bytes), { calibration, traffic, ranges }, options);
  // What is simulated is what was emitted.
  const job: ClipJob = {
    ...jobOf(options, data),
    files: filesByPath(compiled.files),
    level: 'chip',
    model: network.format === 'onnx' ? { bytes, file: options.file } : null,
  };
  const { report, files } = await runClips(job, { ...compiled, warnings }, options);
  return { report, files: [...compiled.files, ...files] };
}

/** Runs a compiled folder down to a level: the float network, the integer network, the saved mapping, or the chip's own files alone. */
export async function simulateCompiled(
  files: ReadonlyMap<string, Uint8Array>,
  data: DataInput,
  given: SimulationOptions & { readonly folder: string; readonly level: Level },
): Promise<RunResult> {
  const { options: asked, warnings } = collectWarnings(given);
  const target = await targetOfFiles(files);
  const mapping = asked.level === 'chip' ? await target.load(files) : await loadMapping(files);
  // Whatever is run, the report counts what lies on the cores.
  checkDeployed(deploymentOf(mapping, target.chip));
  const network = await loadNetworkFile(files, NETWORK_FILE);
  const options = framedFor(network, asked);
  lintCausality(network, options.report);
  const job: ClipJob = { ...jobOf(options, data), files, level: options.level, model: null };
  return runClips(job, { network, mapping, target, warnings }, options);
}

function jobOf(
  options: SimulationOptions,
  data: DataInput,
): Pick<ClipJob, 'data' | 'framing' | 'decision' | 'costs' | 'record' | 'rasterClip'> {
  const { decision, costs, record, rasterClip } = options;
  return { data, framing: framingOf(options), decision, costs, record: record !== null, rasterClip };
}

async function openCalibration(
  network: Network,
  { calibration, report }: CompileOptions,
  { binMs, origin, counts, sensor = null, units = null }: Omit<Framing, 'dataFile'>,
): Promise<ClipSource | null> {
  const framing = { dataFile: 'calibration data', binMs, origin, counts, sensor, units };
  return calibration === null ? null : openClips(network, calibration, framing, report);
}

/** Warnings go to the caller at once, and into the report at the end. */
function collectWarnings<Options extends { readonly report: Report }>(
  given: Options,
): { options: Options; warnings: readonly Diagnostic[] } {
  const warnings: Diagnostic[] = [];
  const report: Report = (diagnostic) => {
    warnings.push(diagnostic);
    given.report(diagnostic);
  };
  return { options: { ...given, report }, warnings };
}

/** Clips to compile by; null: there are none. */
interface CompileData {
  readonly calibration: ClipSource | null;
  /** Whose spikes say how busy routes are. */
  readonly traffic: ClipSource | null;
  /** Whose features say how large they are. */
  readonly ranges: RangeData | null;
}

/** The compiler proper: passes, mapping, emission. */
async function compileNetwork(
  imported: Network,
  hash: string,
  { calibration, traffic, ranges }: CompileData,
  options: CompileOptions,
): Promise<Compiled> {
  options.progress('compile', 0, 1);
  const target = await openTarget(options.target);
  const { weightBits, report } = options;
  const { quantized, rule, means } = chooseFeatureScales(imported, options, ranges);
  const network = withRealFeatures(imported, quantized);
  const exact = runPasses(runPasses(network, EXACT_PASSES, { report }), [quantizeFeatures], { report, quantized });
  const data = calibration ?? (target.measures(exact) ? traffic : null);
  const lowered = target.lower(exact, {
    weightBits,
    report,
    calibration: data === null ? null : calibrationOf(data),
    featureMeans: means,
  });
  const mapping = target.map(lowered.network, {
    traffic: traffic === null ? null : measureTraffic(network, traffic),
    facts: describeModel(network, { file: options.file, sha256: hash }),
    scaleRule: rule === '' ? lowered.scaleRule : `${lowered.scaleRule}; ${rule}`,
    resolution: lowered.resolution,
    seed: options.seed,
  });
  const files = [
    ...target.emit(mapping),
    ...saveMapping(mapping),
    saveNetworkFile(network, NETWORK_FILE),
    saveNetworkFile(lowered.network, LOWERED_FILE),
    ...(options.sanaFe === true ? exportSanaFe(deploymentOf(mapping, target.chip), (traffic ?? calibration)?.clip(0) ?? null) : []),
    ...(options.net === true ? [await exportNet(exact, target.chip, { weightBits, report })] : []),
  ];
  options.progress('compile', 1, 1);
  return { network, lowered: lowered.network, target, mapping, files };
}

function filesByPath(files: readonly EmittedFile[]): ReadonlyMap<string, Uint8Array> {
  const encoder = new TextEncoder();
  return new Map(files.map(({ path, content }) => [path, typeof content === 'string' ? encoder.encode(content) : content]));
}
