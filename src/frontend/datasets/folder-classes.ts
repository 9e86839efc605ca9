import { diagnostic, failure, printable, type Report } from '../../diagnostics/index.ts';

interface ClassOptions {
  readonly file: string;
  readonly classes: number;
  /** In order of the model's outputs; null or absent: the folders' names, ascending. */
  readonly classNames?: readonly string[] | null;
  readonly report: Report;
}

/** Labels of the clips, null where a clip belongs to no class that is asked for, and the names of the classes. */
export interface FolderClasses {
  readonly names: readonly string[] | null;
  labelOf(below: string): number | null;
}

const SHOWN = 40;

/** The class of a clip is the folder it lies in, below its part. */
const classOf = (below: string): string | null => /^([^/]+)\//.exec(below)?.[1] ?? null;

/**
 * Classes of clips that lie in a folder each, as 0, 1, … in the order of their names; `classNames` gives another order, and leaves out the
 * clips of folders that it does not name. Clips that all lie in no folder have no labels.
 */
export function classesOf(clips: readonly string[], { file, classes, classNames, report }: ClassOptions): FolderClasses {
  const found = [...new Set(clips.map(classOf))];
  const folders = found.filter((name) => name !== null).sort();
  if (folders.length === 0) return { names: null, labelOf: () => null };
  if (found.length > folders.length) {
    throw failure('data-labels-mismatch', 'some clips lie in a folder of a class, and some do not', {
      places: [{ file }],
      notes: [`folders: ${listed(folders)}`],
      help: 'put every clip into the folder of its class, or all into one folder without any',
    });
  }
  const names = classNames ?? folders;
  if (names.length !== classes) {
    throw failure('data-labels-mismatch', `the folder has ${names.length} classes, and the model ${classes}`, {
      places: [{ file }],
      notes: [`folders: ${listed(folders)}`, 'classes are the folders in order of their names, unless --class-names gives the order'],
      help: "name the classes in the order of the model's outputs: --class-names yes,no,…",
    });
  }
  const lost = [...folders.filter((name) => !names.includes(name)), ...names.filter((name) => !folders.includes(name))];
  if (lost.length > 0) {
    report(
      diagnostic('data-class-names', `classes and folders differ: ${listed(lost)}`, {
        places: [{ file }],
        notes: ['clips in folders that --class-names does not name are left out'],
      }),
    );
  }
  const labels = new Map(names.map((name, label) => [name, label]));
  return { names, labelOf: (below) => labels.get(classOf(below) ?? '') ?? null };
}

const listed = (names: readonly string[]): string =>
  `${names
    .slice(0, SHOWN)
    .map((name) => printable(name, 40))
    .join(', ')}${names.length > SHOWN ? `, and ${names.length - SHOWN} more` : ''}`;
