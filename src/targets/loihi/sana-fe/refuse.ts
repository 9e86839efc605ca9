import { type Diagnostic, diagnostic } from '../../../diagnostics/index.ts';
import { BLOCK_FIELDS, BlockField, type CoreProgram, type LoihiProgram } from '../../../ir/mapping.ts';
import { thresholdUnits } from './threshold.ts';

/** Input currents that are gone after a step; SANA-FE does not round what a decay leaves of them. */
const NO_CURRENT = 4095;

/** What of a program SANA-FE cannot express: a diagnostic for each kind, naming the first place. */
export function refusals(program: LoihiProgram): readonly Diagnostic[] {
  const { segments, embedded, cores, readout } = program;
  const groups = cores.flatMap((core) => core.groups);
  const found: Diagnostic[] = [];
  const refuse = (item: string | undefined, message: string, note: string): void => {
    if (item !== undefined) found.push(diagnostic('sana-fe-unsupported', `${item} ${message}`, { places: [{ item }], notes: [note] }));
  };
  if (segments.length > 1)
    refuse('the network', `runs in ${segments.length} segments`, 'a network of SANA-FE runs once, without buffers between');
  for (const operation of embedded) {
    if (operation.kind === 'bit-planes' && operation.source === readout.featuresStream) continue;
    refuse(operation.output, `is made by the embedded processor (${operation.kind})`, 'SANA-FE has cores only');
  }
  const streams = new Set([
    readout.featuresStream,
    ...embedded.flatMap((operation) => (operation.kind === 'bit-planes' ? [operation.output] : [])),
  ]);
  for (const { injections } of segments)
    refuse(injections.find(({ stream }) => !streams.has(stream))?.stream, 'is sent into the mesh', 'inputs are the features of a clip');
  refuse(groups.find(({ gateFirst }) => gateFirst !== null)?.population, 'has a gate', 'a neuron of SANA-FE adds what arrives');
  refuse(groups.find(({ teachFirst }) => teachFirst !== null)?.population, 'has fast weights', 'weights of SANA-FE are fixed');
  refuse(
    groups.find(({ currentDecay }) => currentDecay !== NO_CURRENT)?.population,
    'has a synaptic current',
    'SANA-FE keeps the fractions of a decaying current, which the chip cuts off',
  );
  refuse(
    groups.find((group) => group.resetAmount !== undefined && group.resetAmount !== thresholdUnits(group))?.population,
    'subtracts something else than what it fires above',
    'a soft reset of SANA-FE subtracts the threshold',
  );
  refuse(
    delayedTarget(cores),
    'is reached by synapses with a delay',
    'SANA-FE has delays of up to 5 steps in a dendrite of their own, and none here',
  );
  refuse(cores.some(({ chip }) => chip > 0) ? 'the network' : undefined, 'lies on several chips', 'SANA-FE has one');
  return found;
}

/** The first population with a synapse that waits, or reads fast weights. */
function delayedTarget(cores: readonly CoreProgram[]): string | undefined {
  for (const { blocks, groups } of cores) {
    for (let b = 0; b < blocks.length; b += BLOCK_FIELDS) {
      if (blocks[b + BlockField.delay] === 0 && blocks[b + BlockField.memory] === 0) continue;
      const target = blocks[b + BlockField.target];
      return groups.find(({ first, count }) => target >= first && target < first + count)?.population ?? 'a population';
    }
  }
  return undefined;
}
