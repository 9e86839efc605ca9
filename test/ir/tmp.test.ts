import { test } from 'vitest';
import { inspectNetwork } from '../../src/ir/inspect.ts';
import { tinyDense, tinyEverySynapse, tinyInteger, tinySpikeScr } from '../support/networks.ts';
import { importOnnx } from '../../src/frontend/onnx/index.ts';
import { readFileSync } from 'node:fs';
test('x', () => {
  const n = importOnnx(readFileSync(`models/spikescr-t40/loop.onnx`), {file: 'x.onnx', report: console.log});
  const i = inspectNetwork(n);
  console.log(i.segments.map(s=>JSON.stringify(s)).join("\n")); for (const p of i.populations) console.log(p.name,p.kind,JSON.stringify(p.parameters),p.lookahead,p.lookaheadTotal,p.dependsOn); for (const e of i.projections) console.log(Object.values(e).join(" | ")); for (const o of i.operations) console.log(o.name,o.kind,o.inputs.join(","),o.payload,o.wholeClip,o.lookahead,o.dependsOn);
  console.log(inspectNetwork(tinyEverySynapse()).segments, inspectNetwork(tinySpikeScr({scrambled:false})).segments);
});
