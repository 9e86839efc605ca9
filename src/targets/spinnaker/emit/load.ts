import { failure } from '../../../diagnostics/index.ts';
import { MAPPING_VERSION, type Mapping } from '../../../ir/mapping.ts';
import { checkSchema, decodeTyped, readVersionedJson } from '../../../ir/mapping-io/index.ts';
import { requireFile } from '../../../ir/mapping-io/read-json.ts';
import type { SpinnakerChip } from '../../../ir/spinnaker-chip.ts';
import type { SpinnakerModel } from '../../../ir/spinnaker-neuron.ts';
import type { NeuronProgram, SoftwareProgram, SpinnakerCoreProgram, SpinnakerProgram } from '../../../ir/spinnaker-program.ts';
import { decodeCore } from '../images/decode.ts';
import { SOFTWARE_SCHEMA, SPINNAKER_FILES_VERSION, SPINNAKER_INDEX_SCHEMA } from './chip-files.ts';
import { INDEX_FILE } from './emit.ts';
import { readRouting } from './routing-file.ts';

type NeuronEntry = Omit<NeuronProgram, 'image'> & { readonly file: string; readonly model: SpinnakerModel; readonly address: number };
type SoftwareEntry = Pick<SoftwareProgram, 'kind' | 'chip' | 'processor'> & { readonly file: string };
type SoftwareFile = Omit<SoftwareProgram, 'kind' | 'chip' | 'processor'> & { readonly version: number };

/** chip/index.json, once it has passed its schema. */
interface IndexFile extends Pick<Mapping, 'target' | 'model' | 'scaleRule' | 'placement'>, Omit<SpinnakerProgram, 'cores' | 'routing'> {
  readonly cores: readonly (NeuronEntry | SoftwareEntry)[];
  readonly routing: readonly { readonly chip: number; readonly file: string }[];
}

/**
 * The mapping that `emitFiles` wrote, from the files under chip/ alone. Rejects with `program-missing` (all missing files at once),
 * `version-unsupported` or `program-malformed`. That it is a program its machine can run is checked by the simulator.
 */
export async function loadFiles(files: ReadonlyMap<string, Uint8Array>, chip: SpinnakerChip): Promise<Mapping<SpinnakerProgram>> {
  const json = readVersionedJson(files, INDEX_FILE, SPINNAKER_FILES_VERSION);
  await checkSchema(json, SPINNAKER_INDEX_SCHEMA, INDEX_FILE);
  // Its arrays are plain ones.
  const index = json as unknown as IndexFile;
  if (index.target !== chip.name) {
    throw failure('program-malformed', `the program was compiled for ${index.target}, not for ${chip.name}`, {
      places: [{ file: INDEX_FILE, item: 'target' }],
    });
  }
  requireAll(index, files);
  const cores: SpinnakerCoreProgram[] = [];
  for (const entry of index.cores) {
    cores.push(entry.kind === 'neurons' ? loadNeurons(entry, files) : await loadSoftware(entry, files));
  }
  const routing = index.routing.map(({ chip: on, file }) => {
    const path = `chip/${file}`;
    return { chip: on, entries: readRouting(requireFile(files, path), path) };
  });
  const { kind, machine, timeScale, segments, readout, resolution, target, model, scaleRule, placement } = index;
  const program: SpinnakerProgram = { kind, machine, timeScale, segments, cores, routing, readout, resolution };
  return { version: MAPPING_VERSION, target, model, program, placement, scaleRule };
}

function requireAll({ cores, routing }: IndexFile, files: ReadonlyMap<string, Uint8Array>): void {
  const wanted = [...cores, ...routing].map(({ file }) => `chip/${file}`);
  const missing = wanted.filter((path) => !files.has(path));
  if (missing.length === 0) return;
  throw failure('program-missing', `${missing.length} of ${wanted.length} files of cores and routing tables are not there`, {
    places: missing.slice(0, 10).map((file) => ({ file })),
    notes: [`${INDEX_FILE} lists them`],
  });
}

function loadNeurons({ file, model, address, ...core }: NeuronEntry, files: ReadonlyMap<string, Uint8Array>): NeuronProgram {
  const path = `chip/${file}`;
  return { ...core, image: decodeCore(requireFile(files, path), address, model, path) };
}

async function loadSoftware({ file, ...core }: SoftwareEntry, files: ReadonlyMap<string, Uint8Array>): Promise<SoftwareProgram> {
  const path = `chip/${file}`;
  const json = readVersionedJson(files, path, SPINNAKER_FILES_VERSION);
  await checkSchema(json, SOFTWARE_SCHEMA, path);
  const { version: _, ...streams } = decodeTyped(json) as SoftwareFile;
  return { ...core, ...streams };
}
