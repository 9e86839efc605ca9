import type { Dialect } from '../../simulator/spinnaker/dialect.ts';
import { emulate } from '../../simulator/spinnaker/emulator.ts';
import type { JsonValue } from '../json.ts';
import { compareDerived, compareEnd, compareStep, readLifExpected } from './lif-expected.ts';
import { readDialect, readLifNet } from './lif-vector.ts';

/** Replaces the dialect that a file asks for: how mutants are run. */
export type Adapt = (dialect: Dialect) => Dialect;

/** Runs the neurons of a `lif_*` vector: the first recorded number that they do not give, or null. */
export function checkLif(file: JsonValue, adapt: Adapt = (dialect) => dialect): string | null {
  const net = readLifNet(file);
  const expected = readLifExpected(file.get('expected'), net);
  let spikes = 0;
  let difference: string | null = null;
  const constants = emulate(net, adapt(readDialect(file)), (step, state) => {
    spikes += state.fired.length;
    difference = compareStep(expected, step, state);
    if (difference === null && step === net.steps - 1) difference = compareEnd(expected, state, spikes);
    return difference === null;
  });
  return compareDerived(expected, constants, net.model) ?? difference;
}
