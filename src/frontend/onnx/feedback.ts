import { failure } from '../../diagnostics/index.ts';
import type { NetworkBuilder } from './builder.ts';
import type { Context } from './context.ts';
import type { Feedback } from './neurons/unrolled/open-feedback.ts';
import { elementCount } from './tensors/tensor.ts';
import { type NodeBase, type StreamValue, soleTerm, type Value, viewOf } from './values.ts';

/** Puts a stream in the place of spikes that come back, until their population is known. */
export function addFeedback(values: Map<string, Value>, { name, steps, shape }: Feedback, builder: NetworkBuilder): void {
  values.set(name, viewOf(builder.addFeedback(name, elementCount(shape) / steps), shape, null));
}

/** Lets the population's own spikes, a step later, take the place of the stream that stood for them. */
export function closeFeedback(values: ReadonlyMap<string, Value>, { name, spikes }: Feedback, { builder, file }: Context): void {
  const value = values.get(spikes);
  const stream = value?.kind === 'sequence' ? value.steps : value;
  const base = stream?.kind === 'stream' ? populationOf(stream) : null;
  const refuse = (reason: string): Error =>
    failure('unsupported-pattern', `a layer reads spikes of the step before, and ${reason}`, {
      places: [{ file, item: `tensor ${spikes}` }],
      notes: ['accepted here: linear layers over the spikes of one population, added to the input current of another or the same one'],
    });
  if (base === null) throw refuse('they are not those of one population');
  if (!builder.closeFeedback(name, base)) throw refuse('something else than a projection reads them too');
}

/** The population whose spikes these are, all of them and in order; null where they are anything else. */
export function populationOf(value: StreamValue): NodeBase | null {
  const term = soleTerm(value);
  if (term?.base.kind !== 'node' || term.index !== null || term.scale !== 1) return null;
  return term.base.node.kind === 'population' ? term.base : null;
}
