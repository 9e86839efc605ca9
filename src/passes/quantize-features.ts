import { type Diagnostic, DiagnosticError, diagnostic } from '../diagnostics/index.ts';
import type { NodeId } from '../ir/ids.ts';
import type { InputNode, NetworkNode, Projection } from '../ir/network.ts';
import { operandsOf } from '../ir/operands.ts';
import { integer, type Payload } from '../ir/payload.ts';
import { type QuantizedChannels, quantizedMax } from '../ir/quantized-features.ts';
import type { Synapses } from '../ir/synapses.ts';
import type { Pass, PassContext } from './pass.ts';
import { scaleSources } from './scale-sources.ts';

/** Which channels of the clip hold real numbers, and the integers that they become. */
export interface FeatureContext extends PassContext {
  readonly quantized: readonly QuantizedChannels[];
}

/**
 * Real-valued features as the integers that a chip can receive: with q = round(x * 2^p), a weight w that reads x reads q as w * 2^-p. Powers of
 * two change no weight but in its exponent, so that all that is lost is the rounding of x. Throws `operation-unsupported` where anything but
 * weights reads such features.
 */
export const quantizeFeatures: Pass<FeatureContext> = {
  name: 'quantize-features',
  description: 'real-valued features as integers, their scale in the weights that read them',
  run(network, { quantized }) {
    const inputs = network.nodes.flatMap((node) =>
      node.kind === 'input' && node.role === 'features' ? quantizedInput(node, quantized) : [],
    );
    if (inputs.length === 0) return network;
    const streams = new Map(inputs.map((input) => [input.node.id, input]));
    const nodes = network.nodes.map((node): NetworkNode => {
      const input = node.kind === 'reorder' ? streams.get(node.source) : undefined;
      // A reorder mixes channels: it passes on one scale, not several.
      if (node.kind !== 'reorder' || input === undefined || !isUniform(input.gain)) return streams.get(node.id)?.node ?? node;
      const moved = { ...node, payload: input.node.payload };
      streams.set(node.id, { node: moved, gain: new Float64Array(node.size).fill(input.gain[0]) });
      return moved;
    });
    const problems = nodes.filter((node) => !streams.has(node.id)).flatMap((node) => problemsOf(node, streams));
    if (problems.length > 0) throw new DiagnosticError(problems);
    // Terms of a residual sum share their synapses, and go on to do so.
    const made = new Map<NodeId, Map<Synapses, Synapses>>();
    const projections = network.projections.map((projection): Projection => {
      const { source, synapses } = projection;
      const input = streams.get(source);
      if (input === undefined) return projection;
      const known = made.get(source) ?? new Map<Synapses, Synapses>();
      made.set(source, known);
      const scaled = known.get(synapses) ?? scaleSources(synapses, input.gain);
      known.set(synapses, scaled);
      return { ...projection, synapses: scaled };
    });
    return { ...network, nodes, projections };
  },
};

interface QuantizedStream {
  readonly node: NetworkNode;
  /** By channel: what a unit of its integers stands for. */
  readonly gain: Float64Array;
}

/** Nothing where no channel of the input is quantized. */
function quantizedInput(node: InputNode, all: readonly QuantizedChannels[]): readonly QuantizedStream[] {
  const { firstChannel = 0, size } = node;
  const own = all.filter((part) => part.firstChannel >= firstChannel && part.firstChannel + part.channels <= firstChannel + size);
  if (own.length === 0) return [];
  const gain = new Float64Array(size).fill(1);
  for (const part of own)
    gain.fill(2 ** -part.fractionBits, part.firstChannel - firstChannel, part.firstChannel - firstChannel + part.channels);
  const most = Math.max(...own.map(({ bits }) => quantizedMax(bits)));
  const covered = own.reduce((sum, { channels }) => sum + channels, 0) === size;
  // Channels beside them hold counts, of which nobody knows how large they are.
  const payload: Payload = integer(-most, covered ? most : null);
  return [{ node: { ...node, payload, quantized: own }, gain }];
}

const isUniform = (gain: Float64Array): boolean => gain.every((each) => each === gain[0]);

function problemsOf(node: NetworkNode, streams: ReadonlyMap<NodeId, QuantizedStream>): readonly Diagnostic[] {
  return operandsOf(node).flatMap((id) => {
    const read = streams.get(id)?.node;
    if (read === undefined) return [];
    return [
      diagnostic('operation-unsupported', `${node.name} works on the real-valued features of ${read.name}`, {
        places: [{ file: node.origin.file, item: node.origin.nodes[0] ?? node.name }],
        notes: ['features are rounded to integers, whose scale goes into the weights that read them: nothing else may read them'],
        help: 'put a layer of weights between the features and this operation, and train again',
      }),
    ];
  });
}
