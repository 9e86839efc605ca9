import { expect } from 'vitest';
import { checkVector, readVector } from '../../../../src/conformance/loihi/index.ts';
import type { Clip } from '../../../../src/ir/clip.ts';
import type { LavaNet } from '../../../../src/ir/lava-net.ts';
import type { Network } from '../../../../src/ir/network.ts';
import { at } from '../../../../src/ir/neuron.ts';
import type { Synapses } from '../../../../src/ir/synapses.ts';
import { LAVA } from '../../../../src/simulator/loihi/dialects/index.ts';
import { type EmulatedBlock, type EmulatedGroup, type EmulatedNet, emulate } from '../../../../src/simulator/loihi/emulator.ts';
import { simulateNetwork } from '../../../../src/simulator/reference/index.ts';
import { writeNet } from '../../../../src/targets/loihi/lava-net/index.ts';
import { expandWindow } from '../../../../src/targets/mapping/expand-window.ts';
import { below, type Random } from '../../../support/random.ts';
import { STEPS } from './nets.ts';

/** Spikes of the first half of the clip, so that what is under way arrives before its end. */
export function spikesIn(random: Random, size: number): readonly (readonly [number, number])[] {
  return Array.from({ length: (STEPS / 2) * size }, (_, i) => [Math.floor(i / size), i % size] as const).filter(
    () => below(random, 3) === 0,
  );
}

/** A conformance vector that runs the written file on these spikes and holds its layers against `spikes`. */
export async function differenceOf(
  net: LavaNet,
  events: readonly (readonly [number, number])[],
  size: number,
  expected: Expected,
): Promise<string | null> {
  const bytes = await writeNet(net);
  expect(expected.slice(0, -1).every(({ spikes }) => spikes.length > 10)).toBe(true);
  return checkVector(vectorOf(events, size, expected), async () => bytes);
}

function vectorOf(events: Events, size: number, expected: Expected): Uint8Array {
  const vector = {
    format: 'loihi-golden-1-netx',
    semantics: { dialect: 'lava', u_decay_offset: 1 },
    T: STEPS,
    source: { net: 'network.net' },
    layers: expected.map(({ name, size: neurons }) => ({ name, shape: [neurons] })),
    inputs: [{ name: 'in', n: size, events }],
    input_message_bits: 0,
    expected: { spikes: Object.fromEntries(expected.map(({ name, spikes }) => [name, spikes])) },
  };
  return new TextEncoder().encode(JSON.stringify(vector));
}

type Events = readonly (readonly [number, number])[];

/** Of all spikes that the file's layers or `expected` fire, the share that both do; the read-out aside. */
export async function sharedSpikes(bytes: Uint8Array, events: Events, size: number, expected: Expected): Promise<number> {
  const { net, dialect } = await readVector(vectorOf(events, size, expected), async () => bytes);
  const wanted = new Set(expected.flatMap(({ name, spikes }) => spikes.map(([t, i]) => `${name} ${t} ${i}`)));
  const all = new Set(wanted);
  let both = 0;
  emulate(net, dialect, (step, groups) => {
    for (const { group, fired } of groups) {
      for (const neuron of fired) {
        const spike = `${group.name} ${step} ${neuron}`;
        if (wanted.has(spike)) both++;
        all.add(spike);
      }
    }
    return true;
  });
  return both / all.size;
}

type Expected = readonly { readonly name: string; readonly size: number; readonly spikes: readonly (readonly number[])[] }[];

/** Spikes of each layer when every hop takes a step, by the reference simulator, which runs layers after each other. */
export function referenceSpikes(network: Network, events: readonly (readonly [number, number])[]): Expected {
  const channels = network.nodes[0].size;
  const features = new Float32Array(STEPS * channels);
  for (const [t, i] of events) features[t * channels + i] = 1;
  const clip: Clip = { steps: STEPS, channels, features, valid: new Uint8Array(STEPS).fill(1), label: null };
  const { streams } = simulateNetwork(network, clip);
  return network.nodes.slice(1).map((node, layer) => {
    const stream = node.kind === 'population' ? (streams.get(node.id) ?? []) : [];
    const spikes = Array.from(stream).flatMap((value, i) => {
      const step = Math.floor(i / node.size) + layer + 1;
      return value === 1 && step < STEPS ? [[step, i % node.size]] : [];
    });
    return { name: node.name, size: node.size, spikes };
  });
}

