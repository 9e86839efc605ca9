import { failure, type Report } from '../diagnostics/index.ts';
import { holdsSteps } from '../frontend/index.ts';
import type { ExternalData } from '../frontend/onnx/external-data.ts';
import { traceOnnx } from '../frontend/onnx/index.ts';
import { openOnnxProbe } from '../frontend/onnx/onnx-runtime.ts';
import type { NodeId } from '../ir/ids.ts';
import type { Network } from '../ir/network.ts';
import { simulateNetwork } from '../simulator/reference/index.ts';
import { type NamedClip, trialClips } from './trial-clips.ts';

/** How one population did beside ONNX Runtime, both fed with what ONNX Runtime computed before it. */
export interface VerifiedPopulation {
  readonly name: string;
  /** Tensor of the file that it was compared with. */
  readonly tensor: string;
  /** Values compared, spikes among them, and differences. */
  readonly values: number;
  readonly spikes: number;
  readonly differences: number;
  /** null: none. */
  readonly first: {
    readonly input: string;
    readonly step: number;
    readonly neuron: number;
    readonly expected: number;
    readonly found: number;
  } | null;
}

export interface Verification {
  /** What the network was run on. */
  readonly inputs: readonly string[];
  readonly populations: readonly VerifiedPopulation[];
}

/**
 * Runs what was recovered from an ONNX file beside ONNX Runtime on seeded and adversarial inputs and compares every population's spikes.
 * Each population gets the streams that ONNX Runtime computed, so that a difference shows where it arises. Float32 sums in another order
 * can move a membrane potential over the threshold where it lies within rounding of it: single differences are no proof of an error.
 */
export async function verifyModel(
  bytes: Uint8Array,
  options: { readonly file: string; readonly report: Report; readonly seed: number; readonly external?: ExternalData },
): Promise<Verification> {
  if (!holdsSteps(bytes)) {
    throw failure('bad-arguments', 'only ONNX models can be verified: ONNX Runtime runs no others', { places: [{ file: options.file }] });
  }
  const { network, spikes, model } = traceOnnx(bytes, options);
  const populations = network.nodes.filter((node) => node.kind === 'population');
  const tensors = populations.map((node) => {
    const tensor = spikes.get(node.id);
    if (tensor === undefined)
      throw failure('reference-failed', `no tensor of the file holds the spikes of ${node.name}`, { places: [{ file: options.file }] });
    return tensor;
  });
  const inputs = trialClips(network, options.seed);
  const probe = await openOnnxProbe(model, tensors, options.file);
  try {
    const tallies = new Map(populations.map((node, k) => [node.id, startTally(node.name, tensors[k].name)]));
    for (const input of inputs) compare(network, input, await probe.run(input.clip), tallies);
    return { inputs: inputs.map(({ name }) => name), populations: [...tallies.values()] };
  } finally {
    await probe.close();
  }
}

type Tally = { -readonly [Key in keyof VerifiedPopulation]: VerifiedPopulation[Key] };

const startTally = (name: string, tensor: string): Tally => ({ name, tensor, values: 0, spikes: 0, differences: 0, first: null });

function compare(
  network: Network,
  { name, clip }: NamedClip,
  expected: ReadonlyMap<string, Float32Array>,
  tallies: ReadonlyMap<NodeId, Tally>,
): void {
  simulateNetwork(network, clip, (node, stream) => {
    const tally = tallies.get(node.id);
    const wanted = tally === undefined ? undefined : expected.get(tally.tensor);
    if (tally === undefined || wanted === undefined) return stream;
    tally.values += wanted.length;
    wanted.forEach((value, i) => {
      tally.spikes += value;
      if (value === stream[i]) return;
      tally.differences++;
      tally.first ??= { input: name, step: Math.floor(i / node.size), neuron: i % node.size, expected: value, found: stream[i] };
    });
    const given = Float32Array.from(stream);
    given.set(wanted);
    return given;
  });
}
