import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const GOLDEN = fileURLToPath(new URL('../golden/loihi', import.meta.url));

/** Paths of all vectors, relative to the golden folder. */
export const VECTORS: readonly string[] = readdirSync(GOLDEN, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.json'))
  .sort();

export const readVectorFile = (name: string): Uint8Array => readFileSync(join(GOLDEN, name));

export const siblingsOf =
  (name: string) =>
  async (sibling: string): Promise<Uint8Array | null> =>
    readFileSync(join(GOLDEN, dirname(name), basename(sibling)));

export const asBytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

export const asJson = (name: string) => JSON.parse(new TextDecoder().decode(readVectorFile(name)));
