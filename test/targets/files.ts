import { DiagnosticError } from '../../src/diagnostics/index.ts';
import type { EmittedFile } from '../../src/ir/files.ts';

/** Emitted files as they are read back: bytes by path. */
export const asBytes = (files: readonly EmittedFile[]): Map<string, Uint8Array> =>
  new Map(files.map(({ path, content }) => [path, typeof content === 'string' ? new TextEncoder().encode(content) : content]));

export const parse = (files: ReadonlyMap<string, Uint8Array>, path: string): Record<string, unknown> =>
  JSON.parse(new TextDecoder().decode(files.get(path)));

/** The files with one JSON file changed. */
export function edit(
  files: ReadonlyMap<string, Uint8Array>,
  path: string,
  change: (json: Record<string, never>) => void,
): Map<string, Uint8Array> {
  const json = parse(files, path) as Record<string, never>;
  change(json);
  return new Map(files).set(path, new TextEncoder().encode(JSON.stringify(json)));
}

/** Code, file and item of the first diagnostic that a promise is rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<readonly [string, string | undefined, string | undefined]> {
  try {
    await promise;
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    const [first] = error.diagnostics;
    return [first.code, first.places[0]?.file, first.places[0]?.item];
  }
  throw new Error('nothing was thrown');
}
