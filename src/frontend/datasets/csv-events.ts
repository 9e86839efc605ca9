import { type DiagnosticError, failure, printable } from '../../diagnostics/index.ts';

/** Events of the clips of a CSV file, clip after clip. */
export interface CsvClips {
  /** Camera events have `x` and `y`, others `unit`. */
  readonly kind: 'units' | 'pixels';
  /** Seconds, and what the addresses are, of each clip. */
  readonly times: readonly Float64Array[];
  readonly units: readonly Float64Array[];
  readonly x: readonly Float64Array[];
  readonly y: readonly Float64Array[];
  readonly polarity: readonly Float64Array[];
  /** As written, an index or a name; null: there is no such column. */
  readonly labels: readonly string[] | null;
}

const TIMES = { t: 1, t_s: 1, t_ms: 1e-3, t_us: 1e-6 } as const;
const NUMBERS = ['unit', 'x', 'y', 'p'] as const;
const COLUMNS: readonly string[] = [...Object.keys(TIMES), ...NUMBERS, 'clip', 'label'];

const isTime = (name: string): name is keyof typeof TIMES => Object.hasOwn(TIMES, name);

/** Values are kept as they are read: 16 million events with x, y and p take half a gigabyte. */
const EVENTS_MOST = 2 ** 24;

/** A header line longer than this is none. */
const HEADER_MOST = 2 ** 10;

/** Does a file begin with a header of columns known here, a time among them? */
export const isCsv = (bytes: Uint8Array): boolean => headerOf(bytes).some(isTime);

function headerOf(bytes: Uint8Array): readonly string[] {
  const end = bytes.subarray(0, HEADER_MOST).findIndex((byte) => byte === 10 || byte === 13);
  const text = new TextDecoder().decode(bytes.subarray(0, end < 0 ? HEADER_MOST : end));
  return text.split(',').map((name) => name.trim());
}

/**
 * Events as comma-separated values: a header, then an event a row. Columns, in any order: the time as `t` or `t_s` (seconds), `t_ms` or
 * `t_us`; the address as `unit`, or as `x`, `y` and, optionally, `p`; optionally `clip`, a text that stays the same for the rows of a clip,
 * and `label`. Throws `data-malformed`, `data-foreign`, `data-empty`, `data-too-large`.
 */
export function readCsv(bytes: Uint8Array, file: string): CsvClips {
  const header = headerOf(bytes);
  checkHeader(header, file);
  const column = (name: string): number => header.indexOf(name);
  const time = header.find(isTime) ?? 't';
  const [clip, label] = [column('clip'), column('label')];
  const growing = { times: [] as number[][], unit: [] as number[][], x: [] as number[][], y: [] as number[][], p: [] as number[][] };
  const labels: string[] = [];
  const seen = new Set<string>();
  let current: string | null = null;
  let events = 0;
  eachRow(bytes, file, (text, row) => {
    if (row === 1 || text === '') return;
    const cells = text.split(',');
    const refuse = (message: string, note: string) =>
      failure('data-malformed', message, { places: [{ file, item: `line ${row}` }], notes: [note] });
    if (cells.length !== header.length) throw refuse(`${cells.length} values`, `the header names ${header.length} columns`);
    if (++events > EVENTS_MOST) {
      throw failure('data-too-large', `more than ${EVENTS_MOST} events`, { places: [{ file, item: `line ${row}` }] });
    }
    const name = clip < 0 ? '' : cells[clip].trim();
    if (name !== current) {
      if (seen.has(name)) throw refuse(`clip ${printable(name, 40)} goes on after another clip`, 'the rows of a clip stand together');
      seen.add(name);
      current = name;
      for (const lists of Object.values(growing)) lists.push([]);
      labels.push(label < 0 ? '' : cells[label].trim());
    }
    const last = labels.length - 1;
    if (label >= 0 && cells[label].trim() !== labels[last]) {
      throw refuse(`label ${printable(cells[label].trim(), 40)} in a clip of label ${printable(labels[last], 40)}`, 'a clip has one label');
    }
    const read = (key: string): number => {
      const written = cells[column(key)].trim();
      const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(written) ? Number(written) : Number.NaN;
      if (!Number.isFinite(value))
        throw refuse(`${key} is ${printable(written, 40) || 'empty'}`, 'values are decimal numbers, without quotes');
      return value;
    };
    growing.times[last].push(read(time) * TIMES[time]);
    for (const key of NUMBERS) if (column(key) >= 0) growing[key][last].push(address(read(key), key, refuse));
  });
  if (labels.length === 0) throw failure('data-empty', 'the file has no events', { places: [{ file }] });
  return {
    kind: column('unit') >= 0 ? 'units' : 'pixels',
    times: growing.times.map(toFloat64),
    units: growing.unit.map(toFloat64),
    x: growing.x.map(toFloat64),
    y: growing.y.map(toFloat64),
    polarity: growing.p.map(toFloat64),
    labels: label < 0 ? null : labels,
  };
}

const toFloat64 = (list: readonly number[]): Float64Array => Float64Array.from(list);

function address(value: number, key: string, refuse: (message: string, note: string) => DiagnosticError): number {
  const most = key === 'p' ? 1 : 65_535;
  // Cameras' tools write a darker pixel as 0 or as -1.
  const whole = key === 'p' && value === -1 ? 0 : value;
  if (!Number.isInteger(whole) || whole < 0 || whole > most) {
    throw refuse(
      `${key} is ${value}`,
      key === 'p' ? 'allowed: 1 for brighter, 0 or -1 for darker' : `allowed: whole numbers from 0 to ${most}`,
    );
  }
  return whole;
}

function checkHeader(header: readonly string[], file: string): void {
  const has = (name: string): boolean => header.includes(name);
  const unknown = header.find((name) => !COLUMNS.includes(name));
  const times = header.filter(isTime).length;
  const wrong =
    unknown !== undefined
      ? `a column ${printable(unknown, 40) || 'without a name'}`
      : new Set(header).size < header.length
        ? 'a column twice'
        : times !== 1
          ? `${times} columns of time`
          : has('unit') === has('x') || has('x') !== has('y') || (has('p') && !has('x'))
            ? 'no address, or more than one kind'
            : null;
  if (wrong === null) return;
  throw failure('data-foreign', `the header of the CSV file has ${wrong}`, {
    places: [{ file, item: 'line 1' }],
    notes: ['columns: one of t, t_s (seconds), t_ms, t_us; then unit, or x and y and perhaps p; perhaps clip and label'],
    help: 'name the columns so in the first line; docs/data.md shows an example',
  });
}

/** Of the text decoded at once: a file may be longer than a string can be. */
const BLOCK_BYTES = 2 ** 20;
const LINE_MOST = 2 ** 16;

/** Calls `visit` with each line, counted from 1. */
function eachRow(bytes: Uint8Array, file: string, visit: (text: string, row: number) => void): void {
  const decoder = new TextDecoder();
  let rest = '';
  let row = 0;
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
    const lines = (rest + decoder.decode(bytes.subarray(at, at + BLOCK_BYTES), { stream: true })).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) visit(line, ++row);
    if (rest.length > LINE_MOST) throw failure('data-malformed', 'a line without an end', { places: [{ file, item: `line ${row + 1}` }] });
  }
  if (rest !== '') visit(rest.replace(/\r$/, ''), row + 1);
}
