export { checkSchema, type JsonSchema } from './check-schema.ts';
export { checkVolume } from './check-volume.ts';
export { formatJson } from './format-json.ts';
export { loadMapping, PROGRAM_SCHEMA } from './load.ts';
export { readVersionedJson } from './read-json.ts';
export { ARRAYS_FILE, PROGRAM_FILE, saveMapping } from './save.ts';
export { decodeTyped, encodeTyped } from './typed-fields.ts';
