import { describe, expect, it } from 'vitest';
import { type Diagnostic, DiagnosticError } from '../../../src/diagnostics/index.ts';
import { type DataFolder, type DatasetOptions, openDataset } from '../../../src/frontend/datasets/index.ts';
import { aedat3, chirp, folderOf, nmnist, packet, pixelWord } from './make-files.ts';

const warnings: Diagnostic[] = [];
const MODEL: DatasetOptions = {
  file: 'data',
  timesteps: 4,
  channels: 2 * 34 * 34,
  classes: 3,
  binMs: 1,
  report: (entry) => warnings.push(entry),
};
const open = (folder: DataFolder, options: Partial<DatasetOptions> = {}) => openDataset(folder, { ...MODEL, ...options });
const refused = async (folder: DataFolder, options: Partial<DatasetOptions> = {}): Promise<readonly string[]> => {
  const error = await open(folder, options).then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof DiagnosticError)) throw error ?? new Error('the folder was accepted');
  return error.diagnostics.map(({ code }) => code);
};

/** A recording of one event in column `x`, so that clips can be told apart. */
const at = (x: number): Uint8Array => nmnist([[x, 0, 0, 0]]);
const columns = (source: Awaited<ReturnType<typeof open>>): number[] =>
  Array.from({ length: source.count }, (_, i) => source.clip(i).features.indexOf(1));
const labels = (source: Awaited<ReturnType<typeof open>>): (number | null)[] =>
  Array.from({ length: source.count }, (_, i) => source.clip(i).label);

describe('a folder of classes', () => {
  const classes = folderOf({
    'b/1.bin': at(1),
    'a/2.bin': at(2),
    'c/x/3.bin': at(3),
    'README.md': 'text',
    '_noise_/4.bin': at(4),
    'a/.5.bin': at(5),
  });

  it('has labels in the order of names; names that begin with _ or . are passed over', async () => {
    const source = await open(classes);
    expect(columns(source)).toEqual([2, 1, 3]);
    expect(labels(source)).toEqual([0, 1, 2]);
    expect(source).toMatchObject({ classNames: ['a', 'b', 'c'], files: ['a/2.bin', 'b/1.bin', 'c/x/3.bin'] });
  });

  it('takes the order of --class-names, and leaves out what is not named, with a warning', async () => {
    warnings.length = 0;
    const source = await open(classes, { classNames: ['c', 'yes', 'a'] });
    expect(columns(source)).toEqual([2, 3]);
    expect(labels(source)).toEqual([2, 0]);
    expect(warnings.map(({ code, message }) => `${code}: ${message}`)).toEqual(['data-class-names: classes and folders differ: b, yes']);
  });

  it('reads one file at a time, and only those that are chosen', async () => {
    const folder = folderOf({ 'b/1.bin': at(1), 'a/2.bin': at(2), 'c/3.bin': at(3) });
    const source = await open(folder, { samples: 2 });
    source.clip(1);
    expect([...folder.reads]).toEqual([
      ['a/2.bin', 1],
      ['b/1.bin', 1],
    ]);
  });

  it('without folders has no labels', async () => {
    expect(labels(await open(folderOf({ '1.bin': at(1), '2.BIN': at(2) })))).toEqual([null, null]);
  });

  it.each([
    ['with another number of classes than the model', classes, { classes: 4 }, 'data-labels-mismatch'],
    ['with too few names', classes, { classNames: ['a', 'b'] }, 'bad-arguments'],
    ['with a file outside the classes', folderOf({ 'a/1.bin': at(1), '2.bin': at(2) }), {}, 'data-labels-mismatch'],
    ['with two kinds of clips', folderOf({ 'a/1.bin': at(1), 'a/2.wav': at(2) }), {}, 'data-foreign'],
    ['with none', folderOf({ 'shd_test.h5': at(1) }), {}, 'data-foreign'],
    ['with nothing', folderOf({}), {}, 'data-foreign'],
    ['without parts, asked for one', classes, { split: 'test' as const }, 'bad-arguments'],
    ['with an empty clip', folderOf({ '1.bin': new Uint8Array(0) }), {}, 'data-empty'],
    ['with a clip cut off', folderOf({ '1.bin': at(1).subarray(1) }), {}, 'data-malformed'],
    ['asked for a clip beyond', classes, { select: [[3, 3]] as const }, 'bad-arguments'],
  ])('%s is refused', async (_, folder, options, code) => {
    expect(await refused(folder, options)).toEqual([code]);
  });
});

