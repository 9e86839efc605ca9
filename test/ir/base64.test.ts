import { describe, expect, it } from 'vitest';
import { fromBase64, toBase64 } from '../../src/ir/array-text.ts';
import { below, seededRandom } from '../support/random.ts';

describe('base64', () => {
  it('is what Node writes, at every length', () => {
    const random = seededRandom(1);
    for (let length = 0; length < 200; length++) {
      const bytes = Uint8Array.from({ length }, () => below(random, 256));
      expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
      expect(fromBase64(toBase64(bytes))).toEqual(bytes);
    }
  });
});
