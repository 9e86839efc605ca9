import { diagnostic } from '../../../diagnostics/index.ts';
import { type ChipModel, integerBits, type Placement } from '../../../ir/chip-model.ts';
import type { NodeId } from '../../../ir/ids.ts';
import type { Network, NetworkNode } from '../../../ir/network.ts';
import { describePayload } from '../../../ir/payload.ts';
import { payloadBits } from '../payload-bits.ts';
import { editsForInputOperation, editsForInputs, editsForOperation, editsForStream } from './edits/operation-edits.ts';
import { editsForPayload } from './edits/value-edits.ts';
import { placeOf } from './place-of.ts';
import type { Problem } from './problem.ts';

type Operation = 'rotary' | 'reorder' | 'fastWeights' | 'gate';

/** Where spikec can run each operation on a Loihi chip; the chip has to offer the same. */
const IMPLEMENTED: Readonly<Record<Operation, Placement>> = {
  rotary: 'embedded',
  reorder: 'embedded',
  fastWeights: 'plasticity',
  gate: 'core',
};

/** Operations the chip lacks, and streams it cannot carry. */
export function checkOperations(network: Network, chip: ChipModel): readonly Problem[] {
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
    case 'integrator':
    case 'readout':
    case 'sum':
    case 'attention':
      return null;
  }
}

function operationProblems(node: NetworkNode, chip: ChipModel): readonly Problem[] {
  if (node.kind === 'sum' || node.kind === 'attention') {
    const what = node.kind === 'sum' ? 'sums of streams' : 'attention over the whole clip';
    const message = `${chip.name} has no ${what}, and ${node.name} is one that could not be rewritten`;
    return [
      {
        diagnostic: diagnostic('operation-unsupported', message, { places: [placeOf(node)] }),
        edits: (context) => editsForStream(context, node, node),
      },
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
  const message = `${chip.name} cannot run the operation ${operation} of ${node.name}`;
  return [
    {
      diagnostic: diagnostic('operation-unsupported', message, { places: [placeOf(node)], notes }),
      edits: (context) => editsForOperation(context, node, operation, IMPLEMENTED[operation]),
    },
  ];
}

/** The embedded processor works on what a segment left in its buffers, not on the clip itself. */
function embeddedInputProblems(network: Network, node: NetworkNode, chip: ChipModel): readonly Problem[] {
  if (node.kind !== 'rotary' && node.kind !== 'reorder') return [];
  const source = network.nodes.find((candidate) => candidate.id === node.source);
  if (source?.kind !== 'input') return [];
  const message = `${node.name} works on the network's input; ${chip.name} can do so on spikes of a population only`;
  return [
    {
      diagnostic: diagnostic('operation-unsupported', message, {
        places: [placeOf(node)],
        notes: ['rotary and reorder run on the embedded processor after the segment of their source'],
      }),
      edits: (context) => editsForInputOperation(context, node),
    },
  ];
}

function payloadProblems(node: NetworkNode, bits: number | null, chip: ChipModel): readonly Problem[] {
  const travels = node.kind === 'input' ? node.role === 'features' : node.kind !== 'readout' && node.kind !== 'fast-weights';
  if (!travels || bits === 1) return [];
  const { gradedSpikes } = chip.operations;
  const injected = node.kind === 'input' || node.kind === 'rotary' || node.kind === 'reorder';
  if (!gradedSpikes && (chip.bitPlanes === undefined || !injected)) {
    const message = `${chip.name} has binary spikes only, and ${node.name} carries ${describePayload(node.payload)}`;
    return [
      {
        diagnostic: diagnostic('operation-unsupported', message, {
          places: [placeOf(node)],
          notes: [
            'to fit: a chip with graded spikes, or, for inputs and rotated currents, one that declares `bitPlanes`: a digit per axon and spike',
          ],
        }),
        edits: (context) => editsForStream(context, node, node),
      },
    ];
  }
  const allowed = integerBits(chip);
  if (bits === null || bits <= allowed) return [];
  const carrier = gradedSpikes ? `a spike of ${chip.name} carries` : `the digit axons of ${chip.name} carry`;
  return [
    {
      diagnostic: diagnostic(
        'value-out-of-range',
        `the payload of ${node.name} needs ${bits} bits, ${bits - allowed} more than ${carrier}`,
        {
          places: [placeOf(node)],
          notes: [`allowed: ${allowed} bits, sign included`],
          help: 'use fewer fractional bits, or a chip with wider payloads',
        },
      ),
      edits: (context) => editsForPayload(context, node, bits, allowed),
    },
  ];
}

/** Coincidences, gates and rotations are made for spikes: what a larger payload would mean there is not defined. */
function binaryProblems(
  network: Network,
  node: NetworkNode,
  bits: ReadonlyMap<NodeId, number | null>,
  chip: ChipModel,
): readonly Problem[] {
  return binaryOperands(node).flatMap(([role, id]) => {
    if (bits.get(id) === 1) return [];
    const source = network.nodes.find((candidate) => candidate.id === id);
    return [
      {
        diagnostic: diagnostic('operation-unsupported', `the ${role} of ${node.name} has to be a stream of spikes on ${chip.name}`, {
          places: [placeOf(node)],
          notes: source === undefined ? [] : [`${source.name} carries ${describePayload(source.payload)}; allowed: binary`],
        }),
        edits: (context) => editsForStream(context, node, source ?? node),
      },
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
    case 'integrator':
    case 'readout':
    case 'sum':
    case 'reorder':
    case 'attention':
      return [];
  }
}

/** A clip brings one stream of features and at most one mask. */
function inputProblems(network: Network, chip: ChipModel): readonly Problem[] {
  return (['features', 'mask'] as const).flatMap((role) => {
    const inputs = network.nodes.filter((node) => node.kind === 'input' && node.role === role);
    if (inputs.length <= 1) return [];
    const message = `a program for ${chip.name} takes one ${role} input, and the network has ${inputs.length}`;
    return [
      {
        diagnostic: diagnostic('operation-unsupported', message, {
          places: inputs.map(placeOf),
          notes: ['join them before the first layer (Concat over the channels) and export again'],
        }),
        edits: (context) => editsForInputs(context, inputs),
      },
    ];
  });
}
