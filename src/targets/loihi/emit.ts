import type { ChipModel } from '../../ir/chip-model.ts';
import type { EmittedFile } from '../../ir/files.ts';
import type { LoihiProgram, Mapping, SegmentProgram } from '../../ir/mapping.ts';
import { encodeTyped, formatJson } from '../../ir/mapping-io/index.ts';
import { registersOfAxons } from './images/input-axons.ts';
import { type AddressBook, writeRoutes } from './images/routes.ts';
import { writeCore } from './images/write-core.ts';
import { CHIP_FILES_VERSION } from './schema/chip-files.ts';

export const INDEX_FILE = 'chip/index.json';
/** The chip model that the program was made for, so that a folder can be simulated on its own. */
export const CHIP_MODEL_FILE = 'chip/chip-model.json';

const coreFile = (core: number): string => `core-${String(core).padStart(3, '0')}.json`;

/** The mapping as files under chip/: an index, the register image of each core, and the chip model. */
export function emitFiles(mapping: Mapping, chip: ChipModel): readonly EmittedFile[] {
  const { program, target, model, scaleRule, placement } = mapping;
  const { kind, segments, cores, embedded, readout, gradedPayloadBits } = program;
  const book = addressesOf(program, chip);
  const index = {
    version: CHIP_FILES_VERSION,
    kind,
    target,
    model,
    scaleRule,
    placement,
    gradedPayloadBits,
    readout,
    cores: cores.map(({ core, chip: chipIndex, tile, slot }) => ({ file: coreFile(core), chip: chipIndex, tile, slot })),
    segments: segments.map((segment) => segmentContents(segment, book, chip)),
    embedded,
  };
  return [
    { path: INDEX_FILE, content: toJson(index) },
    ...cores.map((core) => ({
      path: `chip/${coreFile(core.core)}`,
      content: toJson({ version: CHIP_FILES_VERSION, ...writeCore(core, book, chip) }),
    })),
    { path: CHIP_MODEL_FILE, content: formatJson(chip) },
  ];
}

const addressesOf = ({ cores }: LoihiProgram, chip: ChipModel): AddressBook => ({
  sites: cores,
  registers: cores.map((core) => registersOfAxons(core, chip)),
  cores,
});

/** What the embedded processor injects goes to output axons like those of the cores. */
const segmentContents = ({ injections, ...segment }: SegmentProgram, book: AddressBook, chip: ChipModel) => ({
  ...segment,
  injections: injections.map(({ routes, ...injection }) => ({ ...injection, routes: writeRoutes(routes, book, chip) })),
});

const toJson = (value: unknown): string => formatJson(encodeTyped(value, (array) => Array.from(array)));
