/** The public API of spikec. Everything takes and gives values and bytes; nothing here touches files, process or console. */

export {
  type Compiled,
  type CompileOptions,
  compileModel,
  inspectModel,
  runModel,
  simulateCompiled,
} from './compile.ts';
export {
  CODES,
  type Diagnostic,
  type DiagnosticCode,
  DiagnosticError,
  diagnostic,
  failure,
  formatDiagnostic,
  printable,
} from './diagnostics/index.ts';
export { COUNT_RULES, type DataFolder, type DataInput, openDataset, SPLIT_CHOICES, TIME_ORIGINS } from './frontend/datasets/index.ts';
export { importModel, RESET_RULES } from './frontend/index.ts';
export { type ExternalData, embedExternalData, externalFiles, MODEL_BYTES_MAX } from './frontend/onnx/external-data.ts';
export { openOnnxRuntime } from './frontend/onnx/onnx-runtime.ts';
export type { AnyChip, ChipModel } from './ir/chip-model.ts';
export type { Clip, ClipSource } from './ir/clip.ts';
export type { EmittedFile } from './ir/files.ts';
export type { ChipProgram, Mapping } from './ir/mapping.ts';
export type { Network } from './ir/network.ts';
export { INPUT_BITS } from './ir/quantized-features.ts';
export type { SpinnakerChip } from './ir/spinnaker-chip.ts';
export type { Trace } from './ir/trace.ts';
export { DISCRETIZATIONS, type Discretization, WEIGHT_BITS_MAX } from './passes/index.ts';
export { type ClipJob, type OpenJob, openJob } from './pipeline/clip-job.ts';
export { type ConvertOptions, convertModel, EXCHANGE_FORMATS, type ExchangeFormat } from './pipeline/convert.ts';
export { type ClipResult, LEVELS, type Level } from './pipeline/evaluate.ts';
export type { TimeOptions } from './pipeline/read-network.ts';
export { type ClipPool, type Progress, RECORD_FORMATS, type RunResult, type SimulationOptions } from './pipeline/run-clips.ts';
export { type Verification, type VerifiedPopulation, verifyModel } from './pipeline/verify-model.ts';
export { VERSION } from './pipeline/version.ts';
export * from './report/index.ts';
export { COST_LINES } from './simulator/cost-lines.ts';
export { DECISION_RULES, decide } from './simulator/decision.ts';
export { createChipSimulator } from './simulator/loihi/index.ts';
export { simulateNetwork } from './simulator/reference/index.ts';
export { createMachineSimulator } from './simulator/spinnaker/machine-simulator.ts';
export { TIMING_MODELS } from './simulator/timing.ts';
export { COST_PROFILES, priceChip } from './targets/costs/index.ts';
export { builtInTargets, openTarget, type Target, type TargetChoice } from './targets/index.ts';
