// Runs inputs that the parent names, one at a time, and reports after each. Arguments: corpus, folder, seed.
import { join } from 'node:path';
import { main } from '../../dist/cli/main.js';
import { loadMaterial } from './material.js';
import { runInput } from './run-input.js';
import { makeInput, savedInputs } from './subjects.js';

const [corpus, folder, seed] = process.argv.slice(2);
const material = loadMaterial(corpus, join(folder, 'compiled'));
const place = join(folder, `worker-${process.pid}`);

async function run({ index, saved }) {
  if (saved === undefined) {
    const input = makeInput(material, Number(seed), index);
    return { subject: input.subject.name, ...(await timed(input)) };
  }
  let last = { outcome: 'nothing', problem: 'no such subject', ms: 0 };
  let slowest = 0;
  // With one set of options after the other: each is an input, and has its time.
  for (const input of savedInputs(material, saved.subject, Buffer.from(saved.base64, 'base64'))) {
    last = await timed(input);
    slowest = Math.max(slowest, last.ms);
    if (last.problem !== null) break;
  }
  return { subject: saved.subject, ...last, ms: slowest };
}

/** Runs one input; `ms`: processor time. */
async function timed(input) {
  const before = process.cpuUsage();
  const result = await runInput(input, material, place, main);
  const { user, system } = process.cpuUsage(before);
  return { ...result, ms: Math.round((user + system) / 1000) };
}

process.on('message', async (job) => {
  const result = await run(job).catch((error) => ({ subject: '', outcome: 'threw', problem: `${error?.stack ?? error}`, ms: 0 }));
  process.send({ ...result, memory: process.resourceUsage().maxRSS * 1024 });
});
process.on('disconnect', () => process.exit());
process.send({ ready: true });
