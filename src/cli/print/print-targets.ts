import {
  type AnyChip,
  type Cell,
  type ChipModel,
  COST_PROFILES,
  formatCount,
  formatSi,
  humanize,
  printable,
  type SpinnakerChip,
  type Target,
} from '../../index.ts';
import type { Style } from '../style.ts';
import { layOutTable } from './layout.ts';

export function printTargetList(targets: readonly Target[], style: Style): string {
  const lines = [
    ...layOutTable(
      [{ name: 'name' }, { name: 'chips', format: formatCount }, { name: 'cores per chip', format: formatCount }, { name: 'what' }],
      targets.map((t): Cell[] => [t.name, sizeOf(t.chip).chips, sizeOf(t.chip).coresPerChip, t.description]),
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

/** Chips at most, and cores of each. */
export function sizeOf(chip: AnyChip): { readonly chips: number; readonly coresPerChip: number } {
  switch (chip.family) {
    case 'loihi':
      return { chips: chip.limits.chips.value, coresPerChip: chip.geometry.coresPerChip };
    case 'spinnaker':
      return { chips: chip.chip.boards.value * CHIPS_PER_BOARD, coresPerChip: chip.chip.coresPerChip.value };
  }
}

const CHIPS_PER_BOARD = 48;

interface Entry {
  readonly value: number | null;
  readonly unit: string;
  readonly basis: string;
  readonly source: string;
  readonly note?: string;
}

/** Everything a chip model says, each figure with unit, basis and source. */
export function printTarget({ chip }: Target, style: Style): string {
  switch (chip.family) {
    case 'loihi':
      return printLoihi(chip, style);
    case 'spinnaker':
      return printSpinnaker(chip, style);
  }
}

function printLoihi(chip: ChipModel, style: Style): string {
  const { name, description, geometry, operations } = chip;
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

/** Each figure carries its source itself; marks say that it is not verified. */
function printSpinnaker({ name, description, chip, core, software, energy, alternatives }: SpinnakerChip, style: Style): string {
  const group = (figures: object): Record<string, Entry> =>
    Object.fromEntries(
      Object.entries(figures).flatMap(([key, figure]: [string, SpinnakerChip['core']['clock'] | null]) =>
        figure === null
          ? []
          : [[key, { ...figure, basis: figure.marks.length === 0 ? 'published' : `assumed (${figure.marks.join(', ')})` }]],
      ),
    );
  const lines = [
    `${style.bold(printable(name))}  ${printable(description)}`,
    '  LIT: from an abstract, MEM: from memory, INF: inferred; all three unverified',
    '',
    ...printEntries('Chip', group(chip), style),
    ...printEntries('Core', group(core), style),
    ...printEntries('Software', group(software), style),
    ...printEntries('Energy', group(energy), style),
    ...alternatives.flatMap(({ name: whose, ...figures }) => printEntries(printable(whose), group(figures), style)),
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
  if (scaled) return formatSi(value, unit);
  return unit === 'count' ? formatCount(value) : `${formatCount(value)} ${value === 1 ? unit : unit.replace(/^\w+/, '$&s')}`;
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
