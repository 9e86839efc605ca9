import { DiagnosticError, diagnostic } from './diagnostics/index.ts';
import type { ClipSource } from './ir/clip.ts';
import type { NodeId } from './ir/ids.ts';
import type { Network } from './ir/network.ts';
import { LOWERING_PASSES, type PassContext, runPasses } from './passes/index.ts';
import { simulateNetwork } from './simulator/reference/index.ts';

/** Enough to tell busy routes from quiet ones. */
const TRAFFIC_CLIPS = 8;
/** More clips say little more about ranges, and cost time. */
const CLIPS_MAX = 16;
/** Each round halves at least once what overflowed; registers have 24 bits. */
const ROUNDS_MAX = 24;

/** Mean non-zero values per clip of every stream of the network: the traffic that placement is optimised for. */
export function measureTraffic(network: Network, clips: ClipSource): ReadonlyMap<NodeId, number> {
  const count = Math.min(clips.count, TRAFFIC_CLIPS);
  const traffic = new Map<NodeId, number>();
  for (let index = 0; index < count; index++) {
    for (const [id, stream] of simulateNetwork(network, clips.clip(index)).streams) {
      let active = 0;
      for (let i = 0; i < stream.length; i++) if (stream[i] !== 0) active++;
      traffic.set(id, (traffic.get(id) ?? 0) + active / count);
    }
  }
  return traffic;
}

/**
 * Lowers a network with units so small that no membrane of the calibration clips leaves its register. Without data the quantizer's own
 * caps hold; with data, a population that overflowed gets a smaller unit until it does not. Throws `state-overflow` where none is small enough.
 */
export function lowerWithCalibration(exact: Network, context: PassContext, clips: ClipSource | null): Network {
  const lowered = runPasses(exact, LOWERING_PASSES, context);
  if (clips === null) return lowered;
  const caps = new Map(context.unitPowerMax);
  let current = lowered;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const excess = overflowing(current, clips, context.chip.limits.stateBits.value);
    if (excess.size === 0) return current;
    for (const [id, halvings] of excess) caps.set(id, unitPowerOf(current, id) - halvings);
    current = runPasses(exact, LOWERING_PASSES, { ...context, unitPowerMax: caps });
  }
  throw new DiagnosticError(
    [...overflowing(current, clips, context.chip.limits.stateBits.value).keys()].map((id) =>
      diagnostic(
        'state-overflow',
        `population ${id} leaves the ${context.chip.limits.stateBits.value} bits of its state on the calibration data`,
        {
          notes: [`tried ${ROUNDS_MAX} smaller units`],
        },
      ),
    ),
  );
}

/** Populations whose state does not fit, and by how many halvings. */
function overflowing(network: Network, clips: ClipSource, stateBits: number): ReadonlyMap<NodeId, number> {
  const limit = 2 ** (stateBits - 1);
  const excess = new Map<NodeId, number>();
  for (let index = 0; index < Math.min(clips.count, CLIPS_MAX); index++) {
    for (const [id, { overflows, peak }] of simulateNetwork(network, clips.clip(index)).ranges) {
      if (overflows === 0 && peak < limit) continue;
      excess.set(id, Math.max(excess.get(id) ?? 1, Math.ceil(Math.log2(peak / limit))));
    }
  }
  return excess;
}

function unitPowerOf(network: Network, id: NodeId): number {
  const node = network.nodes.find((candidate) => candidate.id === id);
  if (node?.kind !== 'population' || node.neuron.parameters !== 'integer') throw new Error(`${id} is no integer population`);
  return Math.floor(Math.log2(node.neuron.unit));
}
