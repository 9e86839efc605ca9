import { type Cell, COST_PROFILES, formatCount, formatSi, humanize, printable, type Target } from '../../index.ts';
import type { Style } from '../style.ts';
import { layOutTable } from './layout.ts';

export function printTargetList(targets: readonly Target[], style: Style): string {
  const lines = [
    ...layOutTable(
      [{ name: 'name' }, { name: 'chips', format: formatCount }, { name: 'cores per chip', format: formatCount }, { name: 'what' }],
      targets.map((t): Cell[] => [t.name, t.chip.limits.chips.value, t.chip.geometry.coresPerChip, t.description]),
      style,
      '',
      140,
    ),
    '',
    ...layOutTable(
      [{ name: 'costs' }, { name: 'what' }],
      COST_PROFILES.map(({ name, description }): Cell[] => [name, description]),
      style,
      '',
      140,
    ),
    '',
    style.dim('`spikec targets <name>` shows limits and costs with their sources; add --json for a file to start your own chip from.'),
  ];
  return `${lines.join('\n')}\n`;
}

interface Entry {
  readonly value: number | null;
  readonly unit: string;
  readonly basis: string;
  readonly source: string;
  readonly note?: string;
}

/** Everything a chip model says, each figure with unit, basis and source. */
export function printTarget({ name, description, chip }: Target, style: Style): string {
  const { geometry, operations } = chip;
  const lines = [
    `${style.bold(printable(name))}  ${printable(description)}`,
    `  ${geometry.coresPerChip} cores per chip, ${geometry.columns} x ${geometry.rows} tiles of ${geometry.coresPerTile} cores, ${geometry.embeddedProcessors} embedded processors${geometry.linkBuffer === undefined ? '' : `, links that hold ${geometry.linkBuffer.value} messages`}`,
    '',
    ...printEntries('Limits', chip.limits, style),
    ...printEntries('Memory', chip.memory, style),
    ...(chip.tables === undefined ? [] : printEntries('Tables of a core', { ...chip.tables }, style)),
    ...(chip.bitPlanes === undefined ? [] : printEntries('Integers as digits', chip.bitPlanes, style)),
    ...printEntries('Energy per event', chip.energy, style),
    ...printEntries('Time per event', chip.time, style),
    style.bold('Operations'),
    ...Object.entries(operations).map(([operation, where]) => `  ${humanize(operation).padEnd(14)} ${whereText(where)}`),
    '',
    style.bold('Sources'),
    ...Object.entries(chip.sources).map(
      ([key, source]) => `  ${printable(key)}: ${printable(source.title)}; ${printable(source.reference)}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function printEntries(title: string, entries: Readonly<Record<string, Entry>>, style: Style): string[] {
  const rows = Object.entries(entries).map(([name, e]): Cell[] => [humanize(name), figureText(e), e.basis, e.source, e.note ?? '']);
  const columns = [{ name: title }, { name: 'value', format: String }, { name: 'basis' }, { name: 'source' }, { name: 'note' }];
  return [...layOutTable(columns, rows, style, '  ', 140), ''];
}

function figureText({ value, unit }: Entry): string {
  if (value === null) return 'unknown';
  const scaled = unit === 'J' || unit === 'W' || unit === 's';
  return scaled ? formatSi(value, unit) : `${formatCount(value)}${unit === 'count' ? '' : ` ${unit}${value === 1 ? '' : 's'}`}`;
}

function whereText(where: string | boolean): string {
  if (typeof where === 'boolean') return where ? 'yes' : 'no';
  return where === 'embedded'
    ? 'on the embedded processor'
    : where === 'plasticity'
      ? 'by the plasticity of the cores'
      : where === 'core'
        ? 'on the cores'
        : where;
}
