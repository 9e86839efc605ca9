import type { ErrorObject, ValidateFunction } from 'ajv';
import { type Diagnostic, DiagnosticError, diagnostic } from '../../diagnostics/index.ts';

/** A JSON Schema (draft 7), as far as this project reads it. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** Compiling a schema takes longer than checking a core file against it. */
const compiled = new WeakMap<JsonSchema, ValidateFunction>();

/** Checks a parsed file against its schema. Throws `program-malformed` naming the file and the field. */
export async function checkSchema(json: unknown, schema: JsonSchema, file: string): Promise<void> {
  const validate = compiled.get(schema) ?? (await compile(schema));
  compiled.set(schema, validate);
  if (!validate(json)) throw new DiagnosticError((validate.errors ?? []).map((error) => explain(error, file)));
}

async function compile(schema: JsonSchema): Promise<ValidateFunction> {
  const { Ajv } = await import('ajv');
  return new Ajv({ allErrors: false, strict: false, discriminator: true }).compile(schema);
}

function explain(error: ErrorObject, file: string): Diagnostic {
  const field = error.instancePath.slice(1).replaceAll('/', '.');
  const params: Readonly<Record<string, unknown>> = error.params;
  const named = params.missingProperty ?? params.additionalProperty;
  const allowed = params.allowedValues ?? params.allowedValue;
  const message = `${field === '' ? 'the file' : `\`${field}\``} ${error.message ?? 'is not valid'}${error.keyword === 'additionalProperties' ? `: \`${String(named)}\`` : ''}`;
  return diagnostic('program-malformed', message, {
    places: [{ file, item: field }],
    notes: allowed === undefined ? [] : [`allowed: ${JSON.stringify(allowed)}`],
  });
}
