import { type Diagnostic, DiagnosticError, diagnostic, failure } from '../../diagnostics/index.ts';
import type { ClipSource } from '../../ir/clip.ts';
import { checkLabels } from './labels.ts';
import { DATA_LIMITS, type DatasetShape } from './options.ts';

/** Refuses a `features` array of this shape before anything is allocated for it. */
export function checkDenseShape(shape: readonly number[], options: DatasetShape): void {
  const { file, timesteps, channels } = options;
  const places = [{ file, item: 'features' }];
  const found = `features is [${shape.join(', ')}]`;
  if (shape.length !== 3) {
    throw failure('data-shape-mismatch', found, {
      places,
      notes: [`expected: [clip, step, channel], here [any, ${timesteps}, ${channels}]`],
    });
  }
  if (shape[0] === 0) throw failure('data-empty', `${found}: no clip`, { places });
  const errors: Diagnostic[] = [];
  if (shape[1] !== timesteps) {
    errors.push(
      diagnostic('data-shape-mismatch', `a clip has ${shape[1]} steps, and the model runs over ${timesteps}`, {
        places,
        notes: ['dense data is never padded or cut: the model would see steps that nobody measured'],
        help: `frame the data to ${timesteps} steps, or use a model trained with ${shape[1]}`,
      }),
    );
  }
  if (shape[2] !== channels) {
    errors.push(diagnostic('data-shape-mismatch', `a step has ${shape[2]} channels, and the model reads ${channels}`, { places }));
  }
  if (errors.length > 0) throw new DiagnosticError(errors);
  const values = shape.reduce((product, length) => product * length, 1);
  if (values > DATA_LIMITS.denseValues) {
    throw failure('data-too-large', `${found}: ${values} values`, {
      places,
      notes: [`at most ${DATA_LIMITS.denseValues} values are read`],
    });
  }
}

/** Clips of dense data: `features` [clip, step, channel] as checked by `checkDenseShape`, every step valid. */
export function denseSource(features: Float32Array, labels: Float64Array | null, options: DatasetShape): ClipSource {
  const { file, timesteps, channels, classes } = options;
  const size = timesteps * channels;
  const count = features.length / size;
  const errors = checkLabels(labels, { file, clips: count, classes });
  const wrong = features.findIndex((value) => !Number.isFinite(value));
  if (wrong !== -1) {
    const place = [Math.floor(wrong / size), Math.floor((wrong % size) / channels), wrong % channels];
    errors.push(
      diagnostic('data-malformed', `features[${place.join(', ')}] is ${features[wrong]}`, {
        places: [{ file, item: `clip ${place[0]}` }],
        notes: ['features are finite numbers within the range of float32'],
      }),
    );
  }
  if (errors.length > 0) throw new DiagnosticError(errors);
  return {
    file,
    count,
    channels,
    classNames: null,
    framing: null,
    clip: (index) => ({
      steps: timesteps,
      channels,
      features: features.slice(index * size, (index + 1) * size),
      valid: new Uint8Array(timesteps).fill(1),
      label: labels === null ? null : labels[index],
    }),
  };
}
