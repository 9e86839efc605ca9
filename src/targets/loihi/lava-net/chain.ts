import { type Diagnostic, DiagnosticError, diagnostic } from '../../../diagnostics/index.ts';
import type { InputNode, Network, NetworkNode, PopulationNode, Projection, ReadoutNode } from '../../../ir/network.ts';
import type { Membrane } from '../../../ir/neuron.ts';

const ONE_BEFORE = 'each layer of the format reads the one before it, and no other';

/** A layer of the file to be: a node with neurons, and what it reads. */
export interface ChainLink {
  readonly node: PopulationNode | ReadoutNode;
  readonly source: InputNode | PopulationNode;
  /** From the layer before. */
  readonly forward: Projection;
  /** From itself; null: not recurrent. */
  readonly recurrent: Projection | null;
}

export interface Chain {
  readonly input: InputNode;
  readonly links: readonly ChainLink[];
}

/** Why a layer of a `.net` file cannot hold a node. */
export function refuse({ origin, name }: NetworkNode, found: string, why: string): Diagnostic {
  return diagnostic('net-unsupported', `${name} ${found}`, {
    places: [{ file: origin.file, item: origin.nodes[0] ?? name }],
    notes: [why],
  });
}

/**
 * The network as layers in a row. Throws `net-unsupported`: one diagnostic for each node that no layer can hold, or, where there is none, for
 * each that does not stand in the row.
 */
export function chainOf(network: Network): Chain {
  for (const refuseNode of [refuseKind, refusePlace]) {
    const problems = network.nodes.flatMap((node) => refuseNode(node, network));
    if (problems.length > 0) throw new DiagnosticError(problems);
  }
  const input = network.nodes.find((node): node is InputNode => node.kind === 'input' && node.role === 'features');
  if (input === undefined) throw new Error('the network has no features');
  const links: ChainLink[] = [];
  for (let source: InputNode | PopulationNode = input; ; ) {
    const next = network.projections.find((projection) => projection.source === source.id && projection.target !== source.id);
    const node = network.nodes.find((candidate): candidate is ChainLink['node'] => isTarget(candidate) && candidate.id === next?.target);
    if (next === undefined || node === undefined) throw new Error(`${source.name} leads nowhere`);
    const recurrent = network.projections.find((projection) => projection.source === node.id && projection.target === node.id) ?? null;
    links.push({ node, source, forward: next, recurrent });
    if (node.kind === 'readout') break;
    source = node;
  }
  const aside = network.nodes.find((node) => node !== input && !links.some((link) => link.node === node));
  if (aside === undefined) return { input, links };
  throw new DiagnosticError([refuse(aside, 'is not among the layers that lead from the input to the read-out', 'layers stand in a row')]);
}

const isTarget = (node: NetworkNode): node is ChainLink['node'] => node.kind === 'population' || node.kind === 'readout';

/** Forgets nothing, and takes each sum as it comes. */
function addsUp(membrane: Membrane): boolean {
  if (membrane.parameters !== 'discrete') return false;
  const { decay, leak, inputGain, currentDecay, initial } = membrane;
  return decay === 1 && leak === 0 && inputGain === 1 && currentDecay === null && initial === 0;
}

function refuseKind(node: NetworkNode): readonly Diagnostic[] {
  switch (node.kind) {
    case 'input':
      return node.role === 'features' ? [] : [refuse(node, 'is a mask of steps', 'the format has one stream of spikes from outside')];
    case 'population':
      return node.gate === null
        ? []
        : [refuse(node, 'multiplies its current by a gate', 'neurons of the format are CUBA-LIF without gates')];
    case 'integrator':
      return [refuse(node, 'hands on its membrane potential', 'neurons of the format fire, and only spikes travel')];
    case 'readout':
      return node.membrane === undefined || addsUp(node.membrane)
        ? []
        : [
            refuse(
              node,
              'integrates what it reads',
              'a read-out of the format holds the sums of its own step, or of all steps so far, and nothing in between',
            ),
          ];
    case 'constant':
      return [
        refuse(node, 'is a stream of its own, the same in every clip', 'biases of the format add to the potential, not to a current'),
      ];
    case 'sum':
      return [refuse(node, 'adds streams of several layers', ONE_BEFORE)];
    case 'rotary':
      return [refuse(node, 'rotates a position code', 'the format has no operation that depends on the step')];
    case 'reorder':
      return [refuse(node, 'reorders the steps of a clip', 'layers of the format run step by step')];
    case 'attention':
    case 'fast-weights':
      return [refuse(node, 'is an attention over the steps of a clip', 'weights of the format are fixed; it has no products of spikes')];
  }
}

function refusePlace(node: NetworkNode, network: Network): readonly Diagnostic[] {
  switch (node.kind) {
    case 'input':
      return refuseReaders(node, network);
    case 'population':
      return [...refuseSources(node, network), ...refuseReaders(node, network)];
    case 'readout':
      return refuseSources(node, network);
    case 'constant':
    case 'integrator':
    case 'sum':
    case 'rotary':
    case 'reorder':
    case 'attention':
    case 'fast-weights':
      return [];
  }
}

function refuseSources(node: PopulationNode | ReadoutNode, { projections, nodes }: Network): Diagnostic[] {
  const sources = projections.filter(({ source, target }) => target === node.id && source !== node.id).map(({ source }) => source);
  const loops = projections.filter(({ source, target }) => target === node.id && source === node.id);
  if (sources.length === 1 && loops.length <= 1) return [];
  const names = sources.map((source) => nodes.find(({ id }) => id === source)?.name ?? source);
  const found = loops.length > 1 ? 'reads itself several times' : sources.length === 0 ? 'reads nothing' : `reads ${names.join(' and ')}`;
  return [refuse(node, found, ONE_BEFORE)];
}

function refuseReaders(node: InputNode | PopulationNode, { projections, nodes }: Network): Diagnostic[] {
  const readers = projections.filter(({ source, target }) => source === node.id && target !== node.id).map(({ target }) => target);
  if (readers.length === 1) return [];
  const names = readers.map((reader) => nodes.find(({ id }) => id === reader)?.name ?? reader);
  const found = names.length === 0 ? 'is read by no layer' : `is read by ${names.join(' and ')}`;
  return [refuse(node, found, 'layers of the format stand in a row: each is read by the next one')];
}
