import { type Basis, CHIP_MODEL_VERSION, type ChipModel, type Figure, type Limit } from '../../../ir/chip-model.ts';

/** Costs of Loihi 1, borrowed: nobody has published those of Loihi 2. */
const borrowed = <Unit extends string>(value: number, unit: Unit, source = 'davies2018', note?: string): Figure<Unit> => ({
  value,
  unit,
  basis: 'proxy',
  source,
  ...(note === undefined ? {} : { note }),
});

const unknownEnergy = (note: string): Figure<'J'> => ({ value: null, unit: 'J', basis: 'assumed', source: 'none', note });

const limit = (value: number, unit: Limit['unit'], basis: Basis, source: string, note?: string): Limit => ({
  value,
  unit,
  basis,
  source,
  ...(note === undefined ? {} : { note }),
});

const PRE_SILICON = 'Loihi 1 at 0.75 V, pre-silicon SDF and SPICE estimates that the authors call consistent with early silicon';
const LEARNING = 'Loihi 1, one pairwise STDP update, taken for one coincidence written into a fast weight';

/** Loihi 2 (Oheo Gulch: one chip). What Intel has not published is borrowed from Loihi 1 (`proxy`), declared (`assumed`) or null. */
export const LOIHI2: ChipModel = {
  version: CHIP_MODEL_VERSION,
  name: 'loihi2',
  family: 'loihi',
  description: 'Intel Loihi 2, one chip. Energy and time per event are those of Loihi 1 (loihi1-davies2018): Loihi 2 has none published.',
  sources: {
    davies2018: {
      title: 'loihi1-davies2018: Loihi: A Neuromorphic Manycore Processor with On-Chip Learning, Table 2',
      reference: 'Davies et al., IEEE Micro 38(1), 82-99, 2018, doi 10.1109/MM.2018.112130359',
    },
    frady2020: {
      title: 'Neuromorphic Nearest-Neighbor Search Using Intel’s Pohoiki Springs, Table 1',
      reference: 'Frady et al., NICE 2020, doi 10.1145/3381755.3398695',
    },
    brief2021: {
      title: 'Taking Neuromorphic Computing to the Next Level with Loihi 2, technology brief',
      reference: 'Intel Labs, 2021 [R: known from secondary pages, the brief itself was not read again]',
    },
    openNeuromorphic: { title: 'Loihi 2 hardware page', reference: 'open-neuromorphic.org, Neuromorphic Hardware Guide' },
    halaPoint: {
      title: 'Hala Point: 140 544 cores on 1152 chips',
      reference: 'Intel, April 2024, as quoted by aiwiki.ai/wiki/intel_loihi',
    },
    lava: { title: 'Lava, fixed-point process models', reference: 'github.com/lava-nc/lava at b6822fb' },
    nengoLoihi: { title: 'NengoLoihi, limits and register formats of Loihi 1', reference: 'github.com/nengo/nengo-loihi at e564f66' },
    sanaFe: { title: 'SANA-FE, arch/loihi.yaml', reference: 'github.com/SLAM-Lab/SANA-FE at 8951ab0' },
    none: { title: 'Not published', reference: 'no public figure was found' },
    spikec: { title: 'Assumption of spikec', reference: 'docs/energy-model.md' },
  },
  geometry: {
    coresPerChip: 120,
    coresPerTile: 4,
    columns: 8,
    rows: 4,
    embeddedProcessors: 6,
    linkBuffer: limit(16, 'count', 'assumed', 'sanaFe', 'SANA-FE’s value for Loihi 1; the real depth is unpublished'),
    source: 'halaPoint',
    note:
      '128 cores announced (openNeuromorphic); 120 usable in later papers and systems, Hala Point has 122 a chip. ' +
      'The tiles are those of Loihi 1 as SANA-FE lays them out (8 x 4 of 4 cores): Loihi 2 has no published floor plan',
  },
  limits: {
    chips: limit(1, 'count', 'published', 'lava', 'Oheo Gulch has one chip (magma/core/resources.py)'),
    compartmentsPerCore: limit(8192, 'count', 'published', 'brief2021', '[R] secondary pages: up to 8192, memory permitting'),
    memoryPerCore: limit(
      192 * 1024,
      'byte',
      'published',
      'brief2021',
      '[R] secondary pages: 192 KB, split freely between synapses, neuron state, microcode and routing',
    ),
    inputAxonsPerCore: limit(4096, 'count', 'assumed', 'davies2018', 'Loihi 1; no figure for Loihi 2 is public'),
    outputAxonsPerCore: limit(4096, 'count', 'assumed', 'davies2018', 'Loihi 1; no figure for Loihi 2 is public'),
    synapticDelay: limit(63, 'step', 'published', 'lava', '6 bits; beyond the step that every hop takes'),
    weightBits: limit(
      8,
      'bit',
      'published',
      'lava',
      'magnitude; a sign beside it, then the lowest bit is lost: -256..254 in steps of 2, or 0..255',
    ),
    stateBits: limit(24, 'bit', 'published', 'lava', 'u and v, sign included'),
    thresholdMantissaBits: limit(17, 'bit', 'published', 'lava', 'threshold = mantissa * 64'),
    biasMantissaBits: limit(13, 'bit', 'published', 'lava', 'sign included: -4095..4095'),
    biasExponent: limit(7, 'count', 'published', 'lava', '3 bits'),
    weightExponent: limit(
      7,
      'count',
      'published',
      'nengoLoihi',
      'Loihi 1: -7..7; negative ones are used where they leave every weight whole',
    ),
    gradedPayloadBits: limit(24, 'bit', 'published', 'lava', 'sign included, as Lava’s 24-bit ports carry it; the brief says up to 32 [R]'),
    fastWeightMax: limit(255, 'count', 'assumed', 'spikec', 'an 8-bit excitatory weight; writes beyond it saturate'),
  },
  memory: {
    bitsPerCompartment: limit(
      160,
      'bit',
      'assumed',
      'spikec',
      'u 24, v 24, two accumulators of 24; bias 13 + 3, profile indices 13 + 13, output pointer 13, rounded up to 64; accumulators of longer delays are not charged: their RAM is unpublished',
    ),
    bitsPerInputAxon: limit(
      32,
      'bit',
      'assumed',
      'spikec',
      'start of a synapse list, and what is added to its targets; the word format is unpublished',
    ),
    bitsPerOutputAxon: limit(32, 'bit', 'assumed', 'spikec', 'one 32-bit message (chip, core, axon), as on Loihi 1'),
    bitsPerSynapseBlock: limit(
      64,
      'bit',
      'assumed',
      'spikec',
      'format 4, length 6, target, delay and exponent, and rounding up to a 64-bit word, as on Loihi 1 (nengo-loihi block.py)',
    ),
    bitsPerFastWeight: limit(16, 'bit', 'assumed', 'spikec', 'an 8-bit weight and its trace or tag'),
  },
  sharedLists: {
    axonBase: limit(
      8191,
      'count',
      'assumed',
      'spikec',
      'any compartment of the core; convolutions with shared weights are native (lava, process/conv), how far their lists shift is not public',
    ),
  },
  operations: {
    rotary: 'embedded',
    reorder: 'embedded',
    fastWeights: 'plasticity',
    gate: 'core',
    gradedSpikes: true,
    windows: 'core',
    // Neurons are programs in microcode (brief2021), which compare and reset as they are written. What an update costs is not known for any
    // program: one that subtracts is taken to cost what one that sets to 0 does.
    ties: true,
    softReset: true,
  },
  energy: {
    neuronUpdateActive: borrowed(81e-12, 'J', 'davies2018', PRE_SILICON),
    neuronUpdateInactive: borrowed(52e-12, 'J', 'davies2018', PRE_SILICON),
    synapticEvent: borrowed(23.6e-12, 'J', 'davies2018', `${PRE_SILICON}; the published minimum`),
    fastWeightUpdate: borrowed(120e-12, 'J', 'davies2018', `${LEARNING}; ${PRE_SILICON}`),
    spikeInTile: borrowed(1.7e-12, 'J', 'davies2018', PRE_SILICON),
    hopHorizontal: borrowed(3.0e-12, 'J', 'davies2018', PRE_SILICON),
    hopVertical: borrowed(4.0e-12, 'J', 'davies2018', `${PRE_SILICON}; SANA-FE has 4.2 pJ`),
    barrier: unknownEnergy('Davies 2018 gives the time of a barrier, not its energy'),
    embeddedOperation: unknownEnergy('nobody has published what the embedded x86 processors draw for an operation'),
    inputSpike: unknownEnergy('nobody has published the energy of host input and output'),
    chipCrossing: unknownEnergy('nobody has published what a spike costs on the links between chips'),
    staticPowerPerChip: borrowed(0.104, 'W', 'frady2020', 'Loihi 1: 3.34 W of 32 chips, supply voltage not stated'),
  },
  time: {
    neuronUpdateActive: borrowed(8.4e-9, 's', 'davies2018', PRE_SILICON),
    neuronUpdateInactive: borrowed(5.3e-9, 's', 'davies2018', PRE_SILICON),
    synapticEvent: borrowed(3.5e-9, 's', 'davies2018', `${PRE_SILICON}; the published maximum`),
    fastWeightUpdate: borrowed(6.1e-9, 's', 'davies2018', `${LEARNING}; ${PRE_SILICON}`),
    spikeInTile: borrowed(2.1e-9, 's', 'davies2018', PRE_SILICON),
    hopHorizontal: borrowed(4.1e-9, 's', 'davies2018', PRE_SILICON),
    hopVertical: borrowed(6.5e-9, 's', 'davies2018', PRE_SILICON),
    barrierOneTile: borrowed(113e-9, 's', 'davies2018', PRE_SILICON),
    barrierAllTiles: borrowed(465e-9, 's', 'davies2018', `32 tiles; ${PRE_SILICON}; SANA-FE calibrates 0.6 to 1.8 us`),
    embeddedOperation: {
      value: 50e-9,
      unit: 's',
      basis: 'assumed',
      source: 'spikec',
      note: 'unpublished; about 20 cycles of a small in-order x86 core at 400 MHz: load, index, table look-up, store to memory or mesh',
    },
    chipCrossing: {
      value: 0.24e-6,
      unit: 's',
      basis: 'assumed',
      source: 'spikec',
      note: 'unpublished; the 14.3 us barrier of 256 Loihi 1 chips, spread over the 60 chip borders that a sweep down and up a 16 x 16 array crosses',
    },
    barrierChips: borrowed(14.3e-6, 's', 'frady2020', '256 Loihi 1 chips (16.2 us for 768); taken for any number of chips above one'),
  },
};
