// Benchmarks: `npm run bench [-- --json] [-- --clips N]`. Every claim is a ratio of two things measured in this run, on this machine.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { prepareBench } from './prepare.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const asJson = process.argv.includes('--json');
const clipsAt = process.argv.indexOf('--clips');
const clipCount = clipsAt < 0 ? 20 : Number(process.argv[clipsAt + 1]);
const MODELS = ['spikescr-n128-t100', 'spikescr-n128-t40'];

const seconds = () => Number(process.hrtime.bigint()) / 1e9;
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Median time of `repeats` calls, in seconds. */
async function time(repeats, work) {
  const times = [];
  for (let i = 0; i < repeats; i++) {
    const start = seconds();
    await work(i);
    times.push(seconds() - start);
  }
  return median(times);
}

/** Median wall-clock seconds of a command, after one run to warm the disk cache. */
async function timeCommand(...args) {
  const run = () => spawnSync(process.execPath, args, { cwd: root, stdio: 'ignore' });
  run();
  return time(9, run);
}

/** Peak memory of `spikec run`, as the process itself reports it when it ends. */
function peakMemory(model) {
  const hook = 'process.on("exit", () => process.stderr.write("\\npeak " + process.resourceUsage().maxRSS + "\\n"))';
  const { stderr } = spawnSync(
    process.execPath,
    [
      '--import',
      `data:text/javascript,${encodeURIComponent(hook)}`,
      'bin/spikec.js',
      'run',
      `models/${model}/loop.onnx`,
      '--target',
      'loihi2',
      '--data',
      'models/digits-test.h5',
      '--samples',
      '8',
      '-o',
      'out/bench',
      '--force',
      '--quiet',
    ],
    { cwd: root, encoding: 'utf8' },
  );
  const peak = /peak (\d+)/.exec(stderr);
  if (peak === null) throw new Error(`spikec run failed: ${stderr}`);
  return Number(peak[1]) * 1024;
}

async function benchModel(model) {
  const bench = await prepareBench(model, readFileSync(`${root}models/digits-test.h5`), (form) =>
    readFileSync(`${root}models/${model}/${form}.onnx`),
  );
  const compile = {};
  for (const form of ['loop', 'custom']) compile[form] = await time(5, () => bench.compile(form));
  const clip = (i) => bench.clip(i % clipCount);
  for (let i = 0; i < 3; i++) {
    await bench.reference(clip(i));
    bench.float(clip(i));
    bench.chip(clip(i));
  }
  // The three alternate, so that a machine that slows down slows all of them.
  const times = { reference: [], float: [], chip: [] };
  let events = 0;
  for (let i = 0; i < clipCount; i++) {
    times.reference.push(await time(1, () => bench.reference(clip(i))));
    times.float.push(await time(1, () => bench.float(clip(i))));
    times.chip.push(
      await time(1, () => {
        events += bench.chip(clip(i));
      }),
    );
  }
  const chipTotal = times.chip.reduce((a, b) => a + b, 0);
  const reference = median(times.reference);
  return {
    model,
    compileSeconds: compile,
    compileLoopOverCustom: compile.loop / compile.custom,
    perClipSeconds: { onnxRuntime: reference, float: median(times.float), chip: median(times.chip) },
    timesFasterThanOnnxRuntime: { float: reference / median(times.float), chip: reference / median(times.chip) },
    synapticEventsPerSecond: events / chipTotal,
    peakMemoryBytes: peakMemory(model),
  };
}

const bare = await timeCommand('-e', '0');
const help = await timeCommand('bin/spikec.js', '--help');
const loop = await timeCommand('bin/spikec.js', 'inspect', 'models/spikescr-t40/loop.onnx');
const unrolled = await timeCommand('bin/spikec.js', 'inspect', 'test/fixtures/onnx/spikescr-t40.unrolled.onnx');
const results = {
  version: 1,
  machine: { node: process.version, arch: arch(), cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length },
  clips: clipCount,
  startUp: { bareNodeSeconds: bare, helpSeconds: help, overBareSeconds: help - bare, ratio: help / bare },
  inspect: { loopSeconds: loop, unrolledSeconds: unrolled, ratio: unrolled / loop },
  models: [],
};
for (const model of MODELS) results.models.push(await benchModel(model));

if (asJson) console.log(JSON.stringify(results, null, 2));
else {
  const ms = (s) => `${(s * 1e3).toFixed(1)} ms`;
  console.log(`node ${process.version}, ${results.machine.cpu}, ${clipCount} clips\n`);
  console.log(`spikec --help over bare node: ${ms(help - bare)} (${(help / bare).toFixed(2)} times bare node)`);
  console.log(`inspect, T = 40: loop ${ms(loop)}, unrolled ${ms(unrolled)} (ratio ${(unrolled / loop).toFixed(2)})\n`);
  for (const r of results.models) {
    console.log(r.model);
    console.log(
      `  compile            loop ${ms(r.compileSeconds.loop)}, custom ${ms(r.compileSeconds.custom)} (ratio ${r.compileLoopOverCustom.toFixed(2)})`,
    );
    console.log(
      `  one clip           ONNX Runtime ${ms(r.perClipSeconds.onnxRuntime)}, float ${ms(r.perClipSeconds.float)}, chip with trace ${ms(r.perClipSeconds.chip)}`,
    );
    console.log(
      `  over ONNX Runtime  float ${r.timesFasterThanOnnxRuntime.float.toFixed(1)} times, chip ${r.timesFasterThanOnnxRuntime.chip.toFixed(1)} times faster`,
    );
    console.log(`  synaptic events    ${(r.synapticEventsPerSecond / 1e6).toFixed(0)} million a second on one thread, with trace`);
    console.log(`  peak memory        ${(r.peakMemoryBytes / 2 ** 20).toFixed(0)} MiB (spikec run, 8 clips)\n`);
  }
}
