import { type Diagnostic, diagnostic } from '../../diagnostics/index.ts';
import type { Call } from './context.ts';

/**
 * Does a reshape without a transposition move a leading batch axis behind another one, as from [batch, heads, steps, width] to
 * [steps, batch, neurons]? With one clip it only reads the values in another order. With several, a step of one clip takes in values of
 * another. Where the axis that comes to the front already follows the batch, one clip's order is kept, and the reshape may stand for a
 * transposition that a tool has simplified.
 */
export function mixesBatch(from: readonly number[], to: readonly number[]): boolean {
  if (from.length < 3 || from[0] !== 1 || to.length < 3 || to[0] === 1 || to[1] !== 1) return false;
  return from.find((length) => length !== 1) !== to[0];
}

export const mixedBatch = (call: Call, from: readonly number[], to: readonly number[]): Diagnostic =>
  diagnostic(
    'batch-dependent',
    `a reshape from [${from.join(', ')}] to [${to.join(', ')}] moves no axis: in a batch of several clips, neurons behind it integrate across clips`,
    {
      places: [{ file: call.context.file, item: `node ${call.name}, and maybe others` }],
      notes: ['clips are run one by one here, as on a chip: figures of larger batches differ'],
    },
  );
