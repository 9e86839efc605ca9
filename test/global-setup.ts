import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The command line is tested as it is shipped: built once, then run as a process of its own. */
export default function setup(): void {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the build failed:\n${stdout}${stderr}`);
}
