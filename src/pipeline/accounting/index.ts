import type { Network } from '../../ir/network.ts';
import type { QuantizedChannels } from '../../ir/quantized-features.ts';
import type { AccountingReport, ReportParts } from '../../report/index.ts';
import { sumActivity } from '../../simulator/accounting/activity.ts';
import { type NetworkTally, sumTallies } from '../../simulator/accounting/network-tally.ts';
import { NEUROBENCH } from '../../simulator/accounting/rules.ts';
import type { ClipTally } from '../../simulator/accounting/tally-clip.ts';
import { auditEdges } from './audit.ts';
import { breakEven, denseOf } from './break-even.ts';
import { CONVENTIONS, describeChip, describeConvention, operationsOf } from './conventions.ts';
import { reconcileChip, reconcileConventions } from './reconciliation.ts';

/** What the chip's bill says of the same run; `simulated`: false where the run stopped at the float network. */
export interface ChipBill {
  readonly simulated: boolean;
  readonly energy: ReportParts['energy'];
  readonly mappedSynapticEvents: number;
  /** Features that the chip is sent as integers. */
  readonly rounded: readonly QuantizedChannels[];
  readonly timesteps: number;
  readonly synapses: number;
}

/** One run by every convention, and what tells them apart. */
export function accountRun(network: Network, clips: readonly ClipTally[], bill: ChipBill): AccountingReport {
  const tally = sumTallies(network, clips);
  const { energy, simulated, mappedSynapticEvents } = bill;
  const counted = CONVENTIONS.map((convention) => describeConvention(convention, tally));
  const alternatives = (energy.alternatives ?? []).map(({ name, joules }) => ({ price: name, joules }));
  const chip = describeChip(energy.terms, simulated, mappedSynapticEvents, energy.costs, alternatives);
  return {
    conventions: [...counted, chip],
    reconciliation: [
      ...reconcileConventions(tally),
      ...(simulated ? [reconcileChip(tally, energy.terms, mappedSynapticEvents, bill.rounded.length > 0)] : []),
    ],
    audit: auditEdges(network, tally, clips, bill.rounded),
    neurobench: neurobenchOf(network, tally),
    activity: sumActivity(network, clips).map(({ node, silent, saturated }) => ({
      population: node.name,
      neurons: node.size,
      silent,
      saturated,
    })),
    breakEven: breakEven(tally, bill.timesteps, bill.synapses, counted[0].joules ?? 0, chip.joules),
  };
}

const FLOAT_BYTES = 4;
/** PyTorch keeps the number of batches that a normalisation has seen as an int64. */
const COUNTER_BYTES = 8;

/** The other metrics of NeuroBench that follow from a run. */
function neurobenchOf(network: Network, tally: NetworkTally): AccountingReport['neurobench'] {
  const { acs, macs } = operationsOf(tally, NEUROBENCH);
  const weights = tally.layers.flatMap(({ kind, projection: { synapses } }) =>
    (kind === 'linear' || kind === 'convolution') && 'weights' in synapses && synapses.weights !== null ? [synapses.weights] : [],
  );
  const total = weights.reduce((sum, { length }) => sum + length, 0);
  const zeros = weights.reduce((sum, values) => sum + Array.from(values).filter((weight) => weight === 0).length, 0);
  const statistics = network.nodes.reduce((sum, node) => {
    if ((node.kind !== 'population' && node.kind !== 'readout') || node.normalization === null) return sum;
    return sum + 2 * node.size * FLOAT_BYTES + COUNTER_BYTES;
  }, 0);
  return {
    effectiveAcs: acs,
    effectiveMacs: macs,
    dense: denseOf(tally),
    activationSparsity: tally.activations === 0 ? 0 : 1 - tally.spikes / (tally.activations * tally.clips),
    connectionSparsity: total === 0 ? 0 : zeros / total,
    footprintBytes: network.parameterCount * FLOAT_BYTES + statistics,
    parameterCount: network.parameterCount,
    membraneUpdates: tally.membraneUpdates / tally.clips,
  };
}
