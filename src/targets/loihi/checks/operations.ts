import { type Diagnostic, diagnostic } from '../../../diagnostics/index.ts';
import { type ChipModel, integerBits, type Placement } from '../../../ir/chip-model.ts';
import type { NodeId } from '../../../ir/ids.ts';
import type { Network, NetworkNode } from '../../../ir/network.ts';
import { describePayload } from '../../../ir/payload.ts';
import { payloadBits } from '../payload-bits.ts';
import { placeOf } from './place-of.ts';

type Operation = 'rotary' | 'reorder' | 'fastWeights' | 'gate';

/** Where spikec can run each operation on a Loihi chip; the chip has to offer the same. */
const IMPLEMENTED: Readonly<Record<Operation, Placement>> = {
  rotary: 'embedded',
  reorder: 'embedded',
  fastWeights: 'plasticity',
  gate: 'core',
};

/** Operations the chip lacks, and streams it cannot carry. */
export function checkOperations(network: Network, chip: ChipModel): readonly Diagnostic[] {
  const bits = payloadBits(network);
  return network.nodes
    .flatMap((node) => [
      ...operationProblems(node, chip),
      ...embeddedInputProblems(network, node, chip),
      ...payloadProblems(node, bits.get(node.id) ?? null, chip),
      ...binaryProblems(network, node, bits, chip),
    ])
    .concat(inputProblems(network, chip));
}

function operationOf(node: NetworkNode): Operation | null {
  switch (node.kind) {
    case 'rotary':
    case 'reorder':
      return node.kind;
    case 'fast-weights':
      return 'fastWeights';
    case 'population':
      return node.gate === null ? null : 'gate';
    case 'input':
    case 'constant':
    case 'readout':
    case 'sum':
    case 'attention':
      return null;
  }
}

function operationProblems(node: NetworkNode, chip: ChipModel): readonly Diagnostic[] {
  if (node.kind === 'sum' || node.kind === 'attention') {
    const what = node.kind === 'sum' ? 'sums of streams' : 'attention over the whole clip';
    return [
      diagnostic('operation-unsupported', `${chip.name} has no ${what}, and ${node.name} is one that could not be rewritten`, {
        places: [placeOf(node)],
      }),
    ];
  }
  const operation = operationOf(node);
  if (operation === null) return [];
  const offered = chip.operations[operation];
  if (offered === IMPLEMENTED[operation]) return [];
  const notes = [
    offered === 'unsupported'
      ? `operations of ${chip.name}: ${Object.entries(chip.operations)
          .map(([name, where]) => `${name} ${where}`)
          .join(', ')}`
      : `${chip.name} runs ${operation} on: ${offered}; spikec compiles it for: ${IMPLEMENTED[operation]}`,
  ];
  return [
    diagnostic('operation-unsupported', `${chip.name} cannot run the operation ${operation} of ${node.name}`, {
      places: [placeOf(node)],
      notes,
    }),
  ];
}

/** The embedded processor works on what a segment left in its buffers, not on the clip itself. */
function embeddedInputProblems(network: Network, node: NetworkNode, chip: ChipModel): readonly Diagnostic[] {
  if (node.kind !== 'rotary' && node.kind !== 'reorder') return [];
  const source = network.nodes.find((candidate) => candidate.id === node.source);
  if (source?.kind !== 'input') return [];
  return [
    diagnostic(
      'operation-unsupported',
      `${node.name} works on the network's input; ${chip.name} can do so on spikes of a population only`,
      {
        places: [placeOf(node)],
        notes: ['rotary and reorder run on the embedded processor after the segment of their source'],
      },
    ),
  ];
}

function payloadProblems(node: NetworkNode, bits: number | null, chip: ChipModel): readonly Diagnostic[] {
  const travels = node.kind === 'input' ? node.role === 'features' : node.kind !== 'readout' && node.kind !== 'fast-weights';
  if (!travels || bits === 1) return [];
  const { gradedSpikes } = chip.operations;
  const injected = node.kind === 'input' || node.kind === 'rotary' || node.kind === 'reorder';
  if (!gradedSpikes && (chip.bitPlanes === undefined || !injected)) {
    return [
      diagnostic(
        'operation-unsupported',
        `${chip.name} has binary spikes only, and ${node.name} carries ${describePayload(node.payload)}`,
        {
          places: [placeOf(node)],
          notes: [
            'to fit: a chip with graded spikes, or, for inputs and rotated currents, one that declares `bitPlanes`: a digit per axon and spike',
          ],
        },
      ),
    ];
  }
  const allowed = integerBits(chip);
  if (bits === null || bits <= allowed) return [];
  const carrier = gradedSpikes ? 'a spike' : 'the digit axons';
  return [
    diagnostic(
      'value-out-of-range',
      `the payload of ${node.name} needs ${bits} bits, ${bits - allowed} more than ${carrier} of ${chip.name} ${gradedSpikes ? 'carries' : 'carry'}`,
      {
        places: [placeOf(node)],
        notes: [`allowed: ${allowed} bits, sign included`],
        help: 'use fewer fractional bits, or a chip with wider payloads',
      },
    ),
  ];
}

/** Coincidences, gates and rotations are made for spikes: what a larger payload would mean there is not defined. */
function binaryProblems(
  network: Network,
  node: NetworkNode,
  bits: ReadonlyMap<NodeId, number | null>,
  chip: ChipModel,
): readonly Diagnostic[] {
  return binaryOperands(node).flatMap(([role, id]) => {
    if (bits.get(id) === 1) return [];
    const source = network.nodes.find((candidate) => candidate.id === id);
    return [
      diagnostic('operation-unsupported', `the ${role} of ${node.name} has to be a stream of spikes on ${chip.name}`, {
        places: [placeOf(node)],
        notes: source === undefined ? [] : [`${source.name} carries ${describePayload(source.payload)}; allowed: binary`],
      }),
    ];
  });
}

function binaryOperands(node: NetworkNode): readonly (readonly [string, NodeId])[] {
  switch (node.kind) {
    case 'population':
      return node.gate === null ? [] : [['gate', node.gate]];
    case 'rotary':
      return [['source', node.source]];
    case 'fast-weights':
      return [
        ['key', node.key],
        ['value', node.value],
      ];
    case 'input':
    case 'constant':
    case 'readout':
    case 'sum':
    case 'reorder':
    case 'attention':
      return [];
  }
}

/** A clip brings one stream of features and at most one mask. */
function inputProblems(network: Network, chip: ChipModel): readonly Diagnostic[] {
  return (['features', 'mask'] as const).flatMap((role) => {
    const inputs = network.nodes.filter((node) => node.kind === 'input' && node.role === role);
    if (inputs.length <= 1) return [];
    return [
      diagnostic('operation-unsupported', `a program for ${chip.name} takes one ${role} input, and the network has ${inputs.length}`, {
        places: inputs.map(placeOf),
        notes: ['join them before the first layer (Concat over the channels) and export again'],
      }),
    ];
  });
}
