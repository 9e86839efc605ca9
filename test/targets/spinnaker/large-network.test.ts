import { describe, expect, it } from 'vitest';
import { linkEnds } from '../../../src/ir/spinnaker-machine.ts';
import { findMisdelivery } from '../../../src/simulator/spinnaker/deliver.ts';
import { ROUTER_ENTRIES } from '../../../src/targets/spinnaker/routing/compress-table.ts';
import { findMisrouted } from '../../../src/targets/spinnaker/routing/find-misrouted.ts';
import { routeMachine } from '../../../src/targets/spinnaker/routing/route-machine.ts';
import { deploy } from './deploy.ts';
import { layeredNetwork, READOUT } from './layered.ts';

const NEURONS = 100_000;

describe('a layered network of 100,000 neurons', () => {
  // Delays of 128 steps leave 64 neurons a core: three boards. Of 32 steps, 256 a core: one.
  it.each([
    { delaySteps: 128, chips: 144, overflowing: true, every: 63 },
    { delaySteps: 32, chips: 48, overflowing: false, every: 1 },
  ])(
    'with delays of $delaySteps steps fits its routers on $chips chips, and every spike arrives',
    ({ delaySteps, chips, overflowing, every }) => {
      const layers = layeredNetwork(NEURONS, 16, 1);
      expect(layers.reduce((sum, { neurons }) => sum + neurons, 0)).toBe(NEURONS);
      const { machine, slices, placement, nets } = deploy(layers, delaySteps, 1);
      expect(machine.chips.length).toBe(chips);
      expect(slices.reduce((sum, { count }) => sum + count, 0)).toBe(NEURONS);
      expect(placement.links).toBeLessThan(0.8 * placement.orderedLinks);
      expect(placement.links).toBeLessThan(0.3 * placement.randomLinks);

      const routed = routeMachine(machine, nets, { seed: 1 });
      if (routed.kind === 'unreachable') throw new Error('unreachable');
      const longest = (tables: readonly (readonly unknown[])[]): number => Math.max(...tables.map((table) => table.length));
      const tables = routed.tables.map(({ entries }) => entries);
      expect(longest(routed.original) > ROUTER_ENTRIES).toBe(overflowing);
      expect(longest(tables)).toBeLessThanOrEqual(ROUTER_ENTRIES / 8);
      tables.forEach((table, chip) => {
        expect(findMisrouted(routed.original[chip], table)).toBeNull();
      });
      // And by following packets through the compressed tables: on one board those of every neuron.
      const links = linkEnds(machine);
      // All but the read-out send.
      expect(nets.reduce((sum, { neurons }) => sum + neurons, 0)).toBe(NEURONS - READOUT);
      for (const net of nets) {
        for (let neuron = 0; neuron < net.neurons; neuron += every) {
          const wrong = findMisdelivery(links, tables, { ...net, key: net.key + neuron });
          if (wrong !== null) expect.fail(`key ${net.key + neuron}: ${JSON.stringify(wrong)}`);
        }
      }
    },
  );
});