/** lava-dl counts (column, row, channel) where the network counts (channel, row, column): the place of each neuron there. */
export function places(network: Network): ReadonlyMap<string, (neuron: number) => number> {
  const shapes = new Map<string, readonly number[]>();
  for (const { source, target, synapses } of network.projections) {
    if (synapses.kind !== 'convolution' && synapses.kind !== 'pooling') continue;
    shapes.set(source, synapses.sourceShape);
    shapes.set(target, synapses.targetShape);
  }
  return new Map(
    network.nodes.map(({ name }) => {
      const [channels, rows, columns] = shapes.get(name) ?? [1, 1, 1];
      const [c, y, x] = [
        (i: number) => Math.floor(i / (rows * columns)),
        (i: number) => Math.floor(i / columns) % rows,
        (i: number) => i % columns,
      ];
      return [name, (i: number): number => (shapes.has(name) ? (x(i) * rows + y(i)) * channels + c(i) : i)];
    }),
  );
}

/** The same by the emulator, on synapses written out one by one. */
export function emulatedSpikes(network: Network, events: readonly (readonly [number, number])[]): Expected {
  const groups = network.nodes.flatMap((node): EmulatedGroup[] => {
    if (node.kind !== 'population' || node.neuron.parameters !== 'integer') return [];
    const fill = (value: number) => new Float64Array(node.size).fill(value);
    const { currentDecay, voltageDecay, thresholdMantissa } = node.neuron;
    return [
      {
        name: node.name,
        size: node.size,
        currentDecay: Float64Array.from({ length: node.size }, (_, n) => at(currentDecay, n)),
        voltageDecay: Float64Array.from({ length: node.size }, (_, n) => at(voltageDecay, n)),
        thresholdMantissa: fill(thresholdMantissa),
        biasMantissa: Float64Array.from(node.bias ?? fill(0)),
        biasExponent: fill(0),
        refractDelay: fill(1),
        vMin: fill(1 - 2 ** 23),
        vMax: fill(2 ** 23 - 1),
      },
    ];
  });
  const blocks = network.projections.flatMap(({ source, target, synapses, delaySteps }): EmulatedBlock[] => {
    if (!groups.some(({ name }) => name === target)) return [];
    const recurrent = source === target ? 1 : 0;
    return [{ source, target, synapses: tableOf(synapses, delaySteps - recurrent), exponent: 0, messageBits: 0, convolution: false }];
  });
  const inputs = [{ name: 'in', size: network.nodes[0].size, spikes: events.map(([step, neuron]) => ({ step, neuron, payload: 1 })) }];
  const spikes = new Map(groups.map(({ name }): [string, number[][]] => [name, []]));
  const net: EmulatedNet = { steps: STEPS, inputs, groups, blocks };
  emulate(net, LAVA, (step, states) => {
    for (const { group, fired } of states) for (const neuron of fired) spikes.get(group.name)?.push([step, neuron]);
    return true;
  });
  return network.nodes.slice(1).map(({ name, size }) => ({ name, size, spikes: spikes.get(name) ?? [] }));
}

function tableOf(synapses: Synapses, delay: number) {
  const found: { source: number; target: number; weight: number; delay: number }[] = [];
  if (synapses.kind === 'dense') {
    synapses.weights.forEach((weight, i) => {
      found.push({ source: Math.floor(i / synapses.targets), target: i % synapses.targets, weight, delay });
    });
  } else if (synapses.kind === 'convolution' || synapses.kind === 'pooling') {
    const list = expandWindow(synapses, { owner: 0, first: 0, count: synapses.targets });
    list.weights.forEach((weight, k) => {
      found.push({ source: list.sourceIndex[k], target: list.targetIndex[k], weight, delay });
    });
  } else if (synapses.kind === 'sparse') {
    synapses.weights.forEach((weight, k) => {
      found.push({ source: synapses.sourceIndex[k], target: synapses.targetIndex[k], weight, delay: delay + (synapses.delays?.[k] ?? 0) });
    });
  } else {
    throw new Error(synapses.kind);
  }
  found.sort((a, b) => a.source - b.source);
  const first = new Int32Array(synapses.sources + 1);
  for (const { source } of found) first[source + 1]++;
  for (let i = 0; i < synapses.sources; i++) first[i + 1] += first[i];
  return {
    first,
    target: Int32Array.from(found, ({ target }) => target),
    weight: Float64Array.from(found, ({ weight }) => weight),
    delay: Uint8Array.from(found, ({ delay: steps }) => steps),
  };
}
