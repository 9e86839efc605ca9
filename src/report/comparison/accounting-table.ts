import { formatCount } from '../format-figures.ts';
import { STATEMENT } from '../run-report.ts';
import type { Cell, Table } from '../table.ts';
import { joules } from './figures.ts';
import type { NamedRun } from './named-run.ts';

/** Energy of every run by every convention; none where no run was counted so. */
export function accountingTable(runs: readonly NamedRun[]): readonly Table[] {
  const names = [...new Set(runs.flatMap(({ report }) => report.accounting?.conventions.map(({ name }) => name) ?? []))];
  if (names.length === 0) return [];
  return [
    {
      id: 'conventions',
      title: 'By several conventions',
      caption: `Energy per clip of the same runs by convention, known terms, ${STATEMENT}`,
      columns: [
        { name: 'run' },
        ...names.map((name) => ({ name, unit: 'J', format: joules })),
        { name: 'spikes per synapse', format: formatCount },
      ],
      rows: runs.map(({ folder, report: { accounting } }): Cell[] => [
        folder,
        ...names.map((name) => accounting?.conventions.find((convention) => convention.name === name)?.joules ?? null),
        accounting?.breakEven.spikesPerSynapse.value ?? null,
      ]),
      notes: ['What each convention counts, and why they differ, is in the report of each run.'],
    },
  ];
}
