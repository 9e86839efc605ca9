import { escapeCsv } from './escape.ts';

/** null: unknown or not applicable. */
export type Cell = string | number | null;

export interface Column {
  readonly name: string;
  /** Of the raw numbers, as in the CSV. */
  readonly unit?: string;
  /** How people see a number; text columns have none. */
  readonly format?: (value: number) => string;
  /** Text of it is keys of sources, separated by `, `. */
  readonly cites?: boolean;
  /** Relates the column before it to something: shown beside it where there is room for one figure only. */
  readonly relative?: boolean;
}

/** One table for every output: raw SI numbers inside, formatted on the way out. */
export interface Table {
  /** File name without extension. */
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  readonly notes: readonly string[];
}

/** A cell as people see it. */
export function cellText(cell: Cell, column: Column): string {
  if (cell === null) return column.format === undefined ? '' : 'unknown';
  if (typeof cell === 'string') return cell;
  return column.format === undefined ? String(cell) : column.format(cell);
}

/** RFC 4180 with a header; numbers unrounded in SI units, unknown ones empty. */
export function tableToCsv(table: Table): string {
  const header = table.columns.map(({ name, unit }) => escapeCsv(unit === undefined ? name : `${name} (${unit})`));
  const rows = table.rows.map((row) => row.map((cell) => (typeof cell === 'string' ? escapeCsv(cell) : String(cell ?? ''))));
  return `${[header, ...rows].map((fields) => fields.join(',')).join('\r\n')}\r\n`;
}
