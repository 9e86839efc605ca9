import { type Diagnostic, DiagnosticError } from '../../../src/diagnostics/index.ts';
import { type DatasetOptions, openDataset } from '../../../src/frontend/datasets/index.ts';
import type { ClipSource } from '../../../src/ir/clip.ts';

/** A model of 4 steps of 250 ms, 2 channels and 3 classes; recordings of 4 units. */
export const TINY: DatasetOptions = { file: 'tiny', timesteps: 4, channels: 2, classes: 3, units: 4, report: () => undefined };

export const open = (bytes: Uint8Array, options: Partial<DatasetOptions> = {}): Promise<ClipSource> =>
  openDataset(bytes, { ...TINY, ...options });

/** The diagnostics that opening `bytes` ends in; fails where it opens. */
export async function refusal(bytes: Uint8Array, options: Partial<DatasetOptions> = {}): Promise<readonly Diagnostic[]> {
  try {
    await open(bytes, options);
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics;
    throw error;
  }
  throw new Error('the file was accepted');
}

export const codes = (diagnostics: readonly Diagnostic[]): string[] => diagnostics.map((entry) => entry.code);
