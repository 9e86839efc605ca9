import type { ErrorObject, ValidateFunction } from 'ajv';
import { type Diagnostic, DiagnosticError, describeJson, diagnostic } from '../diagnostics/index.ts';
import { CHIP_MODEL_SCHEMA, type Schema } from './chip-model.schema.ts';
import type { AnyChip, ChipModel, CoreTables, Figure, Limit } from './chip-model.ts';
import { CHIP_MODEL_VERSION } from './chip-model.ts';
import { SPINNAKER_CHIP_SCHEMA } from './spinnaker-chip.schema.ts';
import type { SpinnakerChip } from './spinnaker-chip.ts';

/** A file that is wrong from top to bottom is told so without pages of it. */
const ERRORS_MAX = 50;

/**
 * A chip model from parsed JSON, checked against the schema; `file` is named in the errors. Throws all errors at once:
 * `version-unsupported`, `chip-missing-limit` (a limit or memory entry is not there), `chip-unit` (a figure in another unit than the
 * schema's), `chip-malformed` (anything else).
 */
export async function loadChipModel(json: unknown, file: string): Promise<ChipModel> {
  requireVersion(json, file);
  validator ??= await compileSchema<ChipModel>(CHIP_MODEL_SCHEMA);
  const chip = validated(json, validator, file);
  const problems = inconsistencies(chip, file);
  if (problems.length > 0) throw new DiagnosticError(problems.slice(0, ERRORS_MAX));
  return chip;
}

/** A chip of the family that the JSON names. Throws like `loadChipModel`. */
export async function loadChip(json: unknown, file: string): Promise<AnyChip> {
  if (typeof json !== 'object' || json === null || !('family' in json) || json.family !== 'spinnaker') return loadChipModel(json, file);
  requireVersion(json, file);
  spinnakerValidator ??= await compileSchema<SpinnakerChip>(SPINNAKER_CHIP_SCHEMA);
  return validated(json, spinnakerValidator, file);
}

function requireVersion(json: unknown, file: string): void {
  const version = versionOf(json);
  if (version !== undefined && version !== CHIP_MODEL_VERSION) {
    throw new DiagnosticError([
      diagnostic('version-unsupported', `the chip model has version ${describeJson(version)}`, {
        places: [{ file, item: 'version' }],
        notes: [`this spikec reads chip models of version ${CHIP_MODEL_VERSION}`],
        help: 'copy a built-in chip, `spikec targets loihi2 --json`, and carry your figures over',
      }),
    ]);
  }
}

function validated<Chip>(json: unknown, validate: ValidateFunction<Chip>, file: string): Chip {
  if (validate(json)) return json;
  throw new DiagnosticError((validate.errors ?? []).slice(0, ERRORS_MAX).map((error) => explain(error, file)));
}

/** Compiling a schema takes longer than all the rest. */
let validator: ValidateFunction<ChipModel> | null = null;
let spinnakerValidator: ValidateFunction<SpinnakerChip> | null = null;

async function compileSchema<Chip>(schema: Schema): Promise<ValidateFunction<Chip>> {
  const { Ajv } = await import('ajv');
  return new Ajv({ allErrors: true, verbose: true, allowUnionTypes: true }).compile<Chip>(schema);
}

function versionOf(json: unknown): unknown {
  return typeof json === 'object' && json !== null && 'version' in json ? json.version : undefined;
}

