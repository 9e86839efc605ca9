import { DiagnosticError, failure } from '../../../diagnostics/index.ts';
import type { ChipModel } from '../../../ir/chip-model.ts';
import type { CompartmentGroup, CoreProgram, LoihiProgram } from '../../../ir/mapping.ts';
import { EdgeTable } from './edge-table.ts';
import type { SanaFeInput, SanaFeLif, SanaFeNet, SanaFePlace } from './net.ts';
import { refusals } from './refuse.ts';
import { thresholdUnits, UNIT } from './threshold.ts';
import { keepersOf } from './windows.ts';

/** A stream of the clip, [steps, size], each value 0 or 1. */
export type BinaryStream = ArrayLike<number>;

/** A potential that nothing reaches. */
const NEVER = 2 ** 40;

/** A slice of a population: its compartments on a core. */
interface Slice {
  readonly core: CoreProgram;
  readonly group: CompartmentGroup;
}

/**
 * A program of one segment for SANA-FE, neuron by neuron where it lies on the chip. `stream` gives what the chip is sent of a clip; null:
 * inputs without spikes. Throws `sana-fe-unsupported`: one diagnostic for each kind of thing that SANA-FE has not.
 */
export function sanaFeNetOf(program: LoihiProgram, chip: ChipModel, stream: ((name: string) => BinaryStream) | null): SanaFeNet {
  const refused = refusals(program);
  if (refused.length > 0) throw new DiagnosticError(refused);
  const [{ steps, injections }] = program.segments;
  const slices = program.cores.flatMap((core) => core.groups.map((group): Slice => ({ core, group })));
  const populations = [...new Set(slices.map(({ group }) => group.population))];
  const nameOf = uniqueNames([...populations, ...injections.map(({ stream: name }) => name)]);
  const lifs = populations.map((population) =>
    lifOf(
      nameOf(population),
      slices.filter(({ group }) => group.population === population),
    ),
  );
  const keepers = lifs.map((lif, p) => {
    const { group } = slices.find((slice) => slice.group.population === populations[p]) ?? slices[0];
    return keepersOf(lif, { start: group.start, end: group.start + group.steps, steps });
  });
  const inputs = injections.map(({ stream: name, start, size, steps: rows }): SanaFeInput => {
    const values = stream?.(name) ?? [];
    return {
      kind: 'input',
      name: nameOf(name),
      size,
      spikes: Array.from({ length: size }, (_, i) => stepsOf(values, i, size, rows, start)),
    };
  });
  const edges = new EdgeTable(program.cores, nameOf);
  for (const { stream: name, routes, size } of injections) for (let i = 0; i < size; i++) edges.add(nameOf(name), i, routes, i);
  for (const { core, group } of slices) {
    for (let k = 0; k < group.count; k++) edges.add(nameOf(group.population), group.firstNeuron + k, core.outputs, group.first + k);
  }
  const kept = keepers.filter((keeper) => keeper !== null);
  const allInputs = [...inputs, ...kept.map((keeper) => keeper.inputs)];
  return {
    groups: [...allInputs, ...lifs],
    edges: [...edges.all(), ...kept.map((keeper) => keeper.edge)].filter(({ pairs }) => pairs.length > 0),
    places: [
      ...placeInputs(allInputs, program, chip),
      ...slices.map(
        ({ core, group }): SanaFePlace => ({
          group: nameOf(group.population),
          first: group.firstNeuron,
          count: group.count,
          tile: core.tile,
          slot: core.slot,
          unit: null,
        }),
      ),
    ],
    steps,
  };
}

function lifOf(name: string, slices: readonly Slice[]): SanaFeLif {
  const size = slices.reduce((most, { group }) => Math.max(most, group.firstNeuron + group.count), 0);
  const leak = new Float64Array(size);
  const threshold = new Float64Array(size);
  const bias = new Float64Array(size);
  for (const { core, group } of slices) {
    for (let k = 0; k < group.count; k++) {
      const neuron = group.firstNeuron + k;
      leak[neuron] = (4096 - group.voltageDecay) / 4096;
      threshold[neuron] = group.role === 'readout' ? NEVER : thresholdUnits(group) / UNIT;
      bias[neuron] = (core.biasMantissa[group.first + k] * 2 ** core.biasExponent[group.first + k]) / UNIT;
    }
  }
  return { kind: 'lif', name, size, leak, threshold, bias, soft: slices.some(({ group }) => group.resetAmount !== undefined) };
}

/** Steps, from 1, in which input i of a stream is 1. Row t is sent at chip step start + t, which is step start + t + 1. */
function stepsOf(values: BinaryStream, i: number, size: number, rows: number, start: number): number[] {
  const steps: number[] = [];
  for (let t = 0; t < rows && values.length > 0; t++) {
    const value = values[t * size + i];
    if (value !== 0 && value !== 1) {
      throw failure('sana-fe-unsupported', `channel ${i} has the value ${value} at step ${t}`, {
        notes: ['an input of SANA-FE fires or does not'],
        help: 'give --counts binary, or a chip that takes counts as binary digits (loihi1)',
      });
    }
    if (value === 1) steps.push(start + t + 1);
  }
  return steps;
}

/** Inputs come from the first core that has no neurons, as the embedded processor's packets come from tile 0; else they share core 0.0. */
function placeInputs(inputs: readonly SanaFeInput[], { cores }: LoihiProgram, { geometry }: ChipModel): readonly SanaFePlace[] {
  const taken = new Set(cores.map(({ tile, slot }) => tile * geometry.coresPerTile + slot));
  const free =
    Array.from({ length: geometry.columns * geometry.rows * geometry.coresPerTile }, (_, id) => id).find((id) => !taken.has(id)) ?? 0;
  const [tile, slot] = [Math.floor(free / geometry.coresPerTile), free % geometry.coresPerTile];
  let unit = 0;
  return inputs.map(({ name, size }) => {
    const place = { group: name, first: 0, count: size, tile, slot, unit };
    unit += size;
    return place;
  });
}

/** Names that SANA-FE's addresses can hold (group.neuron, group -> group), each once. */
function uniqueNames(names: readonly string[]): (name: string) => string {
  const given = new Map<string, string>();
  const taken = new Set<string>();
  for (const name of new Set(names)) {
    const plain = name.replace(/[^A-Za-z0-9_]/g, '_') || '_';
    let unique = plain;
    for (let k = 2; taken.has(unique); k++) unique = `${plain}_${k}`;
    taken.add(unique);
    given.set(name, unique);
  }
  return (name) => given.get(name) ?? name;
}
