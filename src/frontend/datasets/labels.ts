import { type Diagnostic, diagnostic } from '../../diagnostics/index.ts';

interface LabelContext {
  readonly file: string;
  readonly clips: number;
  readonly classes: number;
}

/** What is wrong with `labels` (null: the file has none, which is allowed), if anything. */
export function checkLabels(labels: Float64Array | null, context: LabelContext): Diagnostic[] {
  if (labels === null) return [];
  const { file, clips, classes } = context;
  if (labels.length !== clips) {
    return [
      diagnostic('data-labels-mismatch', `${labels.length} labels for ${clips} clips`, {
        places: [{ file, item: 'labels' }],
        notes: [`labels has one class index for each clip, ${clips} here; leave it out if the clips have none`],
      }),
    ];
  }
  const wrong = labels.findIndex((label) => !Number.isInteger(label) || label < 0 || label >= classes);
  if (wrong === -1) return [];
  return [
    diagnostic('data-label-range', `the label of clip ${wrong} is ${labels[wrong]}, and the model has ${classes} classes`, {
      places: [{ file, item: `labels[${wrong}]` }],
      notes: [`allowed: whole numbers from 0 to ${classes - 1}`],
    }),
  ];
}
