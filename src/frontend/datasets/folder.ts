import { type DiagnosticError, failure, printable } from '../../diagnostics/index.ts';
import type { ClipSource } from '../../ir/clip.ts';
import type { DataFolder } from './data-folder.ts';
import { gestureClips } from './dvs-gesture.ts';
import { classesOf } from './folder-classes.ts';
import { partsOf } from './folder-parts.ts';
import { DATA_LIMITS, type DatasetOptions } from './options.ts';
import { openReader, type RecordingKind, type RecordingReader, type Span } from './recordings.ts';
import { choosePositions, refuseSplit } from './selection.ts';

/** One clip of a folder: a file, or a stretch of it. */
export interface FolderClip {
  readonly path: string;
  readonly span: Span;
  readonly label: number | null;
}

const ENDINGS: ReadonlyMap<string, RecordingKind> = new Map([
  ['.wav', 'wav'],
  ['.bin', 'nmnist'],
  ['.aedat', 'aedat'],
]);

/** Folders whose name begins so hold no clips: `_background_noise_` of Google Speech Commands, and what is hidden. */
const HIDDEN = /(^|\/)[._]/;

/**
 * Clips of a folder: sounds, N-MNIST files or AEDAT files, one kind of them, in folders of classes and perhaps of parts. The clips that are
 * chosen are read and checked before this returns, and again when they are made, one at a time.
 */
export async function readDataFolder(folder: DataFolder, options: DatasetOptions): Promise<ClipSource> {
  const { file } = options;
  const { kind, paths } = findClips(folder, file);
  const parts = partsOf(folder, paths, file);
  const gestures = kind === 'aedat' ? gestureClips(folder, paths, options) : null;
  const classes =
    gestures === null
      ? classesOf(
          parts.map(({ below }) => below),
          options,
        )
      : null;
  const hasTest = parts.some(({ split }) => split === 'test');
  const split = options.split ?? (hasTest ? 'test' : 'all');
  if (parts.every((part) => part.split === null)) refuseSplit({ split }, file);
  const clips = parts
    .filter((part) => split === 'all' || part.split === split)
    .flatMap(({ path, below }): readonly FolderClip[] => {
      if (gestures !== null) return gestures.get(path) ?? [];
      const label = classes?.labelOf(below) ?? null;
      return label === null && classes?.names != null ? [] : [{ path, span: null, label }];
    });
  if (clips.length === 0)
    throw failure('data-empty', `the folder has no clip${split === 'all' ? '' : ` in its part ${split}`}`, { places: [{ file }] });
  const chosen = choosePositions(clips.length, options).map((position) => clips[position]);
  const framing = split === 'all' ? '' : `; part: ${split}`;
  return recordingSource(folder, chosen, await openReader(kind, options), {
    ...options,
    names: classes?.names ?? options.classNames ?? null,
    framing,
  });
}

/** A single recording, without a label. */
export async function readRecording(bytes: Uint8Array, kind: RecordingKind, options: DatasetOptions): Promise<ClipSource> {
  const folder: DataFolder = { files: [''], read: () => bytes };
  const clip: FolderClip = { path: '', span: null, label: null };
  const { files: _, ...source } = recordingSource(folder, [clip], await openReader(kind, options), {
    ...options,
    names: null,
    framing: '',
  });
  return source;
}

function recordingSource(
  folder: DataFolder,
  clips: readonly FolderClip[],
  reader: RecordingReader,
  { file, timesteps, channels, names, framing }: DatasetOptions & { readonly names: readonly string[] | null; readonly framing: string },
): ClipSource {
  let last: { readonly path: string; readonly bytes: Uint8Array } | null = null;
  const read = (path: string): Uint8Array => {
    if (last?.path !== path) last = { path, bytes: folder.read(path) };
    return last.bytes;
  };
  const placeOf = ({ path }: FolderClip) => (path === '' ? { file } : { file, item: printable(path, 200) });
  for (const clip of clips) reader.check(read(clip.path), clip.span, placeOf(clip));
  return {
    file,
    count: clips.length,
    channels,
    classNames: names?.map((name) => printable(name, 60)) ?? null,
    framing: `${reader.framing}${framing}`,
    binMs: reader.binMs,
    realValued: reader.realValued,
    files: [...new Set(clips.map(({ path }) => path))],
    clip: (index) => {
      const { path, span, label } = clips[index];
      return { steps: timesteps, channels, ...reader.frames(read(path), span, placeOf(clips[index])), label };
    },
  };
}

/** The files that are clips, and their kind: there must be one. */
function findClips(folder: DataFolder, file: string): { readonly kind: RecordingKind; readonly paths: readonly string[] } {
  const byKind = new Map<RecordingKind, string[]>();
  for (const path of folder.files) {
    const kind = ENDINGS.get(/\.[^./]*$/.exec(path)?.[0].toLowerCase() ?? '');
    if (kind === undefined || HIDDEN.test(path)) continue;
    const paths = byKind.get(kind) ?? [];
    byKind.set(kind, paths);
    paths.push(path);
  }
  const [found, ...others] = byKind;
  if (found === undefined || others.length > 0) throw foreign(folder, byKind, file);
  const [kind, paths] = found;
  if (paths.length > DATA_LIMITS.clips) {
    throw failure('data-too-large', `the folder has ${paths.length} clips`, {
      places: [{ file }],
      notes: [`at most ${DATA_LIMITS.clips} are read`],
    });
  }
  return { kind, paths };
}

function foreign(folder: DataFolder, byKind: ReadonlyMap<RecordingKind, readonly string[]>, file: string): DiagnosticError {
  const names = [...byKind].map(([, paths]) => `${paths.length} like ${printable(paths[0], 80)}`);
  const shown = folder.files.slice(0, 10).map((path) => printable(path, 60));
  return failure(
    'data-foreign',
    byKind.size === 0 ? 'the folder has no clips that are known' : 'the folder has clips of more than one kind',
    {
      places: [{ file }],
      notes: [
        `found: ${byKind.size === 0 ? (shown.length === 0 ? 'nothing' : shown.join(', ')) : names.join('; ')}`,
        'read: folders of .wav, of .bin (N-MNIST) or of .aedat; names that begin with . or _ are passed over, and links are not followed',
      ],
      help: 'an HDF5, .npz or CSV file is given itself: --data folder/file.h5',
    },
  );
}
