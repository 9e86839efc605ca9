import { type Basis, CHIP_MODEL_VERSION, type ChipModel, type Figure, type Limit } from '../../../ir/chip-model.ts';

const figure = <Unit extends string>(value: number | null, unit: Unit, basis: Basis, source: string, note: string): Figure<Unit> => ({
  value,
  unit,
  basis,
  source,
  note,
});

const limit = (value: number, unit: Limit['unit'], basis: Basis, source: string, note: string): Limit => ({
  value,
  unit,
  basis,
  source,
  note,
});

const PRE_SILICON = '0.75 V, pre-silicon SDF and SPICE estimates that the authors call consistent with early silicon';
const energy = (value: number, note = PRE_SILICON): Figure<'J'> => figure(value, 'J', 'published', 'davies2018', note);
const time = (value: number, note = PRE_SILICON): Figure<'s'> => figure(value, 's', 'published', 'davies2018', note);
const unknownEnergy = (note: string): Figure<'J'> => figure(null, 'J', 'assumed', 'none', note);
const own = 'a table of its own: not charged to the synapse memory';

/** Loihi 1 (2018), up to a board of 32 chips. Costs are those its authors published; tables and formats as the public compilers know them. */
export const LOIHI1: ChipModel = {
  version: CHIP_MODEL_VERSION,
  name: 'loihi1',
  family: 'loihi',
  description:
    'Intel Loihi (2018): binary spikes, fixed tables, pairwise plasticity. Energy and time per event as published (pre-silicon estimates).',
  sources: {
    davies2018: {
      title: 'Loihi: A Neuromorphic Manycore Processor with On-Chip Learning, Table 2 and the mapping constraints',
      reference: 'Davies et al., IEEE Micro 38(1), 82-99, 2018, doi 10.1109/MM.2018.112130359',
    },
    frady2020: {
      title: 'Neuromorphic Nearest-Neighbor Search Using Intel’s Pohoiki Springs, Table 1 and p. 5',
      reference: 'Frady et al., NICE 2020, doi 10.1145/3381755.3398695',
    },
    nengoLoihi: { title: 'NengoLoihi, limits and register formats', reference: 'github.com/nengo/nengo-loihi at e564f66' },
    nxtf: { title: 'NXTF, layer partitioner for Loihi', reference: 'github.com/intel-nrc-ecosystem/models, nxsdk_modules_ncl/dnn' },
    brian2Loihi: { title: 'Brian2Loihi emulator', reference: 'github.com/sagacitysite/brian2_loihi at 9ac5842' },
    lava: { title: 'Lava, fixed-point process models', reference: 'github.com/lava-nc/lava at b6822fb' },
    sanaFe: { title: 'SANA-FE, arch/loihi.yaml', reference: 'github.com/SLAM-Lab/SANA-FE at 8951ab0' },
    none: { title: 'Not published', reference: 'no public figure was found' },
    spikec: { title: 'Assumption of spikec', reference: 'docs/targets/loihi1.md' },
  },
  geometry: {
    coresPerChip: 128,
    coresPerTile: 4,
    columns: 8,
    rows: 4,
    embeddedProcessors: 3,
    linkBuffer: limit(16, 'count', 'assumed', 'sanaFe', 'SANA-FE’s value for Loihi 1; the real depth is unpublished'),
    source: 'davies2018',
    note: '128 cores and 3 x86 processors; 32 tiles follow from its barrier figures, their 8 x 4 layout is SANA-FE’s',
  },
  limits: {
    chips: limit(32, 'count', 'published', 'frady2020', 'one board; the mesh protocol reaches 16384 chips (Davies 2018)'),
    compartmentsPerCore: limit(1024, 'count', 'published', 'davies2018', 'fewer where delays are long, see tables.delayBits'),
    memoryPerCore: limit(128 * 1024, 'byte', 'published', 'davies2018', 'synapse memory: 16384 words of 64 bits'),
    inputAxonsPerCore: limit(4096, 'count', 'published', 'davies2018', 'distribution lists'),
    outputAxonsPerCore: limit(4096, 'count', 'published', 'davies2018', 'one for each destination core of a compartment'),
    synapticDelay: limit(62, 'step', 'published', 'brian2Loihi', '6 bits; beyond the step that every hop takes'),
    weightBits: limit(
      8,
      'bit',
      'published',
      'davies2018',
      'magnitude; a sign beside it, then the lowest bit is lost: -256..254 in steps of 2, or 0..255, or -255..0',
    ),
    stateBits: limit(24, 'bit', 'published', 'nengoLoihi', 'u and v, sign included'),
    thresholdMantissaBits: limit(17, 'bit', 'published', 'nengoLoihi', 'threshold = mantissa * 64'),
    biasMantissaBits: limit(13, 'bit', 'published', 'nengoLoihi', 'sign included: -4095..4095'),
    biasExponent: limit(7, 'count', 'published', 'nengoLoihi', '3 bits'),
    weightExponent: limit(7, 'count', 'published', 'nengoLoihi', '-7..7; negative ones are used where they leave every weight whole'),
    gradedPayloadBits: limit(1, 'bit', 'published', 'davies2018', 'a spike carries nothing but its axon'),
    fastWeightMax: limit(255, 'count', 'published', 'davies2018', 'a plastic weight of 8 bits, excitatory; writes beyond it saturate'),
  },
  memory: {
    bitsPerCompartment: limit(0, 'bit', 'published', 'davies2018', own),
    bitsPerInputAxon: limit(0, 'bit', 'published', 'davies2018', own),
    bitsPerOutputAxon: limit(0, 'bit', 'published', 'davies2018', own),
    bitsPerSynapseBlock: limit(
      0,
      'bit',
      'published',
      'nxtf',
      'entries of the synapse memory are counted word by word, see docs/targets/loihi1.md',
    ),
    bitsPerFastWeight: limit(8, 'bit', 'published', 'davies2018', 'a synapse like any other, without tag'),
  },
  tables: {
    wordsPerSynapseList: limit(256, 'count', 'published', 'nxtf', 'words of 64 bits'),
    synapsesPerEntry: limit(64, 'count', 'published', 'nengoLoihi', 'a field of 6 bits; NXTF limits itself to 60'),
    synapseFormats: limit(
      15,
      'count',
      'published',
      'nxtf',
      '16 registers, the first is not used; NXTF limits itself to 7, nengo-loihi to 8',
    ),
    compartmentProfiles: limit(32, 'count', 'published', 'nengoLoihi', 'decays, refractory delay'),
    thresholdProfiles: limit(8, 'count', 'published', 'nengoLoihi', 'two of its files disagree: 8 or 16'),
    delayBits: limit(3, 'bit', 'published', 'davies2018', 'up to 6 steps with all compartments; each further bit halves them [R]'),
    axonsPerPlasticAxon: limit(2, 'count', 'published', 'nengoLoihi', 'block.py'),
  },
  sharedLists: {
    axonBase: limit(
      255,
      'count',
      'published',
      'nengoLoihi',
      'cxBase, up to which axons share a synapse list; two of its files disagree: below 256, or up to 256',
    ),
  },
  populationAxons: {
    atoms: limit(32, 'count', 'published', 'nengoLoihi', '5 atom bits of a pop16 axon; the 4 more that it could take are not used'),
    baseStep: limit(4, 'count', 'published', 'nengoLoihi', 'the base of a pop16 axon is stored by four'),
    axonsPerCore: limit(1024, 'count', 'published', 'nengoLoihi', '10 axon bits in the message of a pop16 axon'),
  },
  bitPlanes: {
    countBits: limit(8, 'bit', 'assumed', 'spikec', 'counts up to 255; bins of 10 to 50 ms of the spoken digits hold up to 70'),
    valueBits: limit(17, 'bit', 'assumed', 'spikec', 'as many as 24-bit state leaves for a rotated current'),
  },
  operations: {
    rotary: 'embedded',
    reorder: 'embedded',
    fastWeights: 'plasticity',
    gate: 'core',
    gradedSpikes: false,
    windows: 'embedded',
  },
  energy: {
    neuronUpdateActive: energy(81e-12),
    neuronUpdateInactive: energy(52e-12),
    synapticEvent: energy(23.6e-12, `${PRE_SILICON}; the published minimum`),
    fastWeightUpdate: energy(120e-12, `${PRE_SILICON}; one pairwise STDP update, taken for one coincidence written into a weight`),
    spikeInTile: energy(1.7e-12),
    hopHorizontal: energy(3.0e-12),
    hopVertical: energy(4.0e-12, `${PRE_SILICON}; SANA-FE has 4.2 pJ`),
    barrier: unknownEnergy('Davies 2018 gives the time of a barrier, not its energy'),
    embeddedOperation: unknownEnergy('nobody has published what the embedded x86 processors draw for an operation'),
    inputSpike: unknownEnergy('nobody has published the energy of host input and output'),
    chipCrossing: unknownEnergy('nobody has published what a spike costs on the links between chips'),
    staticPowerPerChip: figure(0.104, 'W', 'published', 'frady2020', '3.34 W of 32 chips, supply voltage not stated'),
  },
  time: {
    neuronUpdateActive: time(8.4e-9),
    neuronUpdateInactive: time(5.3e-9),
    synapticEvent: time(3.5e-9, `${PRE_SILICON}; the published maximum`),
    fastWeightUpdate: time(6.1e-9),
    spikeInTile: time(2.1e-9),
    hopHorizontal: time(4.1e-9),
    hopVertical: time(6.5e-9),
    barrierOneTile: time(113e-9),
    barrierAllTiles: time(465e-9, `32 tiles; ${PRE_SILICON}; SANA-FE calibrates 0.6 to 1.8 us`),
    embeddedOperation: figure(
      50e-9,
      's',
      'assumed',
      'spikec',
      'unpublished; about 20 cycles of a small in-order x86 core at 400 MHz: load, index, table look-up, store to memory or mesh',
    ),
    chipCrossing: figure(
      0.24e-6,
      's',
      'assumed',
      'spikec',
      'unpublished; the 14.3 us barrier of 256 chips, spread over the 60 chip borders that a sweep down and up a 16 x 16 array crosses',
    ),
    barrierChips: figure(14.3e-6, 's', 'published', 'frady2020', '256 chips (16.2 us for 768); taken for any number of chips above one'),
  },
};
