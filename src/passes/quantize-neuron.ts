import { type IntegerNeuron, valuesOf } from '../ir/neuron.ts';
import { decayRegisters, type HoldableNeuron } from './holdable-neuron.ts';
import type { LoweringContext } from './pass.ts';
import { amountMax, quantizeReset } from './quantize-reset.ts';

/** A neuron in the chip's integers, and what its bias takes besides. */
export interface QuantizedNeuron {
  readonly neuron: IntegerNeuron;
  /** Units a step. */
  readonly bonus: 0 | 1;
}

/**
 * Decays, threshold and reset as integers, `unit` of them for 1.0; a string says what the chip has no room for. Loihi fires above its threshold
 * only. A neuron that fires at it, too, gets a unit more in every step. Where that has no place among coarser biases its threshold is lower; and
 * where spikes take something away, they leave those units behind, so that it is told to compare otherwise if the chip can be told.
 */
export function quantizeNeuron(neuron: HoldableNeuron, unit: number, context: LoweringContext): QuantizedNeuron | string {
  const { chip, biasExponentLeast = 0 } = context;
  const thresholdMantissa = Math.round((unit * neuron.threshold) / 64);
  if (thresholdMantissa >= 2 ** chip.limits.thresholdMantissaBits.value) return `needs a threshold of ${unit * neuron.threshold} units`;
  const resetAmount = quantizeReset(neuron, unit);
  const excess = resetAmount === null ? undefined : valuesOf(resetAmount).find((amount) => amount < 1 || amount > amountMax(chip));
  if (excess !== undefined) return `takes ${excess} units away at a spike`;
  const told = neuron.tie === 'ge' && resetAmount !== null && chip.operations.ties === true;
  const raised = neuron.tie === 'ge' && !told;
  const bonus = raised && biasExponentLeast === 0 ? 1 : 0;
  return {
    neuron: {
      parameters: 'integer',
      currentDecay: neuron.currentDecay === null ? 4095 : decayRegisters(neuron.currentDecay, (decay) => Math.max(0, decay - 1)),
      voltageDecay: decayRegisters(neuron.decay, (decay) => decay),
      thresholdMantissa: thresholdMantissa - (raised && bonus === 0 ? 1 : 0),
      ...(told ? { tie: 'ge' } : {}),
      ...(resetAmount === null ? {} : { resetAmount }),
      unit,
    },
    bonus,
  };
}
