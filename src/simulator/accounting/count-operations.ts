import type { LayerCell, LayerTally, NetworkTally } from './network-tally.ts';
import type { Measure, Rules } from './rules.ts';

/** Of all clips together, or their mean. */
export interface Operations {
  readonly acs: number;
  readonly macs: number;
}

export const NO_OPERATIONS: Operations = { acs: 0, macs: 0 };

export const plus = (a: Operations, b: Operations): Operations => ({ acs: a.acs + b.acs, macs: a.macs + b.macs });
export const minus = (a: Operations, b: Operations): Operations => ({ acs: a.acs - b.acs, macs: a.macs - b.macs });
export const times = ({ acs, macs }: Operations, factor: number): Operations => ({ acs: acs * factor, macs: macs * factor });

const total = (parts: readonly Operations[]): Operations => parts.reduce(plus, NO_OPERATIONS);

/** Operations of all clips together, by these rules. */
export function countOperations(tally: NetworkTally, rules: Rules): Operations {
  const { layers, normalizations, attention, neuronSteps, clips } = tally;
  return total([
    ...layers.map((layer) => layerOperations(layer, rules)),
    ...(rules.normalization
      ? normalizations.map(({ operations, twoValuedClips, rate }) => ({
          acs: operations * rate,
          macs: operations * (clips - twoValuedClips),
        }))
      : []),
    ...(rules.attention ? attention.map(({ values }) => ({ acs: values, macs: 0 })) : []),
    ...(rules.neurons ? [{ acs: neuronSteps * clips, macs: 0 }] : []),
  ]);
}

function layerOperations(layer: LayerTally, rules: Rules): Operations {
  switch (layer.kind) {
    case 'pooling':
      if (rules.pooling === 'none') return NO_OPERATIONS;
      if (rules.pooling === 'inputs') return pooledInputs(layer, rules);
      break;
    case 'scaling':
      if (!rules.scaling) return NO_OPERATIONS;
      break;
    case 'linear':
      if (!rules.linear) return NO_OPERATIONS;
      break;
    case 'convolution':
      break;
  }
  return total(
    layer.cells.map((cell) => plus(cellOperations(layer, cell, rules), rules.bias ? biasOperations(layer, cell, rules) : NO_OPERATIONS)),
  );
}

function cellOperations(layer: LayerTally, cell: LayerCell, rules: Rules): Operations {
  return doesAccumulate(layer, cell, rules)
    ? { acs: measured(layer, cell, rules.acs), macs: 0 }
    : { acs: 0, macs: measured(layer, cell, rules.macs) };
}

function doesAccumulate(layer: LayerTally, cell: LayerCell, rules: Rules): boolean {
  if (layer.first && rules.firstLayer === 'multiply-accumulates') return false;
  switch (rules.accumulates) {
    case 'always':
      return true;
    case 'two-valued':
      return cell.twoValued;
    case 'ternary':
      return cell.ternary;
    case 'binary-payload':
      return layer.binaryPayload;
  }
}

function measured(layer: LayerTally, cell: LayerCell, measure: Measure): number {
  switch (measure) {
    case 'dense':
      return layer.dense * cell.clips;
    case 'dense-inside':
      return layer.denseInside * cell.clips;
    case 'values':
    case 'nonzeros':
    case 'inside':
    case 'effective':
      return cell[measure];
  }
}

/** A bias is part of its layer's operations: scaled by the mean input where the layer accumulates. */
const biasOperations = (layer: LayerTally, cell: LayerCell, rules: Rules): Operations =>
  doesAccumulate(layer, cell, rules) ? { acs: layer.bias * cell.rate, macs: 0 } : { acs: 0, macs: layer.bias * cell.clips };

function pooledInputs(layer: LayerTally, rules: Rules): Operations {
  return total(
    layer.cells.map((cell) =>
      doesAccumulate(layer, cell, rules) ? { acs: cell.sum, macs: 0 } : { acs: 0, macs: layer.inputs * cell.clips },
    ),
  );
}
