import { failure } from '../../diagnostics/index.ts';
import type { ClipSource } from '../../ir/clip.ts';
import { randomPermutation, seededRandom } from '../../ir/random.ts';

/** Parts that data sets are published in. */
export const SPLITS = ['train', 'validation', 'test'] as const;
export type Split = (typeof SPLITS)[number];
export const SPLIT_CHOICES = ['all', ...SPLITS] as const;

/** Which clips are taken, and in what order: a part of the data, then positions in it, then shuffled, then the first so many. */
export interface Selection {
  /** null or absent: `test` where the data have such a part, else all. */
  readonly split?: Split | 'all' | null;
  /** Ranges [first, last] of positions, counted from 0; null or absent: all. */
  readonly select?: readonly (readonly [number, number])[] | null;
  /** Seed of a random order; null or absent: as they come. */
  readonly shuffle?: number | null;
  /** At most so many; null or absent: all. */
  readonly samples?: number | null;
}

/** Positions of the clips that are taken of `count`, in order. Throws `bad-arguments` for a position that there is not. */
export function choosePositions(count: number, { select, shuffle, samples }: Selection): number[] {
  const outside = select?.find(([, last]) => last >= count);
  if (outside !== undefined) {
    throw failure('bad-arguments', `--select asks for clip ${outside[1]}, and there are ${count}`, {
      notes: [`allowed: 0 to ${count - 1}, as the clips are counted in the file or in the chosen part`],
    });
  }
  const positions = select == null ? range(0, count - 1) : [...new Set(select.flatMap(([first, last]) => range(first, last)))];
  const order = shuffle == null ? positions : Array.from(randomPermutation(seededRandom(shuffle), positions.length), (i) => positions[i]);
  return order.slice(0, samples ?? order.length);
}

/** The clips that are taken of all there are. */
export function pickClips(source: ClipSource, selection: Selection): ClipSource {
  const { count, clip } = source;
  const positions = choosePositions(count, selection);
  return { ...source, count: positions.length, clip: (index) => clip(positions[index]) };
}

/** A part of what has no parts. */
export function refuseSplit({ split }: Selection, file: string): void {
  if (split == null || split === 'all') return;
  throw failure('bad-arguments', `--split ${split}: these data have no parts`, {
    places: [{ file }],
    notes: [
      'parts are: folders `train`, `validation` and `test`, or lists such as testing_list.txt in a folder; docs/data.md has them all',
    ],
    help: 'leave --split out, and give the file that holds the part',
  });
}

const range = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, i) => first + i);
