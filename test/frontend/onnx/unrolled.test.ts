import { describe, expect, it } from 'vitest';
import type { GraphMaker } from './support/graph-maker.ts';
import { aroundNeurons, functionOf, imported, refusalsOf, STEPS, WIDTH } from './support/importing.ts';
import { type LifOptions, loopLif, unrolledLif } from './support/lif.ts';

const unrolled = (options: LifOptions): Uint8Array => aroundNeurons((graph, x) => unrolledLif(graph, x, STEPS, options));

describe('an unrolled time loop', () => {
  it.each<LifOptions>([
    {},
    { compare: 'Greater' },
    { compare: 'NotLess', choose: 'where' },
    { compare: 'difference', threshold: 0.75 },
    { tau: 3, reset: 0.1, initial: 0.1 },
    { tau: 4, reset: -0.25, initial: 0.75 },
    { reset: 'soft', threshold: 0.3, tau: 5 },
    { reset: 'soft', choose: 'where', compare: 'NotGreater' },
  ])('is the neuron of its Loop: %o', (options) => {
    const loop = imported(aroundNeurons((graph, x) => loopLif(graph, x, STEPS, WIDTH, options)));
    const copies = imported(unrolled(options));
    const neuronOf = ({ network }: typeof loop) => network.nodes.find((node) => node.kind === 'population')?.neuron;
    expect(neuronOf(copies)).toEqual(neuronOf(loop));
    expect(copies.warnings.map(({ code }) => code)).toEqual(loop.warnings.map(({ code }) => code));
    expect(copies.network.nodes.find((node) => node.kind === 'population')?.origin.recogniser).toBe('unrolled');
  });

  it.each<[NonNullable<LifOptions['fault']>, RegExp]>([
    ['threshold', /step 3 does something else than step 1/],
    ['leak', /step 3 does something else than step 1/],
    ['row', /step 2 does something else than step 1/],
    ['row ahead', /step 3 reads a result or an input of step 5/],
  ])('is refused where one copy has another %s', (fault, reason) => {
    const [refusal] = refusalsOf(unrolled({ fault }));
    expect(refusal.code).toBe('loop-not-a-neuron');
    expect(refusal.message).toMatch(reason);
    expect(refusal.places[0].item).toContain('(Concat)');
  });

  it('is refused where its steps are joined in another order', () => {
    expect(refusalsOf(unrolled({ fault: 'order' }))[0].code).toBe('unsupported-pattern');
  });

  it('may hand its rows to two neurons', () => {
    const both = (second: (graph: GraphMaker, x: string) => string): Uint8Array =>
      aroundNeurons((graph, x) => graph.one('Add', [unrolledLif(graph, x, STEPS), second(graph, x)]));
    const copies = imported(both((graph, x) => unrolledLif(graph, x, STEPS, { tau: 4 })));
    expect(functionOf(copies.network)).toEqual(
      functionOf(imported(both((graph, x) => loopLif(graph, x, STEPS, WIDTH, { tau: 4 }))).network),
    );
  });

  it('picks its rows by Gather, Slice or Split, from the front or from the end, on either axis', () => {
    const picks: ((graph: GraphMaker, x: string) => (t: number) => string)[] = [
      (graph, x) => (t) => graph.one('Gather', [x, graph.ints(t - STEPS)], { axis: 0 }),
      (graph, x) => (t) => graph.one('Slice', [x, graph.ints(t), graph.ints(t === STEPS - 1 ? 2 ** 40 : t + 1), graph.ints(0)]),
      (graph, x) => {
        const rows = graph.op('Split', [x], { axis: 0 }, STEPS);
        return (t) => rows[t];
      },
      (graph, x) => {
        const batchFirst = graph.transpose(x, 1, 0, 2);
        return (t) => graph.one('Slice', [batchFirst, graph.ints(t), graph.ints(t + 1), graph.ints(1)]);
      },
    ];
    const networks = picks.map((pick) => {
      const bytes = aroundNeurons((graph, x) => {
        const row = pick(graph, x);
        let v = '';
        const spikes = Array.from({ length: STEPS }, (_, t) => {
          const h = t === 0 ? row(t) : graph.one('Add', [graph.one('Mul', [v, graph.scalar(0.5)]), row(t)]);
          const fires = graph.one('Greater', [h, graph.scalar(1)]);
          v = graph.one('Where', [fires, graph.scalar(0), h]);
          return graph.one('Cast', [fires], { to: 1 });
        });
        return graph.reshape(graph.one('Concat', spikes, { axis: 0 }), STEPS, 1, WIDTH);
      });
      return functionOf(imported(bytes).network);
    });
    for (const network of networks) expect(network).toEqual(networks[0]);
  });
});
