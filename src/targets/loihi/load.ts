import { failure } from '../../diagnostics/index.ts';
import type { ChipModel } from '../../ir/chip-model.ts';
import { type CoreProgram, type LoihiProgram, MAPPING_VERSION, type Mapping } from '../../ir/mapping.ts';
import { checkSchema, checkVolume, decodeTyped, readVersionedJson } from '../../ir/mapping-io/index.ts';
import { INDEX_FILE } from './emit.ts';
import { CHIP_FILES_VERSION, CORE_SCHEMA, INDEX_SCHEMA } from './schema/chip-files.ts';

/** chip/index.json, once it has passed its schema. */
interface IndexFile extends Pick<Mapping, 'target' | 'model' | 'scaleRule' | 'placement'>, Omit<LoihiProgram, 'cores'> {
  readonly cores: readonly (Pick<CoreProgram, 'chip' | 'tile' | 'slot'> & { readonly file: string })[];
}

type CoreFile = Omit<CoreProgram, 'chip' | 'tile' | 'slot'> & { readonly version: number };

/**
 * The mapping that `emitFiles` wrote, from the files under chip/ alone. Rejects with `program-missing`, `version-unsupported` or
 * `program-malformed`, which name file and field; missing core files all at once. That indices point where something is, and registers
 * are within the chip's limits, is checked by the simulator, which has to hold against any program.
 */
export async function loadFiles(files: ReadonlyMap<string, Uint8Array>, chip: ChipModel): Promise<Mapping> {
  const json = readVersionedJson(files, INDEX_FILE, CHIP_FILES_VERSION);
  await checkSchema(json, INDEX_SCHEMA, INDEX_FILE);
  const index = decodeTyped(json) as IndexFile;
  if (index.target !== chip.name) {
    throw failure('program-malformed', `the program was compiled for ${index.target}, not for ${chip.name}`, {
      places: [{ file: INDEX_FILE, item: 'target' }],
    });
  }
  requireAll(index, files);
  const cores: CoreProgram[] = [];
  for (const { file, chip: chipIndex, tile, slot } of index.cores) {
    const { version: _, ...contents } = await loadCore(files, `chip/${file}`, cores.length);
    cores.push({ ...contents, chip: chipIndex, tile, slot });
  }
  const { kind, target, model, scaleRule, placement, segments, embedded, readout, gradedPayloadBits } = index;
  const program: LoihiProgram = { kind, segments, cores, embedded, readout, gradedPayloadBits };
  checkVolume(program, INDEX_FILE);
  return { version: MAPPING_VERSION, target, model, program, placement, scaleRule };
}

function requireAll(index: IndexFile, files: ReadonlyMap<string, Uint8Array>): void {
  const missing = index.cores.map(({ file }) => `chip/${file}`).filter((path) => !files.has(path));
  if (missing.length === 0) return;
  throw failure('program-missing', `${missing.length} of ${index.cores.length} core files are not there`, {
    places: missing.slice(0, 10).map((file) => ({ file })),
    notes: [`${INDEX_FILE} lists them`],
  });
}

async function loadCore(files: ReadonlyMap<string, Uint8Array>, path: string, position: number): Promise<CoreFile> {
  const json = readVersionedJson(files, path, CHIP_FILES_VERSION);
  await checkSchema(json, CORE_SCHEMA, path);
  const core = decodeTyped(json) as CoreFile;
  if (core.core !== position) {
    throw failure('program-malformed', `${path} holds core ${core.core}`, {
      places: [{ file: path, item: 'core' }],
      notes: [`${INDEX_FILE} lists it as core ${position}`],
    });
  }
  return core;
}
