import type { ValidateFunction } from 'ajv';
import { describeJson, failure } from '../diagnostics/index.ts';
import { parseJson } from '../ir/parse-json.ts';
import { REPORT_SCHEMA } from './report-schema.ts';
import { REPORT_VERSION, type RunReport } from './run-report.ts';

/**
 * A `report.json` read back; `file` is named in errors. Rejects with `version-unsupported` or `report-malformed`.
 */
export async function readReport(bytes: Uint8Array, file: string): Promise<RunReport> {
  const json = parse(bytes, file);
  const version = typeof json === 'object' && json !== null && 'version' in json ? json.version : undefined;
  if (version !== undefined && version !== REPORT_VERSION) {
    throw failure('version-unsupported', `the report has version ${describeJson(version)}`, {
      places: [{ file, item: 'version' }],
      notes: [`this spikec reads reports of version ${REPORT_VERSION}`],
      help: 'run the model again with this version of spikec',
    });
  }
  validator ??= await compileSchema();
  const validate = validator;
  if (validate(json)) return json;
  const [error] = validate.errors ?? [];
  const item = error.instancePath.slice(1).replaceAll('/', '.');
  throw failure('report-malformed', `the report ${error.message ?? 'is not valid'}`, {
    places: [{ file, item }],
    notes: ['docs/report.schema.json is the schema of reports'],
  });
}

let validator: ValidateFunction<RunReport> | null = null;

async function compileSchema(): Promise<ValidateFunction<RunReport>> {
  const { Ajv } = await import('ajv');
  return new Ajv({ allowUnionTypes: true }).compile<RunReport>(REPORT_SCHEMA);
}

function parse(bytes: Uint8Array, file: string): unknown {
  try {
    return parseJson(bytes);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw failure('report-malformed', `the report is not JSON: ${why}`, { places: [{ file }] });
  }
}
