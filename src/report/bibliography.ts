import { accountingSources } from './accounting-sources.ts';
import type { SourceReport } from './cost-report.ts';
import type { RunReport } from './run-report.ts';

/** What the figures of a report rest on besides the costs, and what to read before they are compared with anybody else's. */
export const LITERATURE = {
  wilson1927: {
    title: 'Probable inference, the law of succession, and statistical inference',
    reference: 'Wilson, Journal of the American Statistical Association 22(158), 209-212, 1927, doi 10.1080/01621459.1927.10502953',
  },
  dampfhoffer2023: {
    title: 'Are SNNs really more energy-efficient than ANNs? An in-depth hardware-aware study',
    reference: 'Dampfhoffer et al., IEEE Transactions on Emerging Topics in Computational Intelligence 7(3), 731-741, 2023',
  },
  yan2024: {
    title: 'Reconsidering the energy efficiency of spiking neural networks',
    reference: 'Yan et al., arXiv 2409.08290, 2024',
  },
  newcombe1998paired: {
    title: 'Improved confidence intervals for the difference between binomial proportions based on paired data',
    reference: 'Newcombe, Statistics in Medicine 17(22), 2635-2650, 1998',
  },
  newcombe1998independent: {
    title: 'Interval estimation for the difference between independent proportions: comparison of eleven methods',
    reference: 'Newcombe, Statistics in Medicine 17(8), 873-890, 1998',
  },
  mcnemar1947: {
    title: 'Note on the sampling error of the difference between correlated proportions or percentages',
    reference: 'McNemar, Psychometrika 12(2), 153-157, 1947, doi 10.1007/BF02295996',
  },
} as const satisfies Readonly<Record<string, Omit<SourceReport, 'key'>>>;

export type LiteratureKey = keyof typeof LITERATURE;

const entry = (key: LiteratureKey): SourceReport => ({ key, ...LITERATURE[key] });

/** Key of the source of a cost that nobody has published: nothing to cite. */
const UNPUBLISHED = 'none';

/** Sources of the costs and of the countings of all runs, and then the literature, each once. */
export function bibliographyOf(reports: readonly RunReport[], literature: readonly LiteratureKey[]): readonly SourceReport[] {
  const costs = reports.flatMap(({ energy }) => energy.sources);
  const countings = reports.flatMap(({ accounting }) => (accounting === undefined ? [] : accountingSources(accounting)));
  const sources = [...costs, ...countings, ...literature.map(entry)];
  const byKey = new Map(sources.map((source) => [source.key, source]));
  byKey.delete(UNPUBLISHED);
  return [...byKey.values()];
}

/** Of the report of one run. */
export const runBibliography = (report: RunReport): readonly SourceReport[] =>
  bibliographyOf([report], ['wilson1927', 'dampfhoffer2023', 'yan2024']);
