/** One run, counted by several conventions, and what tells them apart. Counts and joules are means per clip. */
export interface AccountingReport {
  readonly conventions: readonly ConventionReport[];
  readonly reconciliation: readonly ReconciliationReport[];
  readonly audit: readonly AuditReport[];
  readonly neurobench: NeuroBenchReport;
  readonly activity: readonly ActivityReport[];
  readonly breakEven: BreakEvenReport;
}

export interface ConventionReport {
  readonly name: string;
  /** What it counts, in words. */
  readonly rule: string;
  /** Accumulations; of a chip: synapses that it read. */
  readonly acs: number;
  readonly macs: number;
  /** At the convention's own prices; null: not known, or no chip was simulated. */
  readonly joules: number | null;
  /** The prices, in words. */
  readonly price: string;
  /** The same operations at others. */
  readonly alternatives: readonly { readonly price: string; readonly joules: number }[];
  readonly source: string;
}

/** Signed terms that lead from one convention to another: they add up to the difference. */
export interface ReconciliationReport {
  readonly from: string;
  readonly to: string;
  readonly terms: readonly ReconciliationTerm[];
}

export interface ReconciliationTerm {
  readonly cause: string;
  readonly acs: number;
  readonly macs: number;
  /** null: the cost is not known, and the total leaves it out. */
  readonly joules: number | null;
}

/** What travelled along one edge of the network, and what a synapse has to do with it. */
export interface AuditReport {
  readonly from: string;
  readonly to: string;
  readonly kind: string;
  /** 'query', 'gate', … where there are several. */
  readonly role: string | null;
  /** By type: 'binary', 'integer 0..5', 'real'. */
  readonly payload: string;
  /** What was there, in all clips. */
  readonly measured: { readonly payload: string; readonly min: number; readonly max: number; readonly nonzeros: number };
  /** 'accumulate', 'multiply-accumulate', or 'none' on an edge without weights. */
  readonly operation: 'accumulate' | 'multiply-accumulate' | 'none';
  /** Of those, for inputs and weights that are not 0. */
  readonly operations: number;
  /** Accumulations if each unit of a count came as a spike of its own; null where the values are no counts. */
  readonly asUnitSpikes: number | null;
  readonly note: string;
}

export interface NeuroBenchReport {
  readonly effectiveAcs: number;
  readonly effectiveMacs: number;
  readonly dense: number;
  readonly activationSparsity: number;
  readonly connectionSparsity: number;
  readonly footprintBytes: number;
  readonly parameterCount: number;
  /** Steps of a neuron that left another potential behind than they found; its first step always counts. */
  readonly membraneUpdates: number;
}

/** Neurons of a population that never fired, or hardly ever rested, in any clip of the float run. */
export interface ActivityReport {
  readonly population: string;
  readonly neurons: number;
  readonly silent: number;
  readonly saturated: number;
}

export interface BreakEvenReport {
  readonly spikesPerSynapse: {
    readonly value: number;
    readonly low: number;
    readonly high: number;
    readonly verdict: 'below' | 'within' | 'above';
    readonly source: string;
  };
  readonly firingRate: {
    readonly value: number;
    readonly timesteps: number;
    /** Bits of the dense network that it is held against. */
    readonly denseBits: number;
    readonly limits: readonly { readonly timesteps: string; readonly rate: number; readonly met: boolean | null }[];
    readonly source: string;
  };
  /** The same layers with 8-bit activations in place of spikes. */
  readonly denseTwins: readonly DenseTwinReport[];
  /** Chip energy over the energy of the same operations by the paper formula; null: no chip was simulated, or nothing was counted. */
  readonly chipOverFormula: { readonly value: number | null; readonly context: string; readonly source: string };
}

export interface DenseTwinReport {
  readonly name: string;
  readonly macs: number;
  readonly joules: number;
  readonly price: string;
  /** Mean input rate at which accumulations alone cost as much. */
  readonly breakEvenRate: number;
  /** Of this run: inputs that were not 0. */
  readonly rate: number;
}
