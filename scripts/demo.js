// The main job on the trained models of models/: deploy both on loihi2, then compare what fewer timesteps buy and cost.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

function spikec(...args) {
  console.log(`\n$ npx spikec ${args.join(' ')}`);
  const { status } = spawnSync(process.execPath, ['bin/spikec.js', ...args], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 2);
}

const runs = ['t100', 't40'].map((length) => `out/demo-${length}`);
spikec('run', 'models/spikescr-n128-t100/loop.onnx', '--target', 'loihi2', '--data', 'models/digits-test.h5', '-o', runs[0], '--force');
spikec('run', 'models/spikescr-n128-t40/loop.onnx', '--target', 'loihi2', '--data', 'models/digits-test.h5', '-o', runs[1], '--force');
spikec('compare', ...runs, '-o', 'out/demo-compare', '--force');
