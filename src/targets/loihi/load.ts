import { failure } from '../../diagnostics/index.ts';
import type { ChipModel } from '../../ir/chip-model.ts';
import {
  type CoreProgram,
  type Injection,
  type LoihiProgram,
  MAPPING_VERSION,
  type Mapping,
  type SegmentProgram,
} from '../../ir/mapping.ts';
import { checkSchema, checkVolume, decodeTyped, readVersionedJson } from '../../ir/mapping-io/index.ts';
import { INDEX_FILE } from './emit.ts';
import type { CoreImage } from './images/core-image.ts';
import { finishCore, type ReadCore, readCore } from './images/read-core.ts';
import { type Destinations, locateCores, type RouteImages, readRoutes } from './images/routes.ts';
import { CHIP_FILES_VERSION, CORE_SCHEMA, INDEX_SCHEMA } from './schema/chip-files.ts';

/** chip/index.json, once it has passed its schema. */
interface IndexFile extends Pick<Mapping, 'target' | 'model' | 'scaleRule' | 'placement'>, Omit<LoihiProgram, 'cores' | 'segments'> {
  readonly cores: readonly (Pick<CoreProgram, 'chip' | 'tile' | 'slot'> & { readonly file: string })[];
  readonly segments: readonly SegmentFile[];
}

interface SegmentFile extends Omit<SegmentProgram, 'injections'> {
  readonly injections: readonly (Omit<Injection, 'routes'> & { readonly routes: RouteImages })[];
}

/**
 * The mapping that `emitFiles` wrote, from the files under chip/ alone. Rejects with `program-missing`, `version-unsupported` or
 * `program-malformed`, which name file, section and word; missing core files all at once. That indices point where something is, and
 * registers are within the chip's limits, is checked by the simulator, which has to hold against any program.
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
  const read: ReadCore[] = [];
  for (const { file } of index.cores) {
    const path = `chip/${file}`;
    read.push(readCore(await loadCore(files, path, read.length), chip, path));
  }
  const to: Destinations = {
    coreAt: locateCores(index.cores, chip, { file: INDEX_FILE, item: 'cores' }),
    axonOf: read.map((core) => core.axonOf),
    cores: read,
  };
  const cores = read.map((core, i) => finishCore(core, siteOf(index.cores[i]), to, chip));
  const segments = index.segments.map((segment, s) => segmentOf(segment, `segments[${s}]`, to, chip));
  const { kind, target, model, scaleRule, placement, embedded, readout, gradedPayloadBits } = index;
  const program: LoihiProgram = { kind, segments, cores, embedded, readout, gradedPayloadBits };
  checkVolume(program, INDEX_FILE);
  return { version: MAPPING_VERSION, target, model, program, placement, scaleRule };
}

const siteOf = ({ chip, tile, slot }: IndexFile['cores'][number]) => ({ chip, tile, slot });

function segmentOf({ injections, ...segment }: SegmentFile, item: string, to: Destinations, chip: ChipModel): SegmentProgram {
  return {
    ...segment,
    injections: injections.map(({ routes, ...injection }, i) => {
      const at = `${item}.injections[${i}].routes`;
      const listOf = (source: number) => ({ file: INDEX_FILE, item: `${at}.lists[${source}]` });
      const where = { listOf, axons: { file: INDEX_FILE, item: `${at}.axons` } };
      // The embedded processor keeps them in its own memory.
      return { ...injection, routes: readRoutes(routes, to, Number.POSITIVE_INFINITY, chip, where) };
    }),
  };
}

function requireAll(index: IndexFile, files: ReadonlyMap<string, Uint8Array>): void {
  const missing = index.cores.map(({ file }) => `chip/${file}`).filter((path) => !files.has(path));
  if (missing.length === 0) return;
  throw failure('program-missing', `${missing.length} of ${index.cores.length} core files are not there`, {
    places: missing.slice(0, 10).map((file) => ({ file })),
    notes: [`${INDEX_FILE} lists them`],
  });
}

async function loadCore(files: ReadonlyMap<string, Uint8Array>, path: string, position: number): Promise<CoreImage> {
  const json = readVersionedJson(files, path, CHIP_FILES_VERSION);
  await checkSchema(json, CORE_SCHEMA, path);
  const core = json as CoreImage;
  if (core.core !== position) {
    throw failure('program-malformed', `${path} holds core ${core.core}`, {
      places: [{ file: path, item: 'core' }],
      notes: [`${INDEX_FILE} lists it as core ${position}`],
    });
  }
  return core;
}
