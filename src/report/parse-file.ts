import { type DiagnosticCode, describeJson, failure } from '../diagnostics/index.ts';
import { parseJson } from '../ir/parse-json.ts';

/** A kind of JSON file with a version. */
export interface FileKind {
  /** 'report' */
  readonly name: string;
  readonly version: number;
  /** Of a file that is not JSON. */
  readonly malformed: DiagnosticCode;
  /** What helps where the version is another. */
  readonly help: string;
}

/** The value of a JSON file of this kind and version, not checked further; `file` is named in errors. Throws `malformed` or `version-unsupported`. */
export function parseFile(bytes: Uint8Array, file: string, { name, version, malformed, help }: FileKind): unknown {
  const json = parse(bytes, file, name, malformed);
  const found = typeof json === 'object' && json !== null && 'version' in json ? json.version : undefined;
  if (found === undefined || found === version) return json;
  throw failure('version-unsupported', `the ${name} has version ${describeJson(found)}`, {
    places: [{ file, item: 'version' }],
    notes: [`this spikec reads ${name}s of version ${version}`],
    help,
  });
}

function parse(bytes: Uint8Array, file: string, name: string, malformed: DiagnosticCode): unknown {
  try {
    return parseJson(bytes);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw failure(malformed, `the ${name} is not JSON: ${why}`, { places: [{ file }] });
  }
}
