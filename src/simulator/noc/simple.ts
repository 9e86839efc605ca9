import { NOWHERE, type StepMessages } from './messages.ts';

/**
 * Seconds of a step without its barrier, where the mesh costs nothing and every core overlaps sending with receiving:
 *
 *   max(over cores: sum of generation of its messages, sum of processing of the messages that it receives)
 *
 * The model `simple` of SANA-FE.
 */
export function simpleStepSeconds(messages: StepMessages, cores: number): number {
  const generation = new Float64Array(cores);
  const processing = new Float64Array(cores);
  for (let m = 0; m < messages.count; m++) {
    generation[messages.from[m]] += messages.generationS[m];
    if (messages.to[m] !== NOWHERE) processing[messages.to[m]] += messages.processingS[m];
  }
  let longest = 0;
  for (let core = 0; core < cores; core++) longest = Math.max(longest, generation[core], processing[core]);
  return longest;
}
