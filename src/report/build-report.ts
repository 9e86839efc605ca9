import type { Diagnostic } from '../diagnostics/index.ts';
import type { Basis } from '../ir/chip-model.ts';
import type { EnergyTerm } from '../ir/energy-term.ts';
import type { AccountingReport } from './accounting-report.ts';
import type {
  AlternativeReport,
  EnergyReport,
  LatencyReport,
  LatencyTerm,
  PaceReport,
  SegmentReport,
  SourceReport,
} from './cost-report.ts';
import {
  type AccuracyReport,
  type CoreReport,
  type DataReport,
  type EventReport,
  type MappingReport,
  type ModelReport,
  type OperationReport,
  type PopulationReport,
  type Prediction,
  REPORT_VERSION,
  type ResolutionReport,
  type RunReport,
  type SettingsReport,
  STATEMENT,
  type TargetReport,
  type TimeCourseReport,
} from './run-report.ts';

/** Figures of a run, means per clip, as the pipeline has them; what follows from them is computed by `buildReport`. */
export interface ReportParts {
  readonly model: ModelReport;
  readonly target: TargetReport;
  readonly mapping: MappingReport;
  readonly data: DataReport;
  readonly predictions: readonly Prediction[];
  readonly events: EventReport;
  /** null where no chip was simulated. */
  readonly timeCourse: TimeCourseReport | null;
  readonly perPopulation: readonly PopulationReport[];
  readonly operations: readonly OperationReport[];
  readonly cores: readonly CoreReport[];
  readonly energy: {
    readonly mode: 'fast' | 'real-time';
    readonly costs: string;
    readonly without: readonly string[];
    readonly paces: readonly PaceReport[];
    /** The weakest basis among the terms that have a value. */
    readonly basis: Basis;
    readonly terms: readonly EnergyTerm[];
    readonly arithmetic45nm: { readonly acJoules: number; readonly macJoules: number };
    readonly sources: readonly SourceReport[];
    readonly notModelled?: readonly string[];
    readonly alternatives?: readonly AlternativeReport[];
  };
  /** None where the chip does not scale weights by what arrives. */
  readonly resolution: readonly ResolutionReport[];
  readonly latency: {
    readonly model: LatencyReport['model'];
    readonly basis: Basis;
    readonly terms: readonly LatencyTerm[];
    readonly secondsAfterLastFrame: number | null;
    readonly timesteps: number;
    readonly addedLatencySteps: number;
    readonly criticalCore: number | null;
    readonly segments: readonly SegmentReport[];
  };
  readonly accounting?: AccountingReport;
  readonly diagnostics: readonly Diagnostic[];
  readonly settings: SettingsReport;
}

/** The report of a run: totals, breakdowns and accuracies follow from the parts. */
export function buildReport(parts: ReportParts): RunReport {
  return {
    version: REPORT_VERSION,
    generator: 'spikec',
    statement: STATEMENT,
    model: parts.model,
    target: parts.target,
    mapping: parts.mapping,
    data: parts.data,
    samples: parts.predictions.length,
    accuracy: accuracyOf(parts.predictions),
    predictions: parts.predictions,
    events: parts.events,
    ...(parts.timeCourse === null ? {} : { timeCourse: parts.timeCourse }),
    perPopulation: parts.perPopulation,
    operations: parts.operations,
    cores: parts.cores,
    ...(parts.resolution.length === 0 ? {} : { resolution: parts.resolution }),
    energy: sumEnergy(parts.energy),
    latency: sumLatency(parts.latency),
    ...(parts.accounting === undefined ? {} : { accounting: parts.accounting }),
    diagnostics: parts.diagnostics,
    settings: parts.settings,
  };
}

function accuracyOf(predictions: readonly Prediction[]): AccuracyReport {
  const against = (level: 'reference' | 'float' | 'deployed', truth: 'label' | 'float'): number | null => {
    if (predictions.length === 0 || predictions.some((p) => p[level] === null || p[truth] === null)) return null;
    return predictions.filter((p) => p[level] === p[truth]).length / predictions.length;
  };
  return {
    reference: against('reference', 'label'),
    float: against('float', 'label'),
    deployed: against('deployed', 'label'),
    agreement: against('deployed', 'float'),
  };
}

function sumEnergy(parts: ReportParts['energy']): EnergyReport {
  const values = parts.terms.map((term) => ({ name: term.name, value: term.joules, reason: term.reason, kind: term.kind }));
  const { acJoules, macJoules } = parts.arithmetic45nm;
  return {
    mode: parts.mode,
    costs: parts.costs,
    without: parts.without,
    paces: parts.paces,
    basis: parts.basis,
    joulesPerSample: total(values),
    dynamicJoules: total(values.filter((v) => v.kind === 'dynamic')),
    staticJoules: total(values.filter((v) => v.kind === 'static')),
    knownJoules: known(values),
    breakdown: breakdownOf(values),
    reasons: reasonsOf(values),
    terms: parts.terms,
    arithmetic45nm: { acJoules, macJoules, totalJoules: acJoules + macJoules },
    sources: parts.sources,
    ...(parts.notModelled === undefined ? {} : { notModelled: parts.notModelled }),
    ...(parts.alternatives === undefined ? {} : { alternatives: parts.alternatives }),
  };
}

function sumLatency(parts: ReportParts['latency']): LatencyReport {
  const values = parts.terms.map((term) => ({ name: term.name, value: term.seconds, reason: term.reason }));
  return {
    model: parts.model,
    basis: parts.basis,
    secondsPerSample: total(values),
    secondsAfterLastFrame: parts.secondsAfterLastFrame,
    knownSeconds: known(values),
    timesteps: parts.timesteps,
    addedLatencySteps: parts.addedLatencySteps,
    criticalCore: parts.criticalCore,
    breakdown: breakdownOf(values),
    reasons: reasonsOf(values),
    terms: parts.terms,
    segments: parts.segments,
  };
}

interface Value {
  readonly name: string;
  readonly value: number | null;
  readonly reason: string | null;
}

const known = (values: readonly Value[]): number => values.reduce((sum, v) => sum + (v.value ?? 0), 0);

/** null as soon as one term is unknown: a sum without it would pass for the whole. */
const total = (values: readonly Value[]): number | null => (values.some((v) => v.value === null) ? null : known(values));

/** Terms of one name (several sources of one kind of event) are added up. */
function breakdownOf(values: readonly Value[]): Record<string, number | null> {
  const breakdown: Record<string, number | null> = {};
  for (const { name, value } of values) {
    const before = breakdown[name];
    breakdown[name] = before === undefined ? value : before === null || value === null ? null : before + value;
  }
  return breakdown;
}

function reasonsOf(values: readonly Value[]): Record<string, string> {
  const reasons: Record<string, string> = {};
  for (const { name, value, reason } of values) if (value === null) reasons[name] = reason ?? 'no figure has been published';
  return reasons;
}
