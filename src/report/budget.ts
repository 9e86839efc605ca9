import type { ValidateFunction } from 'ajv';
import { DiagnosticError, diagnostic, failure } from '../diagnostics/index.ts';
import { type FileKind, parseFile } from './parse-file.ts';
import { constant, count, fraction, partial, type Schema, shapeWith, whole } from './schema-terms.ts';

export const BUDGET_VERSION = 1;

const AT_LEAST = ['accuracy', 'agreement'] as const;
const AT_MOST = [
  'accuracyDrop',
  'joulesPerSample',
  'knownJoules',
  'secondsPerSample',
  'knownSeconds',
  'secondsAfterLastFrame',
  'chips',
  'cores',
  'neuronsPerCoreMax',
] as const;

const NAMES = `atLeast takes ${AT_LEAST.join(', ')}; atMost takes ${AT_MOST.join(', ')}`;

type Floor = (typeof AT_LEAST)[number];
type Ceiling = (typeof AT_MOST)[number];
export type LimitName = Floor | Ceiling;

/** `budget.json`: limits that a run has to keep, in the names and units of `report.json`. Schema: docs/budget.schema.json. */
export interface Budget {
  readonly version: typeof BUDGET_VERSION;
  readonly atLeast?: Readonly<Partial<Record<Floor, number>>>;
  readonly atMost?: Readonly<Partial<Record<Ceiling, number>>>;
}

/** JSON Schema of `budget.json`; docs/budget.schema.json is this, written out. */
export const BUDGET_SCHEMA: Schema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'budget.json of spikec',
  description: 'Limits that a run has to keep. Fractions, SI units and means per clip, as in report.json.',
  ...shapeWith(
    { version: constant(BUDGET_VERSION) },
    {
      atLeast: partial({ accuracy: fraction, agreement: fraction }),
      atMost: partial({
        accuracyDrop: fraction,
        joulesPerSample: count,
        knownJoules: count,
        secondsPerSample: count,
        knownSeconds: count,
        secondsAfterLastFrame: count,
        chips: whole,
        cores: whole,
        neuronsPerCoreMax: whole,
      }),
    },
  ),
};

/** More mistakes of a file say nothing more. */
const MISTAKES_MAX = 20;

const KIND: FileKind = {
  name: 'budget',
  version: BUDGET_VERSION,
  malformed: 'budget-malformed',
  help: 'write the budget by docs/budget.md',
};

/** A `budget.json` read; `file` is named in errors. Rejects with `budget-malformed` or `version-unsupported`. */
export async function readBudget(bytes: Uint8Array, file: string): Promise<Budget> {
  const json = parseFile(bytes, file, KIND);
  validator ??= await compileSchema();
  const validate = validator;
  if (!validate(json)) {
    throw new DiagnosticError(
      (validate.errors ?? []).slice(0, MISTAKES_MAX).map(({ instancePath, message, params }) => {
        const unknown = 'additionalProperty' in params ? `: \`${String(params.additionalProperty)}\`` : '';
        return diagnostic('budget-malformed', `the budget ${message ?? 'is not valid'}${unknown}`, {
          places: [{ file, item: instancePath.slice(1).replaceAll('/', '.') || 'the whole file' }],
          notes: [NAMES],
        });
      }),
    );
  }
  if (limitsOf(json).length > 0) return json;
  throw failure('budget-malformed', 'the budget holds no limit', {
    places: [{ file }],
    notes: [NAMES],
  });
}

export interface Limit {
  readonly name: LimitName;
  readonly limit: number;
  /** At least, or at most. */
  readonly least: boolean;
}

/** Limits in the order of the schema. */
export function limitsOf({ atLeast = {}, atMost = {} }: Budget): readonly Limit[] {
  const limits = <Name extends Floor | Ceiling>(names: readonly Name[], values: Partial<Record<Name, number>>, least: boolean) =>
    names.flatMap((name) => {
      const limit = values[name];
      return limit === undefined ? [] : [{ name, limit, least }];
    });
  return [...limits(AT_LEAST, atLeast, true), ...limits(AT_MOST, atMost, false)];
}

let validator: ValidateFunction<Budget> | null = null;

async function compileSchema(): Promise<ValidateFunction<Budget>> {
  const { Ajv } = await import('ajv');
  return new Ajv({ allowUnionTypes: true, allErrors: true }).compile<Budget>(BUDGET_SCHEMA);
}
