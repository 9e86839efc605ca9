import { formatCount } from '../format-figures.ts';
import type { Paragraph, Sentence } from '../methods.ts';
import { STATEMENT } from '../run-report.ts';
import type { NamedRun } from './named-run.ts';

/** How runs were compared, as the methods section of a paper says it. What a single run is made of says its own report. */
export function comparisonMethods(runs: readonly NamedRun[]): readonly Paragraph[] {
  return [
    { title: 'Runs', sentences: runs.map(describeRun) },
    {
      title: 'Comparison',
      sentences: [
        say('Accuracies on the chip are given with Wilson intervals of 95 %', 'wilson1927'),
        say(
          'Runs on the same data file are compared clip by clip, on the clips that both decided: the interval of the difference is Newcombe’s for paired proportions (method 10), the test is McNemar’s, exact and two-sided',
          'newcombe1998paired',
          'mcnemar1947',
        ),
        say('Runs on different data are compared as independent samples', 'newcombe1998independent'),
        say('Intervals and tests are not corrected for the number of runs compared'),
        say(
          `Energy and latency are ${STATEMENT}; where a cost has not been published, sums are of the terms that are known`,
          'dampfhoffer2023',
          'yan2024',
        ),
        say('A run is on the Pareto front where no other is at least as good at no more cost, and better or cheaper'),
      ],
    },
  ];
}

const say = (text: string, ...cites: readonly string[]): Sentence => ({ text, cites });

function describeRun({ folder, report }: NamedRun): Sentence {
  const { model, target, data, samples, energy, latency, settings } = report;
  const cites = energy.sources.map(({ key }) => key).filter((key) => energy.terms.some(({ source }) => source === key && key !== 'none'));
  return say(
    `${folder}: ${model.name} (SHA-256 ${model.sha256}, T = ${model.timesteps}) on ${target.name}, ${formatCount(samples)} clips of ${data.file} (SHA-256 ${data.sha256}), one at a time; ${report.mapping.scaleRule}; costs: ${energy.costs}, ${energy.basis}, ${energy.mode}, ${latency.model} timing; spikec ${settings.versions.spikec ?? ''}, seed ${settings.seed}`,
    ...cites,
  );
}
