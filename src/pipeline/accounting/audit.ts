import { inspectNetwork } from '../../ir/inspect.ts';
import type { Network, NetworkNode } from '../../ir/network.ts';
import type { QuantizedChannels } from '../../ir/quantized-features.ts';
import type { AuditReport } from '../../report/index.ts';
import type { LayerTally, NetworkTally } from '../../simulator/accounting/network-tally.ts';
import type { StreamFacts } from '../../simulator/accounting/stream-facts.ts';
import { type ClipTally, readFacts } from '../../simulator/accounting/tally-clip.ts';

/**
 * The spike-driven audit: what travels along each edge by type, what was there in the clips, and hence what a synapse has to do.
 * -1, 0 and 1 only add or take away a weight; any other value multiplies it.
 */
export function auditEdges(
  network: Network,
  tally: NetworkTally,
  clips: readonly ClipTally[],
  rounded: readonly QuantizedChannels[],
): readonly AuditReport[] {
  const nameOf = new Map(network.nodes.map((node) => [node.id, node.name]));
  const position = new Map(network.nodes.map((node, k) => [node.name, k]));
  const sums = new Set(network.nodes.filter(({ kind }) => kind === 'sum').map(({ name }) => name));
  const layers = new Map<string, LayerTally[]>();
  for (const layer of tally.layers) {
    const { source, target } = layer.projection;
    const key = keyOf(nameOf.get(source) ?? source, nameOf.get(target) ?? target);
    layers.set(key, [...(layers.get(key) ?? []), layer]);
  }
  return inspectNetwork(network).projections.map(({ from, to, kind, role, payload, synapses }): AuditReport => {
    const measured = unite(clips.map((clip) => readFacts(clip, position.get(from) ?? 0)));
    const edge = { from, to, kind, role, payload, measured: describe(measured, clips.length) };
    // Edges of one pair stand in the order of their projections.
    const layer = synapses === 0 ? undefined : layers.get(keyOf(from, to))?.shift();
    if (layer === undefined)
      return { ...edge, operation: 'none', operations: 0, asUnitSpikes: null, note: directNote(kind, role, measured) };
    const mean = (field: 'effective' | 'units'): number => layer.cells.reduce((sum, cell) => sum + cell[field], 0) / clips.length;
    const spikes = measured.whole && measured.min >= -1 && measured.max <= 1;
    const counts = measured.whole && measured.min >= 0;
    return {
      ...edge,
      operation: spikes ? 'accumulate' : 'multiply-accumulate',
      operations: mean('effective'),
      asUnitSpikes: counts ? mean('units') : null,
      note: spikes ? '' : layerNote(counts, sums.has(from), bitsOf(network.nodes[position.get(from) ?? 0], rounded)),
    };
  });
}

const keyOf = (from: string, to: string): string => JSON.stringify([from, to]);

type Measured = Pick<StreamFacts, 'min' | 'max' | 'whole' | 'nonzeros'>;

const unite = (facts: readonly StreamFacts[]): Measured => ({
  min: facts.reduce((least, { min }) => Math.min(least, min), Number.POSITIVE_INFINITY),
  max: facts.reduce((most, { max }) => Math.max(most, max), Number.NEGATIVE_INFINITY),
  whole: facts.every(({ whole }) => whole),
  nonzeros: facts.reduce((sum, { nonzeros }) => sum + nonzeros, 0),
});

function describe({ min, max, whole, nonzeros }: Measured, clips: number): AuditReport['measured'] {
  const payload = !whole ? 'real' : min >= 0 && max <= 1 ? 'binary' : `integer ${min}..${max}`;
  return { payload, min, max, nonzeros: nonzeros / clips };
}

/** Bits that the chip is sent of an input's features; null: it is sent no integers of them. */
function bitsOf(node: NetworkNode, rounded: readonly QuantizedChannels[]): number | null {
  if (node.kind !== 'input') return null;
  const { firstChannel = 0, size } = node;
  return rounded.find((part) => part.firstChannel < firstChannel + size && firstChannel < part.firstChannel + part.channels)?.bits ?? null;
}

const layerNote = (counts: boolean, isSum: boolean, bits: number | null): string => {
  if (!counts)
    return bits === null
      ? 'real values: no spike carries them'
      : `real values: the chip is sent integers of ${bits} bits, and multiplies weights by them`;
  return isSum
    ? 'a sum of spike trains through the same weights: accumulates if each train is sent by itself'
    : 'counts: accumulates if each unit is sent as a spike of its own';
};

function directNote(kind: string, role: string | null, { whole, min, max }: Measured): string {
  const binary = whole && min >= 0 && max <= 1;
  switch (kind) {
    case 'sum':
      return 'added without a weight';
    case 'rotary':
      return binary ? 'selects entries of the table: additions' : 'multiplies entries of the table';
    case 'reorder':
      return 'moved, not computed';
    case 'attention':
    case 'fast-weights':
      if (role === 'mask') return 'selects steps';
      return binary ? 'product of spikes: coincidences and additions' : 'product of values: multiplications';
    case 'gate':
      return binary ? 'lets a current through or not: no multiplication' : 'multiplies a current';
  }
  return 'handed over without a weight';
}
