import { escapeLatex } from '../escape.ts';
import { type Cell, type Column, cellText, type Table } from '../table.ts';
import { type CiteKeys, citeLatex } from './citations.ts';

/** More rows than these do not fit a page. */
const ROWS_MAX = 40;
/** Texts longer than these are broken into lines. */
const LETTERS_MAX = 32;

/**
 * A `table` environment, no wider than the line, or a `longtable` where one page is not enough. Needs \usepackage{array,booktabs,graphicx,longtable}.
 * Sources named in `names` are cited.
 */
export function tableToLatex(table: Table, names: CiteKeys = new Map()): string {
  const { columns, rows } = table;
  const spec = columns.map((column, c) => columnSpec(column, rows, c)).join('');
  const line = (cells: readonly string[]): string => `    ${cells.join(' & ')} \\\\`;
  const head = ['    \\toprule', line(columns.map(({ name }) => escapeLatex(name))), '    \\midrule'];
  const body = rows.map((row) => line(row.map((cell, c) => latexCell(cell, columns[c], names))));
  const caption = `\\caption{${escapeLatex(table.caption)}}\\label{tab:${table.id}}`;
  const notes = table.notes.map((note) => `  \\par\\footnotesize ${escapeLatex(note)}`);
  const made = '% Made by spikec; needs \\usepackage{array,booktabs,graphicx,longtable}.';
  const text =
    rows.length <= ROWS_MAX
      ? [
          '\\begin{table}[htbp]',
          '  \\centering',
          `  ${caption}`,
          '  \\resizebox{\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi}{!}{%',
          `  \\begin{tabular}{${spec}}`,
          ...head,
          ...body,
          '    \\bottomrule',
          '  \\end{tabular}}',
          ...notes,
          '\\end{table}',
        ]
      : [
          '{\\scriptsize\\setlength{\\tabcolsep}{3pt}',
          `\\begin{longtable}{${spec}}`,
          `  ${caption}\\\\`,
          ...head,
          '    \\endfirsthead',
          ...head,
          '    \\endhead',
          '    \\bottomrule',
          '    \\endfoot',
          ...body,
          '\\end{longtable}',
          ...notes,
          '}',
        ];
  return [made, ...text, ''].join('\n');
}

function columnSpec(column: Column, rows: readonly (readonly Cell[])[], c: number): string {
  if (column.format !== undefined) return 'r';
  const long = rows.some((row) => cellText(row[c], column).length > LETTERS_MAX);
  return long ? '>{\\raggedright\\arraybackslash}p{4.5cm}' : 'l';
}

function latexCell(cell: Cell, column: Column, names: CiteKeys): string {
  const text = cellText(cell, column);
  const keys = column.cites === true ? text.split(', ') : [];
  // A key that is not in the bibliography is shown as it is, and so are those beside it.
  return (keys.every((key) => names.has(key)) ? citeLatex(keys, names) : null) ?? escapeLatex(text);
}
