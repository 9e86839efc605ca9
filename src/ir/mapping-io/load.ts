import { failure } from '../../diagnostics/index.ts';
import { type ChipProgram, MAPPING_VERSION, type Mapping } from '../mapping.ts';
import { checkSchema, type JsonSchema } from './check-schema.ts';
import { checkVolume } from './check-volume.ts';
import { readVersionedJson, requireFile } from './read-json.ts';
import { ALIGNMENT, ARRAYS_FILE, PROGRAM_FILE } from './save.ts';
import {
  type ArrayForm,
  choice,
  constant,
  list,
  MODEL_FACTS,
  PAYLOAD_BITS,
  PLACEMENT_FIGURES,
  programParts,
  READOUT,
  record,
  text,
  total,
} from './schema.ts';
import { spinnakerProgram } from './spinnaker-schema.ts';
import { mapChildren, type TypedArray } from './typed-fields.ts';

const reference: ArrayForm = ({ minimum, maximum }) =>
  record({ type: choice(minimum === -(2 ** 15) ? 'int16' : maximum === 2 ** 32 - 1 ? 'uint32' : 'int32'), offset: total, length: total });

const parts = programParts(reference);

const LOIHI_PROGRAM = record({
  kind: constant('loihi'),
  segments: list(parts.segment),
  cores: list(record(parts.core)),
  embedded: list(parts.embedded),
  readout: READOUT,
  gradedPayloadBits: PAYLOAD_BITS,
});

/** Schema of program.json. */
export const PROGRAM_SCHEMA: JsonSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'spikec program.json: a network mapped to a chip; arrays lie in program.bin',
  ...record({
    version: constant(MAPPING_VERSION),
    target: text,
    model: MODEL_FACTS,
    program: {
      type: 'object',
      required: ['kind'],
      discriminator: { propertyName: 'kind' },
      oneOf: [LOIHI_PROGRAM, spinnakerProgram(reference, READOUT)],
    },
    placement: PLACEMENT_FIGURES,
    scaleRule: text,
  }),
};

interface ArrayReference {
  readonly type: 'int16' | 'int32' | 'uint32';
  readonly offset: number;
  readonly length: number;
}

/**
 * What `saveMapping` wrote, equal to the mapping that it was given. Rejects with `program-missing`, `version-unsupported` or
 * `program-malformed`, which name the file and the field. That the program is one its chip can run is for the simulator to check.
 */
export async function loadMapping(files: ReadonlyMap<string, Uint8Array>): Promise<Mapping<ChipProgram>> {
  const json = readVersionedJson(files, PROGRAM_FILE, MAPPING_VERSION);
  const bytes = requireFile(files, ARRAYS_FILE);
  await checkSchema(json, PROGRAM_SCHEMA, PROGRAM_FILE);
  const mapping = new ArrayReader(bytes).restore(json, '') as Mapping<ChipProgram>;
  if (mapping.program.kind === 'loihi') checkVolume(mapping.program, PROGRAM_FILE);
  return mapping;
}

/** Puts the arrays back in their places. Each part of the binary file may be used once: a small file cannot stand for a large program. */
class ArrayReader {
  private readonly view: DataView;
  private unread: number;

  constructor(bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.unread = bytes.byteLength;
  }

  restore(value: unknown, path: string): unknown {
    if (isReference(value)) return this.read(value, path);
    let index = 0;
    return mapChildren(value, (child, field) => this.restore(child, `${path === '' ? '' : `${path}.`}${field === '' ? index++ : field}`));
  }

  private read({ type, offset, length }: ArrayReference, item: string): TypedArray {
    const width = type === 'int16' ? 2 : 4;
    this.unread -= length * width;
    if (offset % ALIGNMENT !== 0 || offset + length * width > this.view.byteLength || this.unread < 0) {
      throw failure('program-malformed', `\`${item}\` is not in ${ARRAYS_FILE}: ${length} elements of ${width} bytes from byte ${offset}`, {
        places: [{ file: PROGRAM_FILE, item }],
        notes: [`${ARRAYS_FILE} has ${this.view.byteLength} bytes; arrays begin at multiples of ${ALIGNMENT} and do not overlap`],
      });
    }
    switch (type) {
      case 'int16':
        return Int16Array.from({ length }, (_, i) => this.view.getInt16(offset + 2 * i, true));
      case 'int32':
        return Int32Array.from({ length }, (_, i) => this.view.getInt32(offset + 4 * i, true));
      case 'uint32':
        return Uint32Array.from({ length }, (_, i) => this.view.getUint32(offset + 4 * i, true));
    }
  }
}

/** No other object of a program has these three fields. */
function isReference(value: unknown): value is ArrayReference {
  return typeof value === 'object' && value !== null && 'type' in value && 'offset' in value && 'length' in value;
}
