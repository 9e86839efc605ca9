import { describe, expect, it } from 'vitest';
import { dtcmBytes, dtcmOf } from '../../../src/targets/spinnaker/dtcm.ts';
import { assembleCore } from '../../../src/targets/spinnaker/images/assemble.ts';
import { plainContent, synapsesOf } from '../../support/spinnaker-cores.ts';

describe('DTCM of a core', () => {
  it('is half ring buffer at 256 neurons, two receptors and 32 delays', () => {
    const plan = {
      model: 'curr-exp',
      neurons: 256,
      tableEntries: 10,
      addresses: 12,
      directWords: 0,
      spikeQueue: 256,
      sends: true,
    } as const;
    const bytes = dtcmBytes({ ...plan, layout: { indexBits: 8, typeBits: 1, delayBits: 5 } });
    expect(bytes).toEqual({
      neurons: 256 * 16 * 4 + 16 + 48,
      ringBuffers: 32768,
      populationTable: 10 * 12 + 12 * 4,
      directMatrix: 0,
      packets: 1024 + 2 * 259 * 4,
      total: 16384 + 64 + 32768 + 168 + 1024 + 2072,
    });
  });

  it('counts what a core has', () => {
    const core = assembleCore(
      plainContent({
        keys: null,
        directBytesMax: 8,
        incoming: [
          {
            key: 0x10000,
            mask: 0xffff0000,
            cores: { mask: 1, shift: 8, neuronsPerCore: 1 },
            projections: [synapsesOf([[[0, 1, 1]], [[1, 1, 1]]]), synapsesOf([[], [[1, 1, 1]]])],
          },
        ],
      }),
      'core 0',
    );
    expect(dtcmOf(core)).toMatchObject({ neurons: 4 * 12 * 4 + 64, ringBuffers: 64, populationTable: 12 + 3 * 4, directMatrix: 8 });
  });
});