function explain(error: ErrorObject, file: string): Diagnostic {
  const item = error.instancePath.slice(1).replaceAll('/', '.');
  if (error.keyword === 'required') {
    const missing = [item, String(error.params.missingProperty)].filter((part) => part !== '').join('.');
    const code = /^(limits|memory)(\.[A-Za-z]+)?$/.test(missing) ? 'chip-missing-limit' : 'chip-malformed';
    return diagnostic(code, `\`${missing}\` is missing`, {
      places: [{ file, item: missing }],
      notes: ['every limit and every cost has to be stated'],
    });
  }
  if (error.keyword === 'const' && item.endsWith('.unit')) {
    const owner = item.slice(0, -'.unit'.length);
    const wanted = String(error.params.allowedValue);
    return diagnostic('chip-unit', `\`${owner}\` is given in ${describeJson(error.data)}; ${JSON.stringify(wanted)} is wanted`, {
      places: [{ file, item }],
      notes: ['figures are in SI units (J, W, s), limits in count, bit, byte or step'],
    });
  }
  const detail = error.keyword === 'additionalProperties' ? `: \`${String(error.params.additionalProperty)}\`` : '';
  const allowed = 'allowedValue' in error.params ? [`allowed: ${JSON.stringify(error.params.allowedValue)}`] : [];
  const choices = 'allowedValues' in error.params ? [`allowed: ${JSON.stringify(error.params.allowedValues)}`] : [];
  return diagnostic('chip-malformed', `${item === '' ? 'the chip model' : `\`${item}\``} ${error.message ?? 'is not valid'}${detail}`, {
    places: [{ file, item }],
    notes: [...allowed, ...choices],
  });
}

/** What a schema cannot say: sources exist, an unknown figure says why, and the cores have room on the tiles. */
function inconsistencies(chip: ChipModel, file: string): Diagnostic[] {
  const problems: Diagnostic[] = [];
  const report = (item: string, message: string, note: string): void => {
    problems.push(diagnostic('chip-malformed', message, { places: [{ file, item }], notes: [note] }));
  };
  const { limits, memory, tables = {}, sharedLists = {}, populationAxons = {}, bitPlanes = {}, energy, time } = chip;
  const groups: Readonly<Record<string, Readonly<Record<string, Figure<string> | Limit>>>> = {
    limits: { ...limits },
    geometry: chip.geometry.linkBuffer === undefined ? {} : { linkBuffer: chip.geometry.linkBuffer },
    memory: { ...memory },
    tables: { ...tables },
    sharedLists: { ...sharedLists },
    populationAxons: { ...populationAxons },
    bitPlanes: { ...bitPlanes },
    energy: { ...energy },
    time: { ...time },
  };
  for (const [group, entries] of Object.entries(groups)) {
    for (const [name, figure] of Object.entries(entries)) {
      const item = `${group}.${name}`;
      if (!Object.hasOwn(chip.sources, figure.source)) {
        report(
          item,
          `\`${item}\` names the source ${JSON.stringify(figure.source)}, which is not in \`sources\``,
          'every figure has a source',
        );
      }
      if (figure.value === null && figure.note === undefined) {
        report(item, `\`${item}\` has no value and no note`, 'a figure that nobody has published says so in `note`');
      }
    }
  }
  const { barrierByTiles } = time;
  if (barrierByTiles !== undefined && !climbs(barrierByTiles.steps)) {
    report(
      'time.barrierByTiles.steps',
      '`time.barrierByTiles.steps` does not begin with 1 tile and climb from there',
      '[[1, seconds], [tiles, seconds], …], tiles ascending and whole',
    );
  }
  const costs = {
    'energy.chipCrossing': energy.chipCrossing,
    'time.chipCrossing': time.chipCrossing,
    'time.barrierChips': time.barrierChips,
  };
  for (const [item, figure] of Object.entries(costs)) {
    if (limits.chips.value === 1 || figure !== undefined) continue;
    report(
      item,
      `\`${item}\` is missing, and \`limits.chips\` allows ${limits.chips.value} chips`,
      'several chips need costs between them',
    );
  }
  if (chip.tables !== undefined) {
    for (const [item, value, most] of wordFormatLimits(chip, chip.tables)) {
      if (value > most)
        report(item, `\`${item}\` is ${value}`, `at most ${most}: fields of a synapse memory with tables have no more bits`);
    }
  }
  const { coresPerChip, coresPerTile, columns, rows, source } = chip.geometry;
  if (coresPerChip > coresPerTile * columns * rows) {
    report(
      'geometry',
      `${coresPerChip} cores do not fit on ${columns} x ${rows} tiles of ${coresPerTile}`,
      'coresPerChip <= columns * rows * coresPerTile',
    );
  }
  if (source !== undefined && !Object.hasOwn(chip.sources, source)) {
    report(
      'geometry.source',
      `\`geometry\` names the source ${JSON.stringify(source)}, which is not in \`sources\``,
      'every figure has a source',
    );
  }
  return problems;
}

const climbs = (steps: readonly (readonly [number, number])[]): boolean =>
  steps.every(([from], i) => Number.isInteger(from) && (i === 0 ? from === 1 : from > steps[i - 1][0]));

/** What the words of a synapse memory can say; see src/targets/loihi/resources/synapse-words.ts. */
const wordFormatLimits = ({ limits }: ChipModel, tables: CoreTables): readonly (readonly [string, number, number])[] => [
  ['limits.weightBits', limits.weightBits.value, 8],
  ['limits.synapticDelay', limits.synapticDelay.value, 63],
  ['limits.compartmentsPerCore', limits.compartmentsPerCore.value, 4096],
  ['tables.synapsesPerEntry', tables.synapsesPerEntry.value, 64],
  ['tables.synapseFormats', tables.synapseFormats.value, 15],
];
