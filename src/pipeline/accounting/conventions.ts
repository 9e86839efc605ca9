import type { EnergyTerm } from '../../ir/energy-term.ts';
import type { ConventionReport } from '../../report/index.ts';
import { countOperations, type Operations, times } from '../../simulator/accounting/count-operations.ts';
import type { NetworkTally } from '../../simulator/accounting/network-tally.ts';
import { FP32, PRICES, type Price, priceOf } from '../../simulator/accounting/prices.ts';
import { BY_PAYLOAD, NEUROBENCH, PAPER, type Rules, SYOPS, SYOPS_AS_SHIPPED } from '../../simulator/accounting/rules.ts';

export interface Convention {
  readonly name: string;
  readonly rules: Rules;
  readonly rule: string;
  readonly source: string;
}

/** The conventions that count a network, whatever chip it runs on. */
export const CONVENTIONS: readonly Convention[] = [
  {
    name: 'paper formula',
    rules: PAPER,
    rule: 'first layer: dense MACs in every step; other layers: mean input x steps x dense operations as ACs, both products of attention included (mean query, mean value); no batch normalisation, bias or neurons',
    source: 'Zhou et al., Spikformer (ICLR 2023), and Yao et al., Spike-driven Transformer (NeurIPS 2023), appendix',
  },
  {
    name: 'syops-counter',
    rules: SYOPS,
    rule: 'a layer with two-valued input within 0..1: mean input x (dense operations and bias) as ACs, any other: all of them as MACs; batch normalisation: 2 a value; neurons: 1 AC a step; products of attention are not seen; hooks on every layer',
    source: 'syops-counter 0.0.5 (github.com/iCGY96/syops-counter), ops.py; batches of one clip',
  },
  {
    name: 'syops-counter, hooks as shipped',
    rules: SYOPS_AS_SHIPPED,
    rule: 'the same where linear layers and batch normalisations are subclasses of PyTorch’s (SpikingJelly’s `layer`): its hooks go by exact type and pass over them; convolutions over time and neurons are seen',
    source:
      'syops-counter 0.0.5, MODULES_MAPPING; which class a layer had is not in a model file: this is the case of SpikeSCR’s published code, its kernels of one step aside',
  },
  {
    name: 'NeuroBench',
    rules: NEUROBENCH,
    rule: 'inputs and weights that are not 0, padding left out: ACs where all inputs of the clip are -1, 0 or 1, else MACs; no bias, batch normalisation, attention or neurons',
    source: 'NeuroBench 2.3.0 (github.com/NeuroBench/neurobench), SynapticOperations; NeuroBench itself gives no energy',
  },
  {
    name: 'by payload',
    rules: BY_PAYLOAD,
    rule: 'layers with binary payload: one AC a spike and synapse, others: dense MACs, padding left out (`events.acs`, `events.macs` and `energy.arithmetic45nm` of this report)',
    source: 'docs/energy-model.md',
  },
];

/** Mean operations of a clip. */
export const operationsOf = (tally: NetworkTally, rules: Rules): Operations => times(countOperations(tally, rules), 1 / tally.clips);

export function describeConvention({ name, rules, rule, source }: Convention, tally: NetworkTally): ConventionReport {
  const operations = operationsOf(tally, rules);
  return {
    name,
    rule,
    ...operations,
    joules: priceOf(operations, FP32),
    price: describePrice(FP32),
    alternatives: PRICES.filter((price) => price !== FP32).map((price) => ({
      price: describePrice(price),
      joules: priceOf(operations, price),
    })),
    source,
  };
}

export const CHIP = 'chip model';

/** What the chip model adds up, beside them; `synapticEvents`: synapses that the chip read. */
export function describeChip(
  terms: readonly EnergyTerm[],
  simulated: boolean,
  synapticEvents: number,
  costs: string,
  alternatives: ConventionReport['alternatives'],
): ConventionReport {
  const known = terms.reduce((sum, { joules }) => sum + (joules ?? 0), 0);
  const unknown = terms.filter(({ joules }) => joules === null).map(({ name }) => name);
  return {
    name: CHIP,
    rule: 'every term of `energy.terms`: memory and synapses, neuron updates, packets, static power; terms whose cost nobody has published are left out',
    acs: synapticEvents,
    macs: 0,
    joules: simulated ? known : null,
    price: unknown.length === 0 || !simulated ? costs : `${costs}, without ${unknown.join(', ')} (not known)`,
    alternatives,
    source: 'docs/energy-model.md',
  };
}

const picojoules = (joules: number): string => String(Number((joules * 1e12).toPrecision(3)));

export const describePrice = ({ name, acJ, macJ }: Price): string => `${name}: AC ${picojoules(acJ)} pJ, MAC ${picojoules(macJ)} pJ`;
