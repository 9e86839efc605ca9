import type { ChipModel } from '../../ir/chip-model.ts';
import type { EmittedFile } from '../../ir/files.ts';
import type { CoreProgram, Mapping } from '../../ir/mapping.ts';
import { encodeTyped, formatJson } from '../../ir/mapping-io/index.ts';
import { CHIP_FILES_VERSION } from './schema/chip-files.ts';

export const INDEX_FILE = 'chip/index.json';
/** The chip model that the program was made for, so that a folder can be simulated on its own. */
export const CHIP_MODEL_FILE = 'chip/chip-model.json';

const coreFile = (core: number): string => `core-${String(core).padStart(3, '0')}.json`;

/** The mapping as files under chip/, arrays as plain integers: an index, one file for each core, and the chip model. */
export function emitFiles(mapping: Mapping, chip: ChipModel): readonly EmittedFile[] {
  const { program, target, model, scaleRule, placement } = mapping;
  const { kind, segments, cores, embedded, readout, gradedPayloadBits } = program;
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
    segments,
    embedded,
  };
  return [
    { path: INDEX_FILE, content: toJson(index) },
    ...cores.map((core) => ({ path: `chip/${coreFile(core.core)}`, content: toJson(coreContents(core)) })),
    { path: CHIP_MODEL_FILE, content: formatJson(chip) },
  ];
}

function coreContents({ chip: _chip, tile: _tile, slot: _slot, ...contents }: CoreProgram) {
  return { version: CHIP_FILES_VERSION, ...contents };
}

const toJson = (value: unknown): string => formatJson(encodeTyped(value, (array) => Array.from(array)));
