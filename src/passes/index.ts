import type { Network } from '../ir/network.ts';
import { verifyNetwork } from '../ir/network-verify.ts';
import { alignLatency } from './align-latency.ts';
import { checkFinite } from './check-finite.ts';
import { clockConstants } from './clock-constants.ts';
import { discretize } from './discretize.ts';
import { distributeSums } from './distribute-sums.ts';
import { foldBatchNorm } from './fold-batch-norm.ts';
import { foldIntegrators } from './fold-integrators.ts';
import { joinInputs } from './join-inputs.ts';
import { normalizeNeurons } from './normalize-neurons.ts';
import type { LoweringContext, Pass, PassContext } from './pass.ts';
import { quantize } from './quantize.ts';
import { reassociateAttention } from './reassociate-attention.ts';
import { relayDelays } from './relay-delays.ts';
import { relayFastWeights } from './relay-fast-weights.ts';
import { spikeBiases } from './spike-biases.ts';

export { alignLatency } from './align-latency.ts';
export { discretizeNetwork } from './discretize.ts';
export { normalizeNeurons } from './normalize-neurons.ts';
export { orderNeurons, orderNeuronsByDecays } from './order-neurons.ts';
export { DISCRETIZATIONS, type Discretization, type LoweringContext, type Pass, type PassContext } from './pass.ts';
export { quantizeFeatures } from './quantize-features.ts';
export { WEIGHT_BITS_MAX } from './quantize-weights.ts';
export { relaySpikes } from './relay-delays.ts';
export { countFieldOf, roundForCounts } from './round-counts.ts';
export { scaleTargets } from './scale-targets.ts';

/** Rewritings that keep the function in real numbers (of continuous neurons: as far as timesteps can), in an order that each one's input allows. */
export const EXACT_PASSES: readonly Pass[] = [
  discretize, // first: later passes know timesteps only
  foldBatchNorm, // later passes see weights and biases as they will be
  foldIntegrators, // makes biases of synaptic currents
  spikeBiases, // after folding, which makes biases; before their neurons are scaled
  normalizeNeurons, // after folding, which sets the weights it scales
  distributeSums, // after both, so that the copies share one final weight array
  joinInputs, // sums are gone, so that an input is read through weights
  clockConstants, // sums are gone, so that each constant ends in synapses
  reassociateAttention,
  relayFastWeights,
];

/** To the integers and steps of a Loihi chip. */
export const LOWERING_PASSES: readonly Pass<LoweringContext>[] = [
  quantize, // needs final weights; shares mantissas where weights are shared
  alignLatency, // schedules the nodes there are
  relayDelays, // last: its populations only repeat spikes, at times that the schedule sets
];

/**
 * Runs passes in order; the network is verified after each one that changed it. Throws `non-finite-weight` where numbers leave float32, and
 * what the passes throw.
 */
export function runPasses<Context extends PassContext>(network: Network, passes: readonly Pass<Context>[], context: Context): Network {
  let current = network;
  for (const pass of passes) {
    const next = pass.run(current, context);
    if (next !== current) {
      checkFinite(next, pass.name);
      const violations = verifyNetwork(next);
      if (violations.length > 0) throw new Error(`pass ${pass.name} broke the network: ${violations.slice(0, 5).join('; ')}`);
    }
    current = next;
  }
  return current;
}
