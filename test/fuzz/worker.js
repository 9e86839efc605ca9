// Runs inputs that the parent names, one at a time, and reports after each. Arguments: corpus, folder, seed.
import { join } from 'node:path';
import { main } from '../../dist/cli/main.js';
import { runInput } from './run-input.js';
import { loadMaterial, makeInput, savedInput } from './subjects.js';

const [corpus, folder, seed] = process.argv.slice(2);
const material = loadMaterial(corpus, join(folder, 'compiled'));
const place = join(folder, `worker-${process.pid}`);

async function run({ index, saved }) {
  if (saved === undefined) return runInput(makeInput(material, Number(seed), index), material, place, main);
  for (const input of savedInput(material, saved.subject, Buffer.from(saved.base64, 'base64'))) {
    const problem = await runInput(input, material, place, main);
    if (problem !== null) return problem;
  }
  return null;
}

process.on('message', async (job) => {
  const problem = await run(job).catch((error) => `threw ${error?.stack ?? error}`);
  process.send({ problem, memory: process.resourceUsage().maxRSS * 1024 });
});
process.on('disconnect', () => process.exit());
process.send({ ready: true });