describe('parts of a folder', () => {
  const train = { 'Train/0/1.bin': at(1), 'Train/1/2.bin': at(2), 'Train/2/3.bin': at(3) };
  const test = { 'Test/0/4.bin': at(4), 'Test/1/5.bin': at(5) };

  it.each([
    [null, [4, 5]],
    ['test', [4, 5]],
    ['train', [1, 2, 3]],
    ['all', [4, 5, 1, 2, 3]],
  ] as const)('are folders: %s', async (split, expected) => {
    const source = await open(folderOf({ ...train, ...test }), { split });
    expect(columns(source)).toEqual(expected);
    if (split === null) expect(source.framing).toContain('; part: test');
  });

  it('have one set of classes', async () => {
    expect(labels(await open(folderOf({ ...train, ...test }), { split: 'test' }))).toEqual([0, 1]);
  });

  it('are lists, as in Google Speech Commands: what is in none is for training', async () => {
    const sound = chirp(100, 16_000);
    const speech = folderOf({
      ...{ 'no/a.wav': sound, 'yes/b.wav': sound, 'up/c.wav': sound, '_background_noise_/noise.wav': sound },
      ...{ 'testing_list.txt': 'yes/b.wav\r\n', 'validation_list.txt': './up/c.wav\n' },
    });
    const model = { timesteps: 101, channels: 140, binMs: null };
    for (const [split, path, label] of [
      [null, 'yes/b.wav', 2],
      ['validation', 'up/c.wav', 1],
      ['train', 'no/a.wav', 0],
    ] as const) {
      const source = await open(speech, { ...model, split });
      expect(source.files).toEqual([path]);
      expect(labels(source)).toEqual([label]);
    }
    expect(await refused(folderOf({ 'no/a.wav': sound, 'testing_list.txt': 'no/b.wav' }), model)).toEqual(['data-malformed']);
  });
});

describe('DVS128 Gesture', () => {
  const gestures = (rows: string): Record<string, Uint8Array | string> => ({
    'user01_led.aedat': aedat3([
      packet(1, [
        [pixelWord(1, 0, 0), 100],
        [pixelWord(2, 0, 0), 5000],
        [pixelWord(3, 0, 0), 6000],
      ]),
    ]),
    'user01_led_labels.csv': `class,startTime_usec,endTime_usec\n${rows}`,
    'user02_led.aedat': aedat3([packet(1, [[pixelWord(9, 0, 0), 100]])]),
    'user02_led_labels.csv': 'class,startTime_usec,endTime_usec\n1,0,200\n',
    'trials_to_train.txt': 'user02_led.aedat\n',
    'trials_to_test.txt': 'user01_led.aedat\n',
  });
  const model = { channels: 2 * 128 * 128 };

  it('is cut into its gestures', async () => {
    const source = await open(folderOf(gestures('3,4000,6000\n1,50,4000')), model);
    expect(columns(source)).toEqual([2, 1]);
    expect(labels(source)).toEqual([2, 0]);
    expect(labels(await open(folderOf(gestures('3,4000,6000')), { ...model, split: 'train' }))).toEqual([0]);
  });

  it.each([
    ['a class that the model has not', '4,0,100', 'data-label-range'],
    ['a row of words', 'a,b,c', 'data-malformed'],
    ['an end before the start', '1,10,9', 'data-malformed'],
    ['no event in a gesture', '1,200,300', 'data-empty'],
  ])('%s is refused', async (_, rows, code) => {
    expect(await refused(folderOf(gestures(rows)), model)).toEqual([code]);
  });

  it('needs labels for every recording or none', async () => {
    const { 'user02_led_labels.csv': _, ...rest } = gestures('1,0,200');
    expect(await refused(folderOf(rest), model)).toEqual(['data-labels-mismatch']);
  });
});
