import { failure } from '../../diagnostics/index.ts';
import { parseJson } from '../parse-json.ts';

/** A program file may be this long; the largest that a chip's limits allow is far smaller. */
const BYTES_MAX = 2 ** 28;

/** The file of that name. Throws `program-missing`; `program-malformed` where it is absurdly long. */
export function requireFile(files: ReadonlyMap<string, Uint8Array>, path: string): Uint8Array {
  const bytes = files.get(path);
  if (bytes === undefined) throw failure('program-missing', `there is no ${path}`, { places: [{ file: path }] });
  if (bytes.length > BYTES_MAX) {
    throw failure('program-malformed', `${path} has ${bytes.length} bytes`, {
      places: [{ file: path }],
      notes: [`at most ${BYTES_MAX} are read`],
    });
  }
  return bytes;
}

/**
 * The object in a JSON file of version `version`. Throws `program-malformed` for anything that is no JSON object in UTF-8,
 * `version-unsupported` for another version, older or newer.
 */
export function readVersionedJson(files: ReadonlyMap<string, Uint8Array>, path: string, version: number): object {
  const json = parse(requireFile(files, path), path);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw failure('program-malformed', `${path} does not hold a JSON object`, { places: [{ file: path }] });
  }
  const found: unknown = 'version' in json ? json.version : undefined;
  if (found === version) return json;
  if (typeof found !== 'number') {
    throw failure('program-malformed', `${path} states no version`, {
      places: [{ file: path, item: 'version' }],
      notes: [`this spikec writes version ${version}`],
    });
  }
  throw failure('version-unsupported', `${path} has version ${found}`, {
    places: [{ file: path, item: 'version' }],
    notes: [`this spikec reads version ${version}, and the file is ${found > version ? 'newer' : 'older'}`],
  });
}

function parse(bytes: Uint8Array, path: string): unknown {
  try {
    return parseJson(bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw failure('program-malformed', `${path} is not JSON: ${reason}`, { places: [{ file: path }] });
  }
}
