import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkSchema, loadMapping, PROGRAM_SCHEMA, saveMapping } from '../../src/ir/mapping-io/index.ts';
import { LOIHI2 } from '../../src/targets/loihi/chips/loihi2.ts';
import { loihiTarget } from '../../src/targets/loihi/index.ts';
import { asBytes, edit, parse, rejection } from '../targets/files.ts';
import { anyMapping } from '../targets/mappings.ts';
import { context, miniature } from '../targets/networks.ts';

const network = miniature({ steps: 6, heads: 2, width: 4, seed: 1 });
const mapping = loihiTarget(LOIHI2).map(network, context(network));
const files = asBytes(saveMapping(mapping));

describe('saved mappings', () => {
  it('are read back without loss', async () => {
    expect([...files.keys()]).toEqual(['program.json', 'program.bin']);
    await checkSchema(parse(files, 'program.json'), PROGRAM_SCHEMA, 'program.json');
    expect(await loadMapping(files)).toEqual(mapping);
    await fc.assert(
      fc.asyncProperty(anyMapping, async (any) => {
        expect(await loadMapping(asBytes(saveMapping(any)))).toEqual(any);
      }),
      { numRuns: 60, seed: 5 },
    );
  });

  it('may lie anywhere in a larger buffer', async () => {
    const bin = files.get('program.bin') ?? new Uint8Array();
    const shifted = new Uint8Array(bin.length + 3);
    shifted.set(bin, 3);
    expect(await loadMapping(new Map(files).set('program.bin', shifted.subarray(3)))).toEqual(mapping);
  });

  it('are refused when a file is missing, cut short, or of another version', async () => {
    expect(await rejection(loadMapping(new Map()))).toEqual(['program-missing', 'program.json', undefined]);
    const bin = files.get('program.bin') ?? new Uint8Array();
    expect(await rejection(loadMapping(new Map([...files].slice(0, 1))))).toEqual(['program-missing', 'program.bin', undefined]);
    const cut = new Map(files).set('program.bin', bin.subarray(0, bin.length - 4));
    expect((await rejection(loadMapping(cut))).slice(0, 2)).toEqual(['program-malformed', 'program.json']);
    for (const version of [0, 1, 3]) {
      const other = edit(files, 'program.json', (json: Record<string, unknown>) => {
        json.version = version;
      });
      expect((await rejection(loadMapping(other)))[0]).toBe('version-unsupported');
    }
  });

  it('cannot use one stretch of bytes for many arrays, nor point outside', async () => {
    type Reference = { offset: number; length: number };
    const change = (apply: (weights: Reference, blocks: Reference) => void) =>
      edit(files, 'program.json', (json: Record<string, unknown>) => {
        const { cores } = json.program as { cores: { weights: Reference; blocks: Reference }[] };
        apply(cores[0].weights, cores[0].blocks);
      });
    const item = 'program.cores.0.weights';
    const negative = change((weights) => Object.assign(weights, { offset: -4 }));
    expect(await rejection(loadMapping(negative))).toEqual(['program-malformed', 'program.json', `${item}.offset`]);
    const beyond = change((weights) => Object.assign(weights, { offset: 2 ** 40 }));
    expect(await rejection(loadMapping(beyond))).toEqual(['program-malformed', 'program.json', item]);
    const odd = change((weights) => Object.assign(weights, { offset: 2 }));
    expect(await rejection(loadMapping(odd))).toEqual(['program-malformed', 'program.json', item]);
    const bin = files.get('program.bin') ?? new Uint8Array();
    const twice = change((_, blocks) => Object.assign(blocks, { offset: 0, length: bin.length / 4 }));
    expect((await rejection(loadMapping(twice)))[0]).toBe('program-malformed');
  });
});
