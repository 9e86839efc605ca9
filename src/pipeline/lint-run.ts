import { diagnostic, type Report } from '../diagnostics/index.ts';
import type { Network, PopulationNode } from '../ir/network.ts';
import { SATURATED } from '../simulator/accounting/activity.ts';
import type { ClipResult } from './evaluate.ts';
import { findDriven, plural } from './lint-network.ts';

/** What the clips of a run show about the network: neurons that say nothing, and decisions that padding takes part in. */
export function lintRun(network: Network, results: readonly ClipResult[], report: Report): void {
  lintActivity(network, results, report);
  lintEmptyFrames(network, results, report);
  lintSaturation(results, report);
}

/** `input-saturated`: features that are larger than the integers they are sent as. */
function lintSaturation(results: readonly ClipResult[], report: Report): void {
  const clipped = results.filter(({ saturated }) => saturated > 0);
  if (clipped.length === 0) return;
  const values = clipped.reduce((sum, { saturated }) => sum + saturated, 0);
  const clips = plural(results.length, 'clip');
  report(
    diagnostic(
      'input-saturated',
      `${plural(values, 'feature')} ${values === 1 ? 'was' : 'were'} clipped, in ${clipped.length} of ${clips}`,
      {
        notes: ['the float network reads them as they are; the chip gets the largest integer of their bits'],
      },
    ),
  );
}

/** `silent-population` and `saturated-population`: one warning for all of them. As deployed where a chip ran, else as simulated. */
function lintActivity(network: Network, results: readonly ClipResult[], report: Report): void {
  const steps = new Map(network.timelines.map((timeline) => [timeline.id, timeline.steps]));
  const populations = network.nodes.filter((node): node is PopulationNode => node.kind === 'population');
  const deployed = ({ id }: PopulationNode): number => total(results, (r) => spikesOf(r, id) ?? r.floatSpikes?.get(id));
  const silent = populations.filter((node) => deployed(node) === 0);
  const silenced = silent.filter(({ id }) => total(results, (r) => r.floatSpikes?.get(id)) > 0);
  const updates = (node: PopulationNode): number => node.size * (steps.get(node.timeline) ?? 0) * results.length;
  const saturated = populations.filter((node) => deployed(node) > SATURATED * updates(node));
  if (silent.length > 0) {
    report(
      diagnostic('silent-population', `${listed(silent)} did not fire in any of ${plural(results.length, 'clip')}`, {
        places: placesOf(silent),
        notes: silenced.length === 0 ? [] : [`fired in the float network, and were silenced by the chip’s integers: ${listed(silenced)}`],
      }),
    );
  }
  if (saturated.length > 0) {
    report(
      diagnostic('saturated-population', `${listed(saturated)} fired in more than ${100 * SATURATED} % of all steps`, {
        places: placesOf(saturated),
      }),
    );
  }
}

const spikesOf = (result: ClipResult, id: PopulationNode['id']): number | undefined =>
  result.chip?.populations.get(id)?.spikes ?? result.quantizedSpikes?.get(id);

const total = (results: readonly ClipResult[], count: (result: ClipResult) => number | undefined): number =>
  results.reduce((sum, result) => sum + (count(result) ?? 0), 0);

const LISTED = 4;

function listed(nodes: readonly PopulationNode[]): string {
  const names = nodes.slice(0, LISTED).map(({ name }) => name);
  return nodes.length > LISTED ? `${names.join(', ')} and ${nodes.length - LISTED} more` : names.join(', ');
}

const placesOf = (nodes: readonly PopulationNode[]) => nodes.slice(0, 1).map(({ origin, name }) => ({ file: origin.file, item: name }));

/** `padding-dependent`, where clips end in empty frames that make neurons fire or take part in the decision. */
function lintEmptyFrames(network: Network, results: readonly ClipResult[], report: Report): void {
  const padded = results.flatMap(({ padding }) => (padding === null ? [] : [padding]));
  if (padded.length === 0) return;
  const changed = results.filter(({ padding, float }) => padding !== null && float !== null && padding.winner !== float.winner).length;
  const driven = findDriven(network).length;
  if (driven === 0 && changed === 0) return;
  const share = padded.reduce((sum, { emptySteps }) => sum + emptySteps, 0) / (results.length * network.timesteps);
  report(
    diagnostic(
      'padding-dependent',
      `${padded.length} of ${plural(results.length, 'clip')} end in empty frames, ${(100 * share).toFixed(1)} % of all frames, and they take part in the decision`,
      {
        places: [{ item: network.name }],
        notes: [
          `${plural(driven, 'layer')} of neurons get a current in every step, empty ones too`,
          `${plural(changed, 'decision')} of the float network would be another if the logits of those frames were left out`,
        ],
      },
    ),
  );
}
