import { CHIP_MODEL_VERSION } from '../../../ir/chip-model.ts';
import type { SpinnakerChip } from '../../../ir/spinnaker-chip.ts';
import { cost, SPINNAKER1_CORE } from '../partition/core-costs.ts';
import { KERAS_SPIKING, SHARP_2012, STROMATIAS_2013, STROMATIAS_2013_ABOVE_IDLE } from './event-prices.ts';

const MACHINE = 'SpiNNMachine version_spin1.py at fe5a06a2 (2026-06-16)';
const BOARDS = 'SpiNNMachine version_3.py and version_5.py at fe5a06a2 (2026-06-16)';

/** SpiNNaker 1 on whole boards, with sPyNNaker's neurons and software of our own for the rest. */
export const SPINNAKER1: SpinnakerChip = {
  version: CHIP_MODEL_VERSION,
  name: 'spinnaker1',
  family: 'spinnaker',
  description:
    'SpiNNaker 1 (Manchester): ARM cores, multicast packets, on a board of 4 chips, of 48, or tori of boards. Cycles are assumptions; energy by Manchester’s own model.',
  chip: {
    coresPerChip: cost(16, 'count', `${MACHINE}: 18, of which SCAMP and a system monitor take one each; some chips have 17`),
    boards: cost(1200, 'count', 'the machine of a million cores, 57,600 chips', 'MEM'),
    routerEntries: cost(1023, 'count', `${MACHINE}: n_router_entries, one of 1024 is the system’s`),
    sdramBytes: cost(123_469_792, 'byte', `${MACHINE}: usable, of 128 MiB`),
    delaySteps: cost(
      64,
      'step',
      '6 bits of a synaptic word, the ring buffer of 128 neurons with two synapse types; longer ones by relays',
      'INF',
    ),
    timestep: cost(1e-3, 'second', 'SpiNNFrontEndCommon spinnaker.cfg: default tick of 1000 us, times the time-scale factor'),
  },
  core: SPINNAKER1_CORE,
  software: {
    recordCycles: cost(200, 'cycle', 'interrupt, search of the key and one bit of a bitmap, without a DMA', 'INF'),
    sendCycles: cost(150, 'cycle', 'one value of a buffered step found, its key made and sent, throttled', 'INF'),
    rotaryCycles: cost(40, 'cycle', 'four loads, two multiplications, an addition and a store for each value of a buffered clip', 'INF'),
    reorderCycles: cost(20, 'cycle', 'an index, a load and a store for each value of a buffered clip', 'INF'),
    attentionCycles: cost(12, 'cycle', 'a load, an addition and a store for each coincidence written and each cell read', 'INF'),
  },
  energy: {
    idleChip: cost(0.35, 'W', `${MACHINE}: WATTS_PER_IDLE_CHIP`),
    idleBoard4: cost(3.56, 'W', `${BOARDS}: a board of 4 chips, idle`),
    idleBoard48: cost(26.84, 'W', `${BOARDS}: a board of 48 chips, idle; a box around it takes 5.04 W more, a frame of boards 117 W`),
    activeCore: cost(0.034, 'W', `${MACHINE}: WATTS_PER_CORE_ACTIVE_OVERHEAD, (59.38 W - 31.88 W) over 806 cores`),
    packet: cost(1e-9, 'J', `${MACHINE}: 40 bits of 25 pJ, counted at every router`),
    packetWithPayload: cost(1.8e-9, 'J', `${MACHINE}: 72 bits of 25 pJ, counted at every router`),
  },
  alternatives: [SHARP_2012, KERAS_SPIKING, STROMATIAS_2013_ABOVE_IDLE, STROMATIAS_2013],
};
