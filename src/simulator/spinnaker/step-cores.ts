import type { CoreSimulator } from './core-simulator.ts';

/** Indices of the cores that a key is routed to; for keys of injected packets as for those of neurons. */
export type TargetsOf = (key: number) => readonly number[];

/**
 * One step of several cores at the pace at which nothing is late: all begin the step, then every packet of it is handled, injected ones first
 * and then those of the cores in turn. What a slot holds in the end does not depend on that order. `onSpike` hears of every spike.
 */
export function stepCores(
  cores: readonly CoreSimulator[],
  step: number,
  injected: ArrayLike<number>,
  targetsOf: TargetsOf,
  onSpike: (core: number, neuron: number) => void,
): void {
  const send = (key: number): void => {
    for (const target of targetsOf(key)) cores[target].receive(key, step);
  };
  const fired = cores.map((core) => core.tick(step));
  for (let i = 0; i < injected.length; i++) send(injected[i]);
  cores.forEach((simulator, index) => {
    const { keys } = simulator.core;
    for (let i = 0; i < fired[index]; i++) {
      const neuron = simulator.fired[i];
      onSpike(index, neuron);
      if (keys !== null) send(keys[neuron]);
    }
  });
}
