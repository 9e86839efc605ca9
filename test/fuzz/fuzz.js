// Mutated inputs for the whole command line: `npm run fuzz -- [count] [seed]`. Every input has to end in a result or a diagnostic, within
// 10 seconds and 1 GB, and to leave nothing half-written. Failing inputs are saved to out/fuzz; `--saved <folder>` runs saved ones.
import { fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main } from '../../dist/cli/main.js';
import { compileCorpus, loadMaterial, makeInput } from './subjects.js';

const SECONDS_MAX = 10;
const MEMORY_MAX = 2 ** 30;
/** A worker is replaced now and then: its peak of memory is that of all its inputs. */
const INPUTS_A_WORKER = 4000;
/** Starting is no input. */
const START_SECONDS_MAX = 60;

const CORPUS = fileURLToPath(new URL('corpus', import.meta.url));
const FAILURES = fileURLToPath(new URL('../../out/fuzz', import.meta.url));

const { count, seed, saved } = readArguments(process.argv.slice(2));
const folder = mkdtempSync(join(tmpdir(), 'spikec-fuzz-'));
let failures = 0;
let peak = 0;
let slowest = 0;
try {
  const compiled = join(folder, 'compiled');
  const { write } = process.stdout;
  process.stdout.write = () => true;
  await compileCorpus(CORPUS, compiled, main);
  process.stdout.write = write;
  const material = loadMaterial(CORPUS, compiled);
  const jobs = saved === null ? countTo(count) : savedJobs(saved);
  const started = Date.now();
  // One more than there are processors: much of the time goes into waiting for files.
  const workers = Math.min(availableParallelism() + 1, 8);
  await Promise.all(Array.from({ length: workers }, () => work(jobs, material)));
  const total = saved === null ? count : readdirSync(saved).length;
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(
    `${total} inputs, ${failures} failures (seed ${seed}, ${seconds} s, peak ${Math.round(peak / 2 ** 20)} MiB, slowest ${slowest} ms)`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failures === 0 ? 0 : 1;

function readArguments(args) {
  const at = args.indexOf('--saved');
  const [count = 2000, seed = 1] = at < 0 ? args.map(Number) : [0, 0];
  if (!Number.isInteger(count) || !Number.isInteger(seed)) throw new Error('usage: npm run fuzz -- [count] [seed] | --saved <folder>');
  return { count, seed, saved: at < 0 ? null : args[at + 1] };
}

function* countTo(count) {
  for (let index = 0; index < count; index++) yield { index };
}

/** Saved inputs are called subject-what.bin. */
function* savedJobs(from) {
  for (const name of readdirSync(from).sort()) {
    yield { name, saved: { subject: name.split('-')[0], base64: readFileSync(join(from, name)).toString('base64') } };
  }
}

/** Takes jobs until there are none, with one worker after the other. */
async function work(jobs, material) {
  let worker = null;
  let done = 0;
  for (const job of jobs) {
    if (worker === null) {
      worker = await startWorker();
      done = 0;
    }
    const result = await ask(worker, job);
    if (result.problem !== null) fail(job, result.problem, material);
    if (++done < INPUTS_A_WORKER && !result.gone && result.problem === null) continue;
    worker.kill('SIGKILL');
    worker = null;
  }
  worker?.kill('SIGKILL');
}

async function startWorker() {
  const worker = fork(fileURLToPath(new URL('worker.js', import.meta.url)), [CORPUS, folder, String(seed)], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: ['--max-old-space-size=900'],
  });
  const first = await answer(worker, START_SECONDS_MAX, null);
  if (first.ready !== true) throw new Error(`a worker did not start: ${first.problem}`);
  return worker;
}

async function ask(worker, job) {
  const from = Date.now();
  const result = await answer(worker, SECONDS_MAX, job);
  const took = Date.now() - from;
  slowest = Math.max(slowest, took);
  peak = Math.max(peak, result.memory ?? 0);
  if (result.problem === null && result.memory > MEMORY_MAX)
    return { problem: `${Math.round(result.memory / 2 ** 20)} MiB of memory`, gone: false };
  return result;
}

/** What the worker says next, or how it ended instead. */
function answer(worker, seconds, job) {
  return new Promise((resolve) => {
    const finish = (result) => {
      clearTimeout(timer);
      worker.off('message', onMessage).off('exit', onExit);
      resolve(result);
    };
    const timer = setTimeout(() => finish({ problem: `no answer within ${seconds} s`, gone: true }), 1000 * seconds);
    const onMessage = (message) => finish(message);
    const onExit = (code, signal) => finish({ problem: `the process ended (${signal ?? code})`, gone: true });
    worker.on('message', onMessage).on('exit', onExit);
    if (job !== null) worker.send(job);
  });
}

function fail(job, problem, material) {
  failures++;
  const name = job.name ?? `${saveInput(job, material)}`;
  console.error(`FAILED ${name}: ${problem.split('\n').slice(0, 8).join('\n  ')}`);
}

function saveInput({ index }, material) {
  const { subject, bytes } = makeInput(material, seed, index);
  const name = `${subject.name}-${seed}-${index}.bin`;
  mkdirSync(FAILURES, { recursive: true });
  writeFileSync(join(FAILURES, name), bytes);
  return name;
}
