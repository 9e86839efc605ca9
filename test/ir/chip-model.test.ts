import { describe, expect, it } from 'vitest';
import { type Diagnostic, DiagnosticError } from '../../src/diagnostics/index.ts';
import { loadChipModel } from '../../src/ir/load-chip.ts';
import { LOIHI1 } from '../../src/targets/loihi/chips/loihi1.ts';
import { LOIHI2 } from '../../src/targets/loihi/chips/loihi2.ts';

/** The built-in chip as a user's file, with some keys replaced ('a.b': value) or taken out ('a.b': undefined). */
function chipFile(changes: Readonly<Record<string, unknown>> = {}): unknown {
  const file = JSON.parse(JSON.stringify(LOIHI2));
  for (const [path, value] of Object.entries(changes)) {
    const keys = path.split('.');
    const last = keys.pop() ?? '';
    const owner = keys.reduce((object, key) => object[key], file);
    if (value === undefined) delete owner[last];
    else owner[last] = value;
  }
  return file;
}

async function errorsOf(json: unknown): Promise<readonly Diagnostic[]> {
  const error = await loadChipModel(json, 'my-chip.json').catch((thrown: unknown) => thrown);
  return error instanceof DiagnosticError ? error.diagnostics : [];
}

describe('loadChipModel', () => {
  it('reads the built-in chip back as it is', async () => {
    expect(await loadChipModel(chipFile(), 'loihi2.json')).toEqual(LOIHI2);
  });

  it('names a missing limit', async () => {
    const errors = await errorsOf(chipFile({ 'limits.synapticDelay': undefined, 'memory.bitsPerInputAxon': undefined }));
    expect(errors.map((e) => e.code)).toEqual(['chip-missing-limit', 'chip-missing-limit']);
    expect(errors.map((e) => e.places[0])).toEqual([
      { file: 'my-chip.json', item: 'limits.synapticDelay' },
      { file: 'my-chip.json', item: 'memory.bitsPerInputAxon' },
    ]);
    expect((await errorsOf(chipFile({ limits: undefined }))).map((e) => [e.code, e.places[0].item])).toEqual([
      ['chip-missing-limit', 'limits'],
    ]);
  });

  it('names figure, found and wanted unit', async () => {
    const [error, ...others] = await errorsOf(chipFile({ 'energy.synapticEvent.unit': 'pJ' }));
    expect(others).toEqual([]);
    expect(error.code).toBe('chip-unit');
    expect(error.message).toBe('`energy.synapticEvent` is given in "pJ"; "J" is wanted');
    expect((await errorsOf(chipFile({ 'limits.memoryPerCore.unit': 'KB' }))).map((e) => e.code)).toEqual(['chip-unit']);
  });

  it('refuses another version by name', async () => {
    const errors = await errorsOf(chipFile({ version: 7, limits: undefined }));
    expect(errors.map((e) => e.code)).toEqual(['version-unsupported']);
    expect(errors[0].message).toContain('7');
  });

  it.each<[string, Record<string, unknown>]>([
    ['version', { version: undefined }],
    ['family', { family: 'spinnaker' }],
    ['name', { name: '../up' }],
    ['energy.barrier', { 'energy.barrier': undefined }],
    ['limits.chips.value', { 'limits.chips.value': 0 }],
    ['limits.chips.value', { 'limits.chips.value': 1.5 }],
    ['limits.chips.value', { 'limits.chips.value': '1' }],
    ['limits.compartmentsPerCore.value', { 'limits.compartmentsPerCore.value': 1e12 }],
    ['energy.synapticEvent.value', { 'energy.synapticEvent.value': -1 }],
    ['time.synapticEvent.value', { 'time.synapticEvent.value': null }],
    ['energy.synapticEvent.basis', { 'energy.synapticEvent.basis': 'guessed' }],
    ['energy', { 'energy.colour': 1 }],
    ['energy.synapticEvent', { 'energy.synapticEvent.source': 'nowhere' }],
    ['energy.barrier', { 'energy.barrier.note': undefined }],
    ['operations.rotary', { 'operations.rotary': 'everywhere' }],
    ['geometry', { 'geometry.coresPerChip': 129 }],
  ])('chip-malformed: %s', async (item, changes) => {
    const errors = await errorsOf(chipFile(changes));
    expect(errors.map((e) => e.code)).toEqual(['chip-malformed']);
    expect(errors[0].places).toEqual([{ file: 'my-chip.json', item }]);
  });

  it('holds tables against the words of the synapse memory', async () => {
    const file = JSON.parse(JSON.stringify(LOIHI1));
    file.limits.weightBits.value = 9;
    file.tables.synapseFormats.value = 16;
    const errors = await errorsOf(file);
    expect(errors.map((e) => [e.code, e.places[0].item])).toEqual([
      ['chip-malformed', 'limits.weightBits'],
      ['chip-malformed', 'tables.synapseFormats'],
    ]);
    expect(errors[0].notes[0]).toContain('at most 8');
  });

  it.each([null, 1, 'chip', [], {}])('survives %j', async (json) => {
    expect((await errorsOf(json)).length).toBeGreaterThan(0);
  });

  it('says everything at once', async () => {
    const errors = await errorsOf(chipFile({ 'limits.chips': undefined, 'energy.synapticEvent.unit': 'pJ', family: 1 }));
    expect(errors.map((e) => e.code).sort()).toEqual(['chip-malformed', 'chip-missing-limit', 'chip-unit']);
  });
});

describe('loihi2', () => {
  it('borrows energies and says so, or says that nobody published them', () => {
    for (const [name, figure] of Object.entries(LOIHI2.energy)) {
      if (figure.value === null) expect(figure.note, name).toMatch(/published|Davies/);
      else expect(figure.basis, name).toBe('proxy');
    }
    const unknown = Object.entries(LOIHI2.energy).flatMap(([name, figure]) => (figure.value === null ? [name] : []));
    expect(unknown).toEqual(['barrier', 'embeddedOperation', 'inputSpike', 'chipCrossing']);
  });
});
