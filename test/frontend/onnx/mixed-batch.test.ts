import { describe, expect, it } from 'vitest';
import { mixesBatch } from '../../../src/frontend/onnx/mixed-batch.ts';
import { imported } from './support/importing.ts';
import { readExported } from './support/variants.ts';

describe('batch-dependent', () => {
  it.each([
    // The published relay: (batch, heads, steps, width) read as (steps, batch, neurons).
    [[1, 4, 40, 16], [40, 1, 64], true],
    // After a transposition; a head split; a flattening; a transposition of one clip that a tool wrote as a reshape.
    [[40, 1, 4, 16], [40, 1, 64], false],
    [[40, 1, 64], [40, 1, 4, 16], false],
    [[1, 40, 64], [40, 64], false],
    [[1, 40, 64], [40, 1, 64], false],
    [[1, 4, 40, 16], [1, 40, 64], false],
  ])('%j to %j: %s', (from, to, mixes) => {
    expect(mixesBatch(from, to)).toBe(mixes);
  });

  it('is noted of the published code, and not of a relay that transposes first', () => {
    const notes = imported(readExported('published-code.loop')).warnings;
    expect(notes.map(({ severity, code }) => `${severity}[${code}]`)).toEqual(['note[batch-dependent]']);
    expect(notes[0].places[0].item).toMatch(/Reshape/);
    expect(imported(readExported('small-corrected.loop')).warnings).toEqual([]);
  });
});
