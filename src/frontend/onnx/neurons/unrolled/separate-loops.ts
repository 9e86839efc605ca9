import type { Folder } from '../../fold.ts';
import { type OrderedGraph, orderGraph } from '../../graph.ts';
import type { OnnxGraph, OnnxModel, OnnxNode } from '../../proto/index.ts';
import { type Collapsed, collapseUnrolled } from './collapse.ts';
import { type Feedback, openFeedback } from './open-feedback.ts';
import { findLayersOfSteps, type LayersOfSteps } from './repeated-layers.ts';
import { stackLayers } from './stack-layers.ts';
import { sumRowsFirst } from './sum-rows.ts';

/** The graph with a time loop for each neuron and no copies of steps. */
export interface Separated {
  readonly collapsed: Collapsed;
  /** How many nodes read each tensor, copies of steps included. */
  readonly readers: OrderedGraph['readers'];
  readonly feedback: readonly Feedback[];
  /** The nodes that join rows, by what they give: no tensor of the file holds it. */
  readonly joins: ReadonlyMap<string, OnnxNode>;
  /** The first node of each repeated layer that reads its own later results in a way that could not be taken apart. */
  readonly inFeedback: readonly OnnxNode[];
}

export interface SeparateOptions {
  readonly file: string;
  /** Steps of a clip. */
  readonly stepsOf: () => number;
  readonly folder: () => Folder;
}

/** Takes a time loop over a whole network apart: `written` is the graph in order of evaluation, its loops unrolled. */
export function separateLoops(model: OnnxModel, written: OrderedGraph, { file, stepsOf, folder }: SeparateOptions): Separated {
  const { graph } = model;
  const layersOf = (nodes: readonly OnnxNode[], of: OnnxGraph): LayersOfSteps => findLayersOfSteps(nodes, of, stepsOf);
  const layers = layersOf(written.nodes, graph);
  const unchanged = { joins: new Map(), feedback: [], inFeedback: [] };
  if (layers.repeated.length === 0) return { ...unchanged, collapsed: collapseUnrolled(written, graph, null), readers: written.readers };
  const order = (changed: OnnxGraph): OrderedGraph => orderGraph({ ...model, graph: changed }, file);
  const opened = openFeedback(written.nodes, graph, layers, stepsOf(), folder);
  const open = opened.graph === graph ? written : order(opened.graph);
  const openLayers = opened.graph === graph ? layers : layersOf(open.nodes, opened.graph);
  const nodes = sumRowsFirst(open.nodes, openLayers);
  const summed = { ...opened.graph, nodes };
  const { joins, inFeedback, extended, ...stacked } = stackLayers(
    summed,
    nodes === open.nodes ? openLayers : layersOf(order(summed).nodes, summed),
    opened.joins,
    stepsOf(),
  );
  const ordered = order(stacked.graph);
  return {
    collapsed: collapseUnrolled(ordered, stacked.graph, { names: extended, steps: stepsOf() }),
    readers: ordered.readers,
    feedback: opened.feedback,
    joins,
    inFeedback,
  };
}
