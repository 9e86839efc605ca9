import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../../src/diagnostics/index.ts';
import { loadMapping, saveMapping } from '../../../src/ir/mapping-io/index.ts';
import type { SpinnakerProgram } from '../../../src/ir/spinnaker-program.ts';
import { createMachineSimulator } from '../../../src/simulator/spinnaker/machine-simulator.ts';
import { SPINNAKER1 } from '../../../src/targets/spinnaker/chips/spinnaker1.ts';
import { spinnakerTarget } from '../../../src/targets/spinnaker/index.ts';
import { randomClip, tinySpikeScr } from '../../support/networks.ts';
import { below, seededRandom } from '../../support/random.ts';
import { replaceAt } from '../../support/replace-at.ts';
import { asBytes } from '../files.ts';
import { deployOn } from './deployments.ts';

const network = tinySpikeScr();
const clip = randomClip(network, 1);
const { mapping } = deployOn(network, [clip]);
const target = spinnakerTarget(SPINNAKER1);
const files = asBytes(target.emit(mapping));

/** What is said of a folder; null: it ran. Anything but a diagnostic is thrown on. */
async function verdict(damaged: ReadonlyMap<string, Uint8Array>): Promise<string | null> {
  try {
    const { program } = await target.load(damaged);
    createMachineSimulator(program, SPINNAKER1).run(clip, { record: true });
    return null;
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics[0].code;
    throw error;
  }
}

const without = (path: string): ReadonlyMap<string, Uint8Array> => new Map([...files].filter(([name]) => name !== path));
const withBytes = (path: string, bytes: Uint8Array): ReadonlyMap<string, Uint8Array> => new Map([...files, [path, bytes]]);
const paths = [...files.keys()].filter((path) => path !== 'chip/chip-model.json');

/** Errors that a run of damaged but well-formed numbers may end in. */
const CODES = /^(program-missing|program-malformed|version-unsupported|slot-saturated|accum-overflow|spike-late|value-out-of-range)$/;

describe('files of a SpiNNaker program', () => {
  it('run as they are', async () => {
    expect(await verdict(files)).toBeNull();
    expect(paths.some((path) => path.includes('software'))).toBe(true);
    expect(paths.some((path) => path.includes('routes'))).toBe(true);
  });

  it('are all needed, and none may be cut', async () => {
    for (const path of paths) {
      expect(await verdict(without(path)), path).toBe('program-missing');
      const bytes = files.get(path) ?? new Uint8Array(0);
      expect(await verdict(withBytes(path, bytes.slice(0, bytes.length - 3))), path).toBe('program-malformed');
    }
  });

  it('with a bit flipped anywhere: a result, or a diagnostic', async () => {
    const random = seededRandom(4);
    let refused = 0;
    for (let round = 0; round < 300; round++) {
      const path = paths[below(random, paths.length)];
      const bytes = (files.get(path) ?? new Uint8Array(0)).slice();
      bytes[below(random, bytes.length)] ^= 2 ** below(random, 8);
      const code = await verdict(withBytes(path, bytes));
      if (code === null) continue;
      refused++;
      expect(code, path).toMatch(CODES);
    }
    expect(refused).toBeGreaterThan(150);
  });

  it('of another target are refused', async () => {
    await expect(spinnakerTarget({ ...SPINNAKER1, name: 'other' }).load(files)).rejects.toThrow('compiled for spinnaker1');
  });
});

describe('program.json', () => {
  it('holds the mapping without loss', async () => {
    expect(await loadMapping(asBytes(saveMapping(mapping)))).toEqual(mapping);
  });
});

const refusal = (program: SpinnakerProgram): string | null => {
  try {
    createMachineSimulator(program, SPINNAKER1);
    return null;
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics[0].message;
    throw error;
  }
};

describe('a program', () => {
  const { program } = mapping;
  const index = (kind: string): number => program.cores.findIndex((core) => core.kind === kind);
  const neurons = index('neurons');
  const software = program.cores.findIndex((core) => core.kind === 'software' && core.operations.some(({ kind }) => kind === 'attention'));
  const attending = program.cores[software];
  const attention = attending.kind === 'software' ? attending.operations.findIndex(({ kind }) => kind === 'attention') : -1;
  const rotary = program.cores.findIndex((core) => core.kind === 'software' && core.operations.some(({ kind }) => kind === 'rotary'));

  it.each([
    ['machine.width', 0, 'machine.width is 0'],
    ['machine.chips.1.x', 9, 'machine.chips[1].x is 9'],
    ['timeScale', 0, 'timeScale is 0'],
    ['segments.0.steps', 2 ** 30, 'segments[0].steps is'],
    ['segments.1.index', 0, 'segments[1].index is 0'],
    [`cores.${neurons}.chip`, 99, `cores[${neurons}].chip is 99`],
    [`cores.${neurons}.processor`, 17, `cores[${neurons}].processor is 17`],
    [`cores.${neurons}.segment`, 9, `cores[${neurons}].segment is 9`],
    [`cores.${neurons}.start`, 3, `cores[${neurons}].window is not that of its image`],
    [`cores.${neurons}.firstNeuron`, 3, 'has a slice from neuron 3'],
    [`cores.${neurons}.role`, 'readout', 'has the role readout'],
    [`cores.${software}.records.0.steps`, 0, 'records[0].steps is 0'],
    [`cores.${software}.records.0.stream`, 'features', `operations[0].source is`],
    [`cores.${software}.operations.${attention}.heads`, 3, `.heads are 3`],
    [`cores.${software}.sends.0.steps`, 1000, 'sends[0].steps is 1000'],
    [`cores.${software}.sends.0.size`, 3, 'sends[0].stream is'],
    [`cores.${rotary}.operations.0.partnerOf.1`, 99, 'partnerOf[1] is 99'],
    [`cores.${rotary}.operations.0.direct`, new Int32Array(3), 'direct.length is 3'],
    [`cores.${rotary}.operations.1.permutation.0`, -1, 'permutation[0] is -1'],
    ['routing.0.chip', 77, 'routing[0].chip is 77'],
    ['routing.0.entries.0.route', 2 ** 30, 'routing[0].entries, route is'],
    ['routing.0.entries', [], 'which matches no entry on the chip it starts from'],
    ['readout.classes', 7, 'population logits has 3 neurons'],
    ['readout.population', 'nobody', 'population logits has the role readout'],
  ] as const)('with %s = %s is refused', (path, value, message) => {
    expect(refusal(program)).toBeNull();
    expect(refusal(replaceAt(program, path, value)) ?? 'accepted').toContain(message);
  });
});
