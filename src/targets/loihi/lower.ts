import { DiagnosticError, diagnostic } from '../../diagnostics/index.ts';
import type { ChipModel } from '../../ir/chip-model.ts';
import type { NodeId } from '../../ir/ids.ts';
import type { Network } from '../../ir/network.ts';
import { hasSoftReset } from '../../ir/neuron.ts';
import { findStages } from '../../ir/stages.ts';
import { LOWERING_PASSES, type LoweringContext, orderNeuronsByDecays, runPasses } from '../../passes/index.ts';
import { UNIT_POWER_LEAST } from '../../passes/quantize.ts';
import { WEIGHT_BITS_MAX } from '../../passes/quantize-weights.ts';
import { refuseIntegrators } from '../refuse-integrators.ts';
import type { Calibration, LowerContext, Lowered } from '../target.ts';

/** More clips say little more about ranges, and cost time. */
const CLIPS_MAX = 16;

const WEIGHT_BITS = 8;
/** Errors of weights in a loop come back: of two recurrent networks of the NIR paper one fires all reference spikes and one nearly all, with 8 bits neither. */
const LOOP_WEIGHT_BITS = WEIGHT_BITS_MAX;

/** To the integers of a Loihi chip, by the weights and, where there are any, by calibration data. */
export function lowerForLoihi(exact: Network, chip: ChipModel, context: LowerContext): Lowered {
  const { calibration } = context;
  refuseIntegrators(exact, chip.name);
  const weightBits = context.weightBits ?? WEIGHT_BITS;
  const loopWeightBits = context.weightBits ?? LOOP_WEIGHT_BITS;
  const lowering = { ...context, weightBits, loopWeightBits, chip, unitPowerMax: new Map<NodeId, number>() };
  const network = lowerWithCalibration(orderNeuronsByDecays.run(exact, context), lowering, calibration);
  const inLoops =
    loopWeightBits !== weightBits && findStages(exact).some(({ feedback }) => feedback)
      ? ` (${loopWeightBits}-bit into neurons of a loop)`
      : '';
  const rule = `powers of two, least mean-square error of ${weightBits}-bit weights${inLoops} per synapse array`;
  const how = calibration === null ? 'no calibration data' : `units made smaller where ${calibration.file} left the state registers`;
  return { network, scaleRule: `${rule}; ${how}`, resolution: [] };
}

/** What a spike leaves of a potential adds up, how far only data can tell; without such neurons the quantizer's own caps hold. */
export const hasSoftResets = ({ nodes }: Network): boolean => nodes.some((node) => node.kind === 'population' && hasSoftReset(node.neuron));

/**
 * Lowers a network with units so small that no membrane of the calibration clips leaves its register. Without data the quantizer's own
 * caps hold; with data, a population that overflowed gets a smaller unit until it does not. Throws `state-overflow` where none is small enough.
 */
export function lowerWithCalibration(exact: Network, context: LoweringContext, calibration: Calibration | null): Network {
  const caps = new Map(context.unitPowerMax);
  let lowered = runPasses(exact, LOWERING_PASSES, context);
  if (calibration === null) return lowered;
  for (;;) {
    const excess = overflowing(lowered, calibration, context.chip.limits.stateBits.value);
    if (excess.size === 0) return lowered;
    // Rotated currents and fast weights come with a unit of their own, which no cap moves.
    const fixed = new Set([...excess.keys()].filter((id) => unitPowerOf(lowered, id) > (caps.get(id) ?? Number.POSITIVE_INFINITY)));
    for (const [id, halvings] of excess) caps.set(id, unitPowerOf(lowered, id) - halvings);
    const hopeless = [...excess.keys()].filter((id) => fixed.has(id) || (caps.get(id) ?? 0) < UNIT_POWER_LEAST);
    if (hopeless.length > 0) throw stateOverflow(lowered, hopeless, calibration, context);
    lowered = runPasses(exact, LOWERING_PASSES, { ...context, unitPowerMax: caps });
  }
}

function stateOverflow(
  network: Network,
  populations: readonly NodeId[],
  calibration: Calibration,
  context: LoweringContext,
): DiagnosticError {
  const bits = context.chip.limits.stateBits.value;
  return new DiagnosticError(
    network.nodes
      .filter((node) => populations.includes(node.id))
      .map((node) =>
        diagnostic('state-overflow', `population ${node.name} leaves the ${bits} bits of its state on ${calibration.file}`, {
          places: [{ file: node.origin.file, item: node.origin.nodes[0] ?? node.name }],
          notes: [`units are made smaller down to 2^${UNIT_POWER_LEAST} for 1.0; those of rotated currents and of attention are fixed`],
        }),
      ),
  );
}

/** Populations whose state does not fit, and by how many halvings. */
function overflowing(network: Network, calibration: Calibration, stateBits: number): ReadonlyMap<NodeId, number> {
  const limit = 2 ** (stateBits - 1);
  const excess = new Map<NodeId, number>();
  for (let index = 0; index < Math.min(calibration.clips, CLIPS_MAX); index++) {
    for (const [id, { overflows, peak }] of calibration.run(network, index).ranges) {
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
