import { type Cell, type Column, cellText, printable, type Table } from '../../index.ts';
import type { Style } from '../style.ts';

/** Columns side by side: text to the left, numbers to the right; names longer than `widest` are cut. */
export function layOutTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  style: Style,
  indent = '  ',
  widest = 48,
): string[] {
  const cut = (text: string): string => (text.length > widest ? `${text.slice(0, widest - 1)}…` : text);
  const cells = rows.map((row) => row.map((cell, c) => cut(printable(cellText(cell, columns[c])))));
  const widths = columns.map((column, c) => Math.max(column.name.length, ...cells.map((row) => row[c].length)));
  const line = (texts: readonly string[]): string =>
    (
      indent + texts.map((text, c) => (columns[c].format === undefined ? text.padEnd(widths[c]) : text.padStart(widths[c]))).join('  ')
    ).trimEnd();
  return [style.dim(line(columns.map((column) => column.name))), ...cells.map(line)];
}

/** The same table on its side: one line a column, one column a row; for few rows with many figures. Relations stand behind their figure. */
export function layOutTransposed(table: Table, style: Style): string[] {
  const { columns, rows } = table;
  const lines = columns.flatMap((column, c): Cell[][] => {
    if (c === 0 || column.relative === true) return [];
    const relation = columns[c + 1]?.relative === true ? c + 1 : null;
    return [
      [
        column.name,
        ...rows.flatMap((row, r) => [
          cellText(row[c], column),
          r === 0 || relation === null ? '' : cellText(row[relation], columns[relation]),
        ]),
      ],
    ];
  });
  const heads = rows.flatMap((row): Column[] => [
    { name: printable(cellText(row[0], columns[0]), 40), format: String },
    { name: '', format: String },
  ]);
  return layOutTable([{ name: '' }, ...heads], lines, style);
}

export interface Written {
  readonly output: string;
  readonly files: readonly { readonly path: string }[];
}

/** `out: report.html, report.json, chip/ (12 files), …` */
export function describeWritten({ output, files }: Written, style: Style): string {
  const groups = new Map<string, number>();
  for (const { path } of files) {
    const slash = path.indexOf('/');
    const group = slash < 0 ? path : path.slice(0, slash + 1);
    groups.set(group, (groups.get(group) ?? 0) + 1);
  }
  const names = [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, count]) => (name.endsWith('/') ? `${name} (${count})` : name));
  return `${style.bold('Written to')} ${style.accent(printable(output))}: ${names.join(', ')}`;
}
