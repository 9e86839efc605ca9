import { describe, expect, it } from 'vitest';
import { SentQueue } from '../../../src/simulator/noc/sent-queue.ts';

function takeAll(sentS: readonly number[]): number[] {
  const queue = new SentQueue(sentS);
  sentS.forEach((_, message) => {
    queue.add(message);
  });
  const taken: number[] = [];
  while (!queue.isEmpty) taken.push(queue.take());
  return taken;
}

describe('SentQueue', () => {
  it('gives the earliest first', () => {
    const sentS = Array.from({ length: 200 }, (_, i) => (i * 7919) % 200);
    expect(takeAll(sentS).map((message) => sentS[message])).toEqual(Array.from({ length: 200 }, (_, i) => i));
  });

  // On paper: 0 1 2 3 4 5 lie as they came. 0 leaves, its place sinks to the right, to 2's, and the last, 5, takes that: 2 1 5 3 4. So again
  // 5 1 4 3, then 4 1 3; of two, the place sinks to the only child there is.
  it('breaks ties by the layout of the heap', () => {
    expect(takeAll([0])).toEqual([0]);
    expect(takeAll([0, 0])).toEqual([0, 1]);
    expect(takeAll([0, 0, 0])).toEqual([0, 1, 2]);
    expect(takeAll([0, 0, 0, 0, 0, 0])).toEqual([0, 2, 5, 4, 1, 3]);
  });

  it('can be added to in between', () => {
    const sentS = [5, 1, 3, 2];
    const queue = new SentQueue(sentS);
    queue.add(0);
    queue.add(1);
    expect(queue.take()).toBe(1);
    queue.add(2);
    queue.add(3);
    expect([queue.take(), queue.take(), queue.take(), queue.isEmpty]).toEqual([3, 2, 0, true]);
    expect(() => queue.take()).toThrow('empty');
  });
});
