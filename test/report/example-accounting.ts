import type { AccountingReport } from '../../src/report/index.ts';

/** A made-up accounting with the shape of a real one; `name` stands wherever a name from a file would. */
export const exampleAccounting = (name = 'blocks.0.embedding_lif'): AccountingReport => ({
  conventions: [
    {
      name: 'paper formula',
      rule: 'first layer: dense MACs; others: ACs at the mean rate',
      acs: 832_000,
      macs: 1_000_000,
      joules: 5.35e-6,
      price: 'FP32: AC 0.9 pJ, MAC 4.6 pJ',
      alternatives: [{ price: 'INT8: AC 0.03 pJ, MAC 0.23 pJ', joules: 0.25e-6 }],
      source: 'Zhou et al., Spikformer, ICLR 2023',
    },
    {
      name: 'chip model',
      rule: 'every term',
      acs: 1_802_331,
      macs: 0,
      joules: 280e-6,
      price: 'own',
      alternatives: [],
      source: 'docs/energy-model.md',
    },
  ],
  reconciliation: [
    {
      from: 'paper formula',
      to: 'chip model',
      terms: [{ cause: 'memory, mesh and static power', acs: 970_331, macs: -1_000_000, joules: null }],
    },
  ],
  audit: [
    {
      from: name,
      to: name,
      kind: 'projection',
      role: null,
      payload: 'binary',
      measured: { payload: 'binary', min: 0, max: 1, nonzeros: 320 },
      operation: 'accumulate',
      operations: 40_960,
      asUnitSpikes: null,
      note: '',
    },
  ],
  neurobench: {
    effectiveAcs: 800_000,
    effectiveMacs: 1000,
    dense: 10_000_000,
    activationSparsity: 0.9,
    connectionSparsity: 0.01,
    footprintBytes: 1_046_528,
    parameterCount: 261_632,
    membraneUpdates: 80_000,
  },
  activity: [{ population: name, neurons: 128, silent: 3, saturated: 1 }],
  breakEven: {
    spikesPerSynapse: { value: 4.3, low: 0.15, high: 1.38, verdict: 'above', source: 'Dampfhoffer et al., 2023' },
    firingRate: {
      value: 0.13,
      timesteps: 40,
      denseBits: 6,
      limits: [{ timesteps: '5 to 10', rate: 0.064, met: null }],
      source: 'Yan et al., arXiv 2409.08290',
    },
    denseTwins: [{ name: '8-bit dense network', macs: 10_000_000, joules: 2.3e-6, price: 'INT8', breakEvenRate: 7.7, rate: 0.1 }],
    chipOverFormula: { value: 52.3, context: 'others found 53 and 50', source: 'Falcon, arXiv 2609.35260' },
  },
});
