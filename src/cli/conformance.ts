import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkVector as checkLoihi } from '../conformance/loihi/index.ts';
import { checkVector as checkSanaFe } from '../conformance/sana-fe/index.ts';
import { checkVector as checkSpinnaker } from '../conformance/spinnaker/index.ts';
import { printable } from '../index.ts';

const FILE_BYTES_MAX = 2 ** 28;
const DEPTH_MAX = 8;
const GOLDEN = fileURLToPath(new URL('../../test/golden', import.meta.url));

/** The first difference in a vector file, or null. */
type Check = (bytes: Uint8Array, readSibling: (name: string) => Promise<Uint8Array | null>) => Promise<string | null>;

const CHECKS: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['loihi', checkLoihi],
  ['spinnaker', checkSpinnaker],
  ['sana-fe', checkSanaFe],
]);
const USAGE = `usage: npm run conformance -- ${[...CHECKS.keys()].join('|')} [folder]`;

/** Checks every `.json` file of a folder and its sub-folders. Exit code 1 on any difference, or if there is nothing to check. */
async function main(args: readonly string[]): Promise<number> {
  const [what = '', folder = join(GOLDEN, what), ...rest] = args;
  const check = CHECKS.get(what);
  if (check === undefined || rest.length > 0) return refuse(USAGE);
  let paths: string[];
  try {
    paths = vectorFiles(folder, 0).sort();
  } catch (error) {
    return refuse(`${folder} cannot be read: ${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
  if (paths.length === 0) return refuse(`${folder} holds no .json file`);
  let failed = 0;
  for (const path of paths) {
    const name = printable(
      relative(folder, path)
        .split(sep)
        .join('/')
        .replace(/\.json$/, ''),
    );
    const difference = await checkFile(path, check);
    if (difference !== null) failed++;
    process.stdout.write(difference === null ? `ok ${name}\n` : `differs ${name}: ${printable(difference)}\n`);
  }
  process.stdout.write(`${paths.length - failed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
}

async function checkFile(path: string, check: Check): Promise<string | null> {
  try {
    return await check(readBounded(path), async (name) => readSibling(path, name));
  } catch (error) {
    return `cannot be checked: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function vectorFiles(folder: string, depth: number): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return depth < DEPTH_MAX ? vectorFiles(path, depth + 1) : [];
    return entry.name.endsWith('.json') ? [path] : [];
  });
}

function readBounded(path: string): Uint8Array {
  const { size } = statSync(path);
  if (size > FILE_BYTES_MAX) throw new Error(`${size} bytes; at most ${FILE_BYTES_MAX} are read`);
  return readFileSync(path);
}

/** Only a plain name: a vector reaches no other folder. */
function readSibling(path: string, name: string): Uint8Array | null {
  const sibling = join(dirname(path), basename(name));
  return statSync(sibling, { throwIfNoEntry: false })?.isFile() === true ? readBounded(sibling) : null;
}

function refuse(message: string): number {
  process.stderr.write(`${message}\n`);
  return 1;
}

process.exitCode = await main(process.argv.slice(2));
