import type { EnergyTerm } from '../../ir/energy-term.ts';
import type { ReconciliationReport, ReconciliationTerm } from '../../report/index.ts';
import { times } from '../../simulator/accounting/count-operations.ts';
import type { NetworkTally } from '../../simulator/accounting/network-tally.ts';
import { FP32, priceOf } from '../../simulator/accounting/prices.ts';
import {
  BY_PAYLOAD_TO_NEUROBENCH,
  explain,
  PAPER_TO_SYOPS,
  type Path,
  SYOPS_TO_AS_SHIPPED,
  SYOPS_TO_NEUROBENCH,
} from '../../simulator/accounting/reconcile.ts';
import { NEUROBENCH } from '../../simulator/accounting/rules.ts';
import { CHIP, CONVENTIONS, operationsOf } from './conventions.ts';

/** From convention to convention, term by term; means of a clip, at FP32 prices. */
export function reconcileConventions(tally: NetworkTally): readonly ReconciliationReport[] {
  return [PAPER_TO_SYOPS, SYOPS_TO_AS_SHIPPED, SYOPS_TO_NEUROBENCH, BY_PAYLOAD_TO_NEUROBENCH].map((path) => ({
    from: nameOf(path, 'from'),
    to: nameOf(path, 'to'),
    terms: explain(tally, path).map(({ cause, ...operations }): ReconciliationTerm => {
      const mean = times(operations, 1 / tally.clips);
      return { cause, ...mean, joules: priceOf(mean, FP32) };
    }),
  }));
}

const nameOf = (path: Path, end: 'from' | 'to'): string => CONVENTIONS.find(({ rules }) => rules === path[end])?.name ?? '';

/** The term of a chip's bill that pays for reading synapses. */
const READS = 'synapticEvents';

/**
 * From the effective operations of NeuroBench to the chip's bill: what the chip reads besides, what a read costs in place of an arithmetic
 * operation, and every other term of the bill. `mapped` is what the chip read.
 */
export function reconcileChip(tally: NetworkTally, terms: readonly EnergyTerm[], mapped: number, rounded: boolean): ReconciliationReport {
  const effective = operationsOf(tally, NEUROBENCH);
  const count = effective.acs + effective.macs;
  const read = terms.find(({ name }) => name === READS);
  const readJ = read?.costJ ?? 0;
  const unknown = read !== undefined && read.joules === null;
  const mean = (sum: number): number => sum / tally.clips;
  const cells = (kinds: readonly string[]) => tally.layers.filter(({ kind }) => kinds.includes(kind)).flatMap((layer) => layer.cells);
  const zeroWeights = mean(cells(['linear', 'convolution']).reduce((sum, { inside, effective: kept }) => sum + inside - kept, 0));
  const windows = mean(cells(['pooling', 'scaling']).reduce((sum, { inside }) => sum + inside, 0));
  const attention = mean(tally.attention.reduce((sum, { events }) => sum + events, 0));
  const reads = (cause: string, acs: number): ReconciliationTerm => ({ cause, acs, macs: 0, joules: unknown ? null : acs * readJ });
  const logical = count + zeroWeights + windows + attention;
  return {
    from: 'NeuroBench',
    to: CHIP,
    terms: [
      {
        cause:
          read === undefined ? 'arithmetic: not a term of this chip’s bill' : 'arithmetic: an operation costs a read of the synapse memory',
        acs: effective.macs,
        macs: -effective.macs,
        joules: (unknown ? 0 : count * readJ) - priceOf(effective, FP32),
      },
      reads('zero weights: read all the same', zeroWeights),
      reads('pooling and scaling: synapses too', windows),
      reads('attention: coincidences and additions', attention),
      reads(`mapping: relays, repeats, replays, and ${rounded ? 'features and spikes' : 'spikes'} that integers changed`, mapped - logical),
      ...terms
        .filter(({ name }) => name !== READS)
        .map((term): ReconciliationTerm => ({ cause: causeOf(term), acs: 0, macs: 0, joules: term.joules })),
    ],
  };
}

const causeOf = ({ name, per, kind }: EnergyTerm): string => `${kind === 'static' ? 'static power' : 'chip'}: ${name}, by the ${per}`;
