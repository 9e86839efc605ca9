import type { SanaFeEdge, SanaFeGroup, SanaFeLif, SanaFeNet } from './net.ts';

/** Names of the units in arch.yaml. */
export const UNITS = { soma: 'soma', inputs: 'inputs' } as const;

/**
 * `network` and `mappings` as YAML. Each entry is a line of JSON, which is YAML's flow style: a large network is written without a tree of
 * it in between.
 */
export function writeNetwork(net: SanaFeNet, name: string): string {
  const lines = [
    '# Potentials, weights and biases are the chip’s, divided by 64. Groups keep_… hold a population still outside its window.',
    `# A clip takes ${net.steps} steps.`,
    'network:',
    `  name: ${JSON.stringify(name)}`,
    '  groups:',
    ...net.groups.flatMap(groupLines),
    net.edges.length === 0 ? '  edges: []' : '  edges:',
    ...net.edges.map((edge) => `    - ${JSON.stringify({ [`${edge.source} -> ${edge.target}`]: hyperedge(edge, net.groups) })}`),
    'mappings:',
    ...net.places.flatMap(({ group, first, count, tile, slot, unit }) => {
      const core = `${tile}.${slot}`;
      if (unit === null) return [`  - ${JSON.stringify({ [`${group}.${range(first, count)}`]: { core } })}`];
      return Array.from(
        { length: count },
        (_, k) => `  - ${JSON.stringify({ [`${group}.${first + k}`]: { core, soma: `${UNITS.inputs}[${unit + k}]` } })}`,
      );
    }),
    '',
  ];
  return lines.join('\n');
}

function groupLines(group: SanaFeGroup): string[] {
  const head = [`    - name: ${group.name}`];
  switch (group.kind) {
    case 'input':
      return [
        ...head,
        '      attributes: {log_spikes: true}',
        '      neurons:',
        ...group.spikes.map((steps, i) => `        - ${JSON.stringify({ [i]: { spikes: train(steps) } })}`),
      ];
    case 'lif':
      return [
        ...head,
        `      attributes: {soma_hw_name: ${UNITS.soma}, ${group.soft ? 'reset_mode: soft, ' : ''}log_spikes: true, log_potential: true}`,
        '      neurons:',
        ...runs(group).map(([first, count]) => {
          const values = { threshold: group.threshold[first], leak_decay: group.leak[first], bias: group.bias[first] };
          return `        - ${JSON.stringify({ [range(first, count)]: values })}`;
        }),
      ];
  }
}

const range = (first: number, count: number): string => (count === 1 ? `${first}` : `${first}..${first + count - 1}`);

/** One value a step, from step 1 to the last spike. */
function train(steps: readonly number[]): number[] {
  const values: number[] = new Array(steps.at(-1) ?? 0).fill(0);
  for (const step of steps) values[step - 1] = 1;
  return values;
}

/** Runs [first, count] of neurons with the same parameters. */
function runs({ size, threshold, leak, bias }: SanaFeLif): [number, number][] {
  const found: [number, number][] = [];
  for (let i = 0; i < size; i++) {
    const run = found.at(-1);
    const j = run?.[0] ?? 0;
    if (run !== undefined && threshold[i] === threshold[j] && leak[i] === leak[j] && bias[i] === bias[j]) run[1]++;
    else found.push([i, 1]);
  }
  return found;
}

/** All pairs, each once, as rows of weights; else a list of pairs. */
function hyperedge({ source, target, pairs, weights }: SanaFeEdge, groups: readonly SanaFeGroup[]): object {
  const sizeOf = (name: string): number => groups.find((group) => group.name === name)?.size ?? 0;
  const [rows, columns] = [sizeOf(source), sizeOf(target)];
  if (pairs.length === rows * columns) {
    const dense: (number | null)[] = new Array(pairs.length).fill(null);
    pairs.forEach(([from, to], k) => {
      dense[from * columns + to] = weights[k];
    });
    if (!dense.includes(null)) return { type: 'dense', weight: dense };
  }
  return { type: 'sparse', source_target_pairs: pairs, weight: weights };
}
