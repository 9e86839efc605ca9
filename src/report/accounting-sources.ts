import type { AccountingReport } from './accounting-report.ts';
import type { SourceReport } from './cost-report.ts';

/** Sources of the conventions that a run was counted by, and of what it is held against, as the bibliography lists them. */
export function accountingSources({ conventions, breakEven }: AccountingReport): readonly SourceReport[] {
  const rules = conventions
    .filter(({ source }) => isOutside(source))
    .map(({ name, source }) => ({ key: conventionKey(name), title: `How ${name} counts`, reference: source }));
  return [...rules, { key: CORE_MODEL, title: 'Counted operations against a modelled core', reference: breakEven.chipOverFormula.source }];
}

/** Key of the ratio of published core models to counted operations. */
export const CORE_MODEL = 'core-model';

export const conventionKey = (name: string): string => `counted-by-${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;

/** Our own pages are no literature. */
const isOutside = (source: string): boolean => !source.startsWith('docs/');
