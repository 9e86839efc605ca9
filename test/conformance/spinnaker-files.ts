import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const GOLDEN = fileURLToPath(new URL('../golden/spinnaker', import.meta.url));
/** In the format of the golden files, from a model in Python integers that shares nothing with ours: what no golden file shows. */
const FIXTURES = fileURLToPath(new URL('../fixtures/spinnaker', import.meta.url));

const named = (folder: string, prefix: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.startsWith(prefix) && name.endsWith('.json'))
    .sort()
    .map((name) => join(folder, name));

/** Paths of the golden files, or of our own, that begin so. */
export const goldenFiles = (prefix: string): string[] => named(GOLDEN, prefix);
export const fixtureFiles = (prefix: string): string[] => named(FIXTURES, prefix);

export const goldenPath = (name: string): string => join(GOLDEN, name);
export const readFile = (path: string): Uint8Array => readFileSync(path);
