import { countOperations, minus, type Operations } from './count-operations.ts';
import type { NetworkTally } from './network-tally.ts';
import { BY_PAYLOAD, NEUROBENCH, PAPER, type Rules, SYOPS, SYOPS_AS_SHIPPED } from './rules.ts';

/** One rule that two conventions differ in, and what changing it changes. */
interface Change {
  readonly cause: string;
  readonly to: Partial<Rules>;
}

/** A way from one convention to another, rule by rule. */
export interface Path {
  readonly from: Rules;
  readonly to: Rules;
  readonly changes: readonly Change[];
}

export const PAPER_TO_SYOPS: Path = {
  from: PAPER,
  to: SYOPS,
  changes: [
    { cause: 'graded payloads: layers whose input is more than two-valued multiply, densely', to: { accumulates: 'two-valued' } },
    { cause: 'first layer: accumulates where its input is two-valued', to: { firstLayer: 'as-others' } },
    { cause: 'attention products: not seen', to: { attention: false } },
    { cause: 'batch normalisation: counted', to: { normalization: true } },
    { cause: 'bias: counted', to: { bias: true } },
    { cause: 'pooling: counted', to: { pooling: 'inputs' } },
    { cause: 'neuron updates: one accumulation each', to: { neurons: true } },
  ],
};

export const SYOPS_TO_AS_SHIPPED: Path = {
  from: SYOPS,
  to: SYOPS_AS_SHIPPED,
  changes: [
    { cause: 'batch normalisation: no hook', to: { normalization: false } },
    { cause: 'linear layers: no hook', to: { linear: false } },
  ],
};

export const SYOPS_TO_NEUROBENCH: Path = {
  from: SYOPS,
  to: NEUROBENCH,
  changes: [
    { cause: 'neuron updates: not counted', to: { neurons: false } },
    { cause: 'batch normalisation: not counted', to: { normalization: false } },
    { cause: 'bias: not counted', to: { bias: false } },
    { cause: 'pooling: not counted', to: { pooling: 'none' } },
    { cause: 'zero activations: skipped', to: { acs: 'nonzeros', macs: 'nonzeros' } },
    { cause: 'spikes: -1, 0 and 1, not any two values within 0 .. 1', to: { accumulates: 'ternary' } },
    { cause: 'padding: not counted', to: { acs: 'inside', macs: 'inside' } },
    { cause: 'zero weights: skipped', to: { acs: 'effective', macs: 'effective' } },
  ],
};

export const BY_PAYLOAD_TO_NEUROBENCH: Path = {
  from: BY_PAYLOAD,
  to: NEUROBENCH,
  changes: [
    { cause: 'pooling and scaling: not counted', to: { pooling: 'none', scaling: false } },
    { cause: 'zero activations: skipped', to: { macs: 'inside' } },
    { cause: 'spikes: by what the clip held, not by type', to: { accumulates: 'ternary' } },
    { cause: 'zero weights: skipped', to: { acs: 'effective', macs: 'effective' } },
  ],
};

export interface Difference extends Operations {
  readonly cause: string;
}

/** What each change of the path changes, signed, all clips together: the terms add up to the difference of its ends. */
export function explain(tally: NetworkTally, { from, changes }: Path): readonly Difference[] {
  let rules = from;
  let before = countOperations(tally, rules);
  return changes.map(({ cause, to }) => {
    rules = { ...rules, ...to };
    const after = countOperations(tally, rules);
    const difference = { cause, ...minus(after, before) };
    before = after;
    return difference;
  });
}
