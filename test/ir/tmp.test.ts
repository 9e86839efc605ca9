import { test } from 'vitest';
import { printNetwork } from '../../src/ir/network-print.ts';
import { saveNetwork,loadNetwork } from '../../src/ir/network-io.ts';
import { networksEqual } from '../../src/ir/equal.ts';
import { tinyDense, tinyEverySynapse, tinyInteger, tinySpikeScr } from '../support/networks.ts';
import { importOnnx } from '../../src/frontend/onnx/index.ts';
import { readFileSync } from 'node:fs';
test('x', async () => {
  for (const n of [tinyDense(), tinyEverySynapse(), tinyInteger(), tinySpikeScr()]) {
  console.log(printNetwork(n)); console.log(networksEqual(n, await loadNetwork(saveNetwork(n), 'f'))); }
  const [a,b]=['loop','custom'].map(f=>importOnnx(readFileSync(`models/spikescr-n128-t100/${f}.onnx`), {file: 'x.onnx', report: console.log}));
  console.log(networksEqual(a,b), networksEqual(a,b,{ignoreOrigin:true,ulps:1}));
  let t=performance.now(); const s=saveNetwork(a); console.log(s.length, performance.now()-t); t=performance.now(); const c=await loadNetwork(s,'x'); console.log(performance.now()-t); console.log(networksEqual(a,c));
  console.log(s.slice(0,2000).replace(/[A-Za-z0-9+\/]{200,}/g,'...'));
});
