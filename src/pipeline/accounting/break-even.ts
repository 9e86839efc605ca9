import type { BreakEvenReport, DenseTwinReport } from '../../report/index.ts';
import type { NetworkTally } from '../../simulator/accounting/network-tally.ts';
import { INT8, priceOf } from '../../simulator/accounting/prices.ts';
import { NEUROBENCH } from '../../simulator/accounting/rules.ts';
import { describePrice, operationsOf } from './conventions.ts';

/** Dampfhoffer et al.: spikes a synapse may carry in an inference before the spiking network costs more, by the dataflow of the other. */
const BAND = { low: 0.15, high: 1.38 };

/** Yan et al.: mean firing rates below which VGG16 with T steps costs less than a network of ceil(log2(T + 1)) bits. */
const LIMITS = [
  { timesteps: '5', rate: 0.057, applies: (steps: number): boolean => steps === 5 },
  { timesteps: '5..10', rate: 0.064, applies: (steps: number): boolean => steps >= 5 && steps <= 10 },
] as const;

/**
 * What the run is held against. `steps`: of a clip; `synapses`: of the network, attention left out; `formulaJ`, `chipJ`: energy by the paper
 * formula and by the chip model (null: none was simulated).
 */
export function breakEven(tally: NetworkTally, steps: number, synapses: number, formulaJ: number, chipJ: number | null): BreakEvenReport {
  const effective = operationsOf(tally, NEUROBENCH);
  const events = tally.layers.reduce((sum, { cells }) => sum + cells.reduce((a, { inside }) => a + inside, 0), 0) / tally.clips;
  const value = synapses === 0 ? 0 : events / synapses;
  const rate = tally.activations === 0 ? 0 : tally.spikes / (tally.activations * tally.clips);
  const denseOperations = denseOf(tally);
  const inputRate = denseOperations === 0 ? 0 : (effective.acs + effective.macs) / denseOperations;
  const twin = (name: string, macs: number): DenseTwinReport => {
    const joules = priceOf({ acs: 0, macs }, INT8);
    const everything = priceOf({ acs: denseOperations, macs: 0 }, INT8);
    return { name, macs, joules, price: describePrice(INT8), breakEvenRate: everything === 0 ? 0 : joules / everything, rate: inputRate };
  };
  return {
    spikesPerSynapse: {
      value,
      ...BAND,
      verdict: value < BAND.low ? 'below' : value > BAND.high ? 'above' : 'within',
      source:
        'Dampfhoffer et al., IEEE TETCI 7(3), 731-741, 2023: competitive up to 0.15 to 1.38 spikes a synapse, by the dataflow of the dense network',
    },
    firingRate: {
      value: rate,
      timesteps: steps,
      denseBits: Math.ceil(Math.log2(steps + 1)),
      limits: LIMITS.map(({ timesteps, rate: limit, applies }) => ({ timesteps, rate: limit, met: applies(steps) ? rate < limit : null })),
      source: 'Yan et al., arXiv 2409.08290 (versions 3 and 4), VGG16; a limit says nothing about other numbers of steps',
    },
    denseTwins: [
      twin('8-bit dense network, every frame', denseOperations),
      twin('8-bit dense network, once a clip', denseOperations / steps),
    ],
    chipOverFormula: {
      value: chipJ === null || formulaJ === 0 ? null : chipJ / formulaJ,
      context:
        'a published core model found 0.75 and 1.06 mJ where counted operations gave 0.01405 and 0.02135 mJ: 53 and 50 times as much',
      source: 'Falcon, arXiv 2609.35260',
    },
  };
}

/** NeuroBench's `Dense`: all connections in all steps, padding left out. */
export const denseOf = ({ layers }: NetworkTally): number =>
  layers.filter(({ kind }) => kind === 'linear' || kind === 'convolution').reduce((sum, { denseInside }) => sum + denseInside, 0);
