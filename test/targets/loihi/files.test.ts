import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DiagnosticError } from '../../../src/diagnostics/index.ts';
import { checkSchema } from '../../../src/ir/mapping-io/index.ts';
import { openTarget, targetOfFiles } from '../../../src/targets/index.ts';
import { LOIHI2 } from '../../../src/targets/loihi/chips/loihi2.ts';
import { loihiTarget } from '../../../src/targets/loihi/index.ts';
import { CORE_SCHEMA, INDEX_SCHEMA } from '../../../src/targets/loihi/schema/chip-files.ts';
import { withLimits } from '../chips.ts';
import { asBytes, edit, parse, rejection } from '../files.ts';
import { context, miniature } from '../networks.ts';

const target = loihiTarget(LOIHI2);
const network = miniature({ steps: 6, heads: 2, width: 4, seed: 1 });
const mapping = target.map(network, context(network));
const files = asBytes(target.emit(mapping));

describe('emitted chip files', () => {
  it('are an index, one file per core and the chip model, the same bytes each time', () => {
    const cores = mapping.program.cores.map((_, i) => `chip/core-0${String(i).padStart(2, '0')}.json`);
    expect([...files.keys()]).toEqual(['chip/index.json', ...cores, 'chip/chip-model.json']);
    expect(asBytes(target.emit(target.map(network, context(network))))).toEqual(files);
  });

  it('satisfy their schemas', async () => {
    await checkSchema(parse(files, 'chip/index.json'), INDEX_SCHEMA, 'chip/index.json');
    for (const path of files.keys()) if (path.includes('core-')) await checkSchema(parse(files, path), CORE_SCHEMA, path);
  });

  it('give back the mapping', async () => {
    expect(await target.load(files)).toEqual(mapping);
  });

  it('bring the chip they were made for', async () => {
    const custom = withLimits({ synapticDelay: 31 });
    const emitted = asBytes(loihiTarget(custom).emit(mapping));
    expect((await targetOfFiles(emitted)).chip).toEqual(custom);
    expect(await rejection(targetOfFiles(new Map()))).toEqual(['program-missing', 'chip/chip-model.json', undefined]);
  });
});

describe('damaged chip files', () => {
  const load = (damaged: ReadonlyMap<string, Uint8Array>) => rejection(target.load(damaged));
  const without = (path: string) => new Map([...files].filter(([key]) => key !== path));

  it('are missed by name', async () => {
    expect(await load(new Map())).toEqual(['program-missing', 'chip/index.json', undefined]);
    expect(await load(without('chip/core-003.json'))).toEqual(['program-missing', 'chip/core-003.json', undefined]);
  });

  it('are refused when truncated at any byte, or random', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('chip/index.json', 'chip/core-002.json'),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        async (path, part) => {
          const bytes = files.get(path) ?? new Uint8Array();
          const [code, file] = await load(new Map(files).set(path, bytes.subarray(0, Math.floor(part * (bytes.length - 1)))));
          expect([code, file]).toEqual(['program-malformed', path]);
        },
      ),
      { numRuns: 40, seed: 3 },
    );
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        expect((await load(new Map(files).set('chip/index.json', bytes)))[0]).toBe('program-malformed');
      }),
      { numRuns: 40, seed: 4 },
    );
  });

  it('are refused with file and field when a field has the wrong type, value or name', async () => {
    const index = (change: (json: Record<string, never>) => void) => load(edit(files, 'chip/index.json', change));
    const core = (change: (json: Record<string, never>) => void) => load(edit(files, 'chip/core-001.json', change));
    const set = (field: string, value: unknown) => (json: Record<string, unknown>) => {
      json[field] = value;
    };
    const malformed = (file: string, item: string) => ['program-malformed', `chip/${file}.json`, item];
    expect(await index(set('target', 'loihi9'))).toEqual(malformed('index', 'target'));
    expect(await index(set('segments', 3))).toEqual(malformed('index', 'segments'));
    expect(await index(set('surprise', 3))).toEqual(malformed('index', ''));
    expect(await index(set('gradedPayloadBits', 33))).toEqual(malformed('index', 'gradedPayloadBits'));
    expect(await index(set('cores', [{ file: '../../etc/passwd', chip: 0, tile: 0, slot: 0 }]))).toEqual(
      malformed('index', 'cores.0.file'),
    );
    expect(await core(set('core', 7))).toEqual(malformed('core-001', 'core'));
    expect(await core(set('groups', [{ first: 0 }]))).toEqual(malformed('core-001', 'groups.0'));
    expect(await core(set('compartments', 1e9))).toEqual(malformed('core-001', 'compartments'));
    expect(await core(set('compartments', '&&&&'))).toEqual(malformed('core-001', 'compartments'));
    expect(await core(set('settings', 'AAAA'))).toEqual(malformed('core-001', 'settings'));
    expect(await core(set('synapses', { kind: 'blocks', blocks: '' }))).toEqual(malformed('core-001', 'synapses'));
    expect(await core(set('synapses', { kind: 'lists', formats: '', memory: '' }))).toEqual(malformed('core-001', 'synapses.kind'));
    for (const field of Object.keys(parse(files, 'chip/core-001.json'))) {
      const [code, file, item] = await core((json) => {
        delete json[field];
      });
      expect([code, file, item]).toEqual(malformed('core-001', field === 'version' ? 'version' : ''));
    }
  });

  it('are refused when they nest without end, or are of another version', async () => {
    const deep = new TextEncoder().encode(`${'['.repeat(300_000)}${']'.repeat(300_000)}`);
    expect((await load(new Map(files).set('chip/index.json', deep)))[0]).toBe('program-malformed');
    for (const version of [0, 1, 2, 4, 1.5]) {
      const other = edit(files, 'chip/index.json', (json: Record<string, unknown>) => {
        json.version = version;
      });
      expect(await load(other)).toEqual(['version-unsupported', 'chip/index.json', 'version']);
    }
    const nameless = edit(files, 'chip/index.json', (json: Record<string, unknown>) => {
      json.version = '1';
    });
    expect(await load(nameless)).toEqual(['program-malformed', 'chip/index.json', 'version']);
  });

  it('are refused when they declare more than a machine can hold', async () => {
    const huge = edit(files, 'chip/index.json', (json: Record<string, unknown>) => {
      const [segment] = json.segments as { injections: { steps: number; size: number }[] }[];
      Object.assign(segment.injections[0], { steps: 2 ** 20, size: 2 ** 20 });
    });
    expect(await load(huge)).toEqual(['program-malformed', 'chip/index.json', 'steps']);
  });

  it('show what is allowed', async () => {
    try {
      await target.load(
        edit(files, 'chip/index.json', (json: Record<string, unknown>) => {
          (json.segments as { kind: string }[])[0].kind = 'jump';
        }),
      );
      expect.unreachable();
    } catch (error) {
      expect((error as DiagnosticError).diagnostics[0].notes).toEqual(['allowed: ["run","write"]']);
    }
  });
});

describe('openTarget', () => {
  it('knows the built-in chips and reads others', async () => {
    expect((await openTarget({ name: 'loihi2' })).chip).toBe(LOIHI2);
    expect((await rejection(openTarget({ name: 'loihi9' })))[0]).toBe('unknown-target');
    const bytes = new TextEncoder().encode(JSON.stringify({ ...LOIHI2, name: 'mine' }));
    expect((await openTarget({ file: 'mine.json', bytes })).name).toBe('mine');
    expect((await rejection(openTarget({ file: 'mine.json', bytes: bytes.subarray(1) }))).slice(0, 2)).toEqual([
      'chip-malformed',
      'mine.json',
    ]);
  });
});
