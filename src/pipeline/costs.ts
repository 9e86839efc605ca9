import type { CostLine } from '../simulator/cost-lines.ts';
import type { TimingModel } from '../simulator/timing.ts';

/** How a run is priced and timed. */
export interface CostOptions {
  /** Name of a cost profile; null: the chip's own costs. */
  readonly profile: string | null;
  readonly timing: TimingModel;
  /** Lines left out of the bill, and of the time. */
  readonly without: readonly CostLine[];
}
