import type { Place } from '../../../diagnostics/index.ts';
import type { Origin } from '../../../ir/network.ts';

/** The part of the model that a population or projection came from. */
export function placeOf(subject: { readonly origin: Origin; readonly name?: string; readonly id: string }): Place {
  const name = subject.name ?? subject.id;
  const [first] = subject.origin.nodes;
  return { file: subject.origin.file, item: first === undefined || first === name ? name : `${name} (${first})` };
}
