import type { CompileOptions, runModel } from '../../src/compile.ts';

export type RunOptions = Parameters<typeof runModel>[2];

/** Options of a compilation as the command line has them by default, without a word. */
export const compileOptions = (file: string, target: string): CompileOptions => ({
  file,
  target: { name: target },
  weightBits: 8,
  seed: 0,
  calibration: null,
  report: () => {},
  progress: () => {},
});

/** Options of a run, likewise. */
export const runOptions = (file: string, dataFile: string, target: string): RunOptions => ({
  ...compileOptions(file, target),
  dataFile,
  samples: null,
  threads: 1,
  pool: null,
  binMs: null,
  origin: 'first-event',
  counts: 'integer',
  decision: 'sum-softmax',
  costs: { profile: null, timing: 'simple', without: [] },
  pace: 'fast',
  timestepS: null,
  record: null,
  rasterClip: 0,
});
