// Mutated inputs for the whole command line: `npm run fuzz -- [count] [seed]`. Every input has to end in a result or a diagnostic, within
// 10 seconds and 1 GB, and to leave nothing half-written. Failing inputs are saved to out/fuzz; `--saved <folder>` runs saved ones.
// Prints outcomes by subject: done, or the diagnostic that stopped the input.
import { fork } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main } from '../../dist/cli/main.js';
import { compileCorpus, loadMaterial } from './material.js';
import { makeInput } from './subjects.js';
import { Tally } from './tally.js';

/** Of processor time: on a busy machine the clock says nothing. What waits for ever is found by the clock. */
const SECONDS_MAX = 10;
const WAIT_SECONDS_MAX = 60;
const MEMORY_MAX = 2 ** 30;
/** A worker is replaced now and then: its peak of memory is that of all its inputs. */
const INPUTS_A_WORKER = 4000;
/** Starting is no input. */
const START_SECONDS_MAX = 300;

const CORPUS = fileURLToPath(new URL('corpus', import.meta.url));
const FAILURES = fileURLToPath(new URL('../../out/fuzz', import.meta.url));
/** Inputs are written and removed by the thousand: in memory where there is such a folder. */
const ROOM = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

const { count, seed, saved } = readArguments(process.argv.slice(2));
const folder = mkdtempSync(join(ROOM, 'spikec-fuzz-'));
const tally = new Tally();
try {
  await compileCorpus(CORPUS, join(folder, 'compiled'), main);
  const material = loadMaterial(CORPUS, join(folder, 'compiled'));
  const jobs = saved === null ? countTo(count) : savedJobs(saved);
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), 8) }, () => work(jobs, material)));
  console.log(tally.print(saved === null ? `seed ${seed}` : 'saved'));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = tally.failures === 0 ? 0 : 1;

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
    tally.add(job.name ?? `input ${job.index}`, result);
    if (result.problem !== null) console.error(`FAILED ${job.name ?? saveInput(job, material)}: ${firstLines(result.problem)}`);
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
  const missing = { subject: '', outcome: 'no answer', memory: 0, ms: 1000 * WAIT_SECONDS_MAX };
  const result = { ...missing, ...(await answer(worker, WAIT_SECONDS_MAX, job)) };
  if (result.problem !== null) return result;
  if (result.memory > MEMORY_MAX) return { ...result, problem: `${Math.round(result.memory / 2 ** 20)} MiB of memory` };
  return result.ms > 1000 * SECONDS_MAX ? { ...result, problem: `${result.ms} ms of processor time` } : result;
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

function firstLines(text) {
  return text.split('\n').slice(0, 8).join('\n  ');
}

function saveInput({ index }, material) {
  const { subject, bytes } = makeInput(material, seed, index);
  const name = `${subject.name}-${seed}-${index}.bin`;
  mkdirSync(FAILURES, { recursive: true });
  writeFileSync(join(FAILURES, name), bytes);
  return name;
}
