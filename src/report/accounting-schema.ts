import { count, fraction, listOf, nullable, oneOf, type Schema, shape, text, whole } from './schema-terms.ts';

const signed: Schema = { type: 'number' };

const convention = shape({
  name: text,
  rule: text,
  acs: count,
  macs: count,
  joules: nullable(count),
  price: text,
  alternatives: listOf(shape({ price: text, joules: count })),
  source: text,
});

const edge = shape({
  from: text,
  to: text,
  kind: text,
  role: nullable(text),
  payload: text,
  measured: shape({ payload: text, min: signed, max: signed, nonzeros: count }),
  operation: oneOf('accumulate', 'multiply-accumulate', 'none'),
  operations: count,
  asUnitSpikes: nullable(count),
  note: text,
});

const breakEven = shape({
  spikesPerSynapse: shape({ value: count, low: count, high: count, verdict: oneOf('below', 'within', 'above'), source: text }),
  firingRate: shape({
    value: fraction,
    timesteps: whole,
    denseBits: whole,
    limits: listOf(shape({ timesteps: text, rate: fraction, met: nullable({ type: 'boolean' }) })),
    source: text,
  }),
  denseTwins: listOf(shape({ name: text, macs: count, joules: count, price: text, breakEvenRate: count, rate: count })),
  chipOverFormula: shape({ value: nullable(count), context: text, source: text }),
});

/** Schema of `accounting` in report.json, see AccountingReport. */
export const accounting = shape({
  conventions: listOf(convention),
  reconciliation: listOf(
    shape({ from: text, to: text, terms: listOf(shape({ cause: text, acs: signed, macs: signed, joules: nullable(signed) })) }),
  ),
  audit: listOf(edge),
  neurobench: shape({
    effectiveAcs: count,
    effectiveMacs: count,
    dense: count,
    activationSparsity: fraction,
    connectionSparsity: fraction,
    footprintBytes: count,
    parameterCount: whole,
    membraneUpdates: count,
  }),
  activity: listOf(shape({ population: text, neurons: whole, silent: whole, saturated: whole })),
  breakEven,
});
