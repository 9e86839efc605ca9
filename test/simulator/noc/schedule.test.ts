import { describe, expect, it } from 'vitest';
import { scheduleStep } from '../../../src/simulator/noc/detailed.ts';
import { coresOf, type Mesh, Routes } from '../../../src/simulator/noc/mesh.ts';
import { NOWHERE, StepMessages } from '../../../src/simulator/noc/messages.ts';
import { simpleStepSeconds } from '../../../src/simulator/noc/simple.ts';

const MESH: Mesh = { columns: 3, rows: 4, coresPerTile: 2, hopS: { north: 6, east: 4, south: 7, west: 5 }, linkBuffer: 1 };
const core = (x: number, y: number, slot = 0): number => (x * 4 + y) * 2 + slot;

type Message = readonly [from: number, to: number, generationS: number, processingS: number];

function messagesOf(rows: readonly Message[]): StepMessages {
  const messages = new StepMessages();
  for (const row of rows) messages.add(...row);
  return messages;
}

describe('Routes', () => {
  it('go along x, then along y, and are priced by direction', () => {
    const routes = new Routes(MESH);
    const route = routes.between(core(0, 3, 1), core(2, 1));
    expect(route.hops).toEqual({ north: 0, east: 2, south: 2, west: 0 });
    expect(route.seconds).toBe(2 * 4 + 2 * 7);
    // Own port of slot 1 on tile 3; east into tiles 7 and 11; south into 10 and 9. Ports n e s w, then two cores.
    expect([...route.links]).toEqual([3 * 6 + 5, 7 * 6 + 1, 11 * 6 + 1, 10 * 6 + 2, 9 * 6 + 2]);
    expect(routes.between(core(2, 1), core(0, 3)).seconds).toBe(2 * 5 + 2 * 6);
    expect([...routes.between(core(1, 1), core(1, 1, 1)).links]).toEqual([5 * 6 + 4]);
    expect(routes.between(core(0, 3, 1), core(2, 1))).toBe(route);
  });
});

describe('simpleStepSeconds', () => {
  it('is the longer of sending and receiving on any core', () => {
    const [a, b, c] = [core(0, 0), core(1, 1), core(2, 2)];
    const rows: Message[] = [
      [a, b, 10, 3],
      [a, c, 20, 50],
      [a, NOWHERE, 5, 0],
      [b, c, 7, 1],
    ];
    expect(simpleStepSeconds(messagesOf(rows), coresOf(MESH))).toBe(51);
    expect(simpleStepSeconds(messagesOf([...rows, [c, NOWHERE, 52, 0]]), coresOf(MESH))).toBe(52);
    expect(simpleStepSeconds(messagesOf([]), coresOf(MESH))).toBe(0);
  });
});

describe('scheduleStep', () => {
  it('queues messages at their receiver', () => {
    const [a, b] = [core(0, 0), core(1, 0)];
    const { seconds, sentS, receivedS, processedS, blocked } = scheduleStep(
      messagesOf([
        [a, b, 10, 100],
        [a, b, 20, 100],
        [b, NOWHERE, 1000, 0],
      ]),
      new Routes(MESH),
    );
    expect([...sentS]).toEqual([10, 30, 1000]);
    // The first takes 4 to the next tile. When the second is sent, the first has been received and fills nothing.
    expect([...receivedS].slice(0, 2)).toEqual([14, 114]);
    expect([...processedS].slice(0, 2)).toEqual([114, 214]);
    expect([seconds, blocked]).toEqual([1000, 0]);
  });

  it('slows messages down on full routes, and holds their sender back', () => {
    const [a, b] = [core(0, 0), core(1, 0)];
    const rows = Array.from({ length: 5 }, (): Message => [a, b, 1, 90]);
    const { sentS, networkS, blockingS, along, blocked } = scheduleStep(messagesOf(rows), new Routes(MESH));
    // Each message in flight adds 1/3 to the sender's port and to the link east; the first is received at 1 + 4, and no other before 95.
    const third = 1 / 3;
    expect([...along].slice(0, 4).map((m) => m / third)).toEqual([0, 2, 4, 6].map((m) => expect.closeTo(m, 12)));
    expect([...networkS].slice(0, 4)).toEqual([4, 30, 60, 90].map((s) => expect.closeTo(s, 9)));
    // At 5 the first leaves; four of 1/3 twice are 6/3 along, as much as two links hold.
    expect(blocked).toBe(0);
    const narrow = scheduleStep(messagesOf(rows), new Routes({ ...MESH, linkBuffer: 0 }));
    expect(narrow.blockingS[1]).toBeCloseTo(2 * third * 90, 9);
    expect(narrow.sentS[1]).toBeCloseTo(2 + 60, 9);
    expect([sentS[4], blockingS[4]]).toEqual([5, 0]);
  });

  it('counts what it is told to', () => {
    expect(scheduleStep(messagesOf([]), new Routes(MESH)).seconds).toBe(0);
    expect(() =>
      messagesOf([
        [3, 0, 1, 1],
        [2, 0, 1, 1],
      ]),
    ).toThrow('too late');
  });

  it('is what a plain second reading of the rules gives', () => {
    let seed = 7;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    let blocked = 0;
    for (let round = 0; round < 60; round++) {
      const cores = coresOf(MESH);
      const hot = random(cores);
      const rows: Message[] = [];
      for (let from = 0; from < cores; from++) {
        for (let k = random(12); k > 0; k--) {
          const to = random(3) === 0 ? random(cores) : hot;
          // Times that differ in the last digits, so that no tie has to be broken.
          rows.push([from, random(9) === 0 ? NOWHERE : to, 1 + random(1000) / 50 + from * 1e-6, 5 + random(4000) / 100]);
        }
      }
      const mesh = { ...MESH, linkBuffer: Math.SQRT1_2 / 2 + random(3) / 2 };
      const schedule = scheduleStep(messagesOf(rows), new Routes(mesh));
      const plain = plainSchedule(rows, mesh);
      blocked += schedule.blocked;
      expect(schedule.blocked).toBe(plain.blocked);
      expect(schedule.seconds / (plain.seconds || 1)).toBeCloseTo(plain.seconds === 0 ? 0 : 1, 9);
    }
    expect(blocked).toBeGreaterThan(100);
  });
});

/** Lists and sums instead of queues and running means; sender and receiver hold no state that is not looked up anew. */
function plainSchedule(rows: readonly Message[], mesh: Mesh): { seconds: number; blocked: number } {
  const place = (id: number) => ({ x: Math.floor(id / mesh.coresPerTile / mesh.rows), y: Math.floor(id / mesh.coresPerTile) % mesh.rows });
  const linksOf = (from: number, to: number): string[] => {
    const [a, b] = [place(from), place(to)];
    const links = [`${a.x},${a.y} core ${from}`];
    const [east, north] = [Math.sign(b.x - a.x), Math.sign(b.y - a.y)];
    for (let x = a.x + east; x !== b.x + east; x += east) links.push(`${x},${a.y} ${east}`);
    for (let y = a.y + north; y !== b.y + north; y += north) links.push(`${b.x},${y} up ${north}`);
    return links;
  };
  const queues = new Map<number, { row: Message; sentS: number }[]>();
  for (const row of rows) queues.set(row[0], [...(queues.get(row[0]) ?? []), { row, sentS: Number.NaN }]);
  for (const [first] of queues.values()) first.sentS = first.row[2];
  const flights: { links: string[]; processingS: number; receivedS: number; processedS: number; to: number }[] = [];
  let [seconds, blocked] = [0, 0];
  for (;;) {
    const heads = [...queues.values()].flatMap((queue) => queue.slice(0, 1));
    const next = heads.sort((a, b) => a.sentS - b.sentS)[0];
    if (next === undefined) return { seconds, blocked };
    const [from, to, , processingS] = next.row;
    seconds = Math.max(seconds, next.sentS);
    if (to !== NOWHERE) {
      const inMesh = flights.filter(({ receivedS }) => receivedS > next.sentS);
      const mean = inMesh.length === 0 ? 0 : inMesh.reduce((sum, flight) => sum + flight.processingS, 0) / inMesh.length;
      const links = linksOf(from, to);
      const along = links.reduce(
        (sum, link) => sum + inMesh.reduce((s, f) => s + (f.links.includes(link) ? 1 / (f.links.length + 1) : 0), 0),
        0,
      );
      const excess = along - links.length * mesh.linkBuffer;
      if (excess > 1e-9) {
        blocked++;
        next.sentS += excess * mean;
      }
      const [a, b] = [place(from), place(to)];
      const hopsS =
        Math.abs(b.x - a.x) * (b.x > a.x ? mesh.hopS.east : mesh.hopS.west) +
        Math.abs(b.y - a.y) * (b.y > a.y ? mesh.hopS.north : mesh.hopS.south);
      const arrivedS = next.sentS + Math.max(hopsS, (along * mean) / links.length);
      const before = flights.filter((flight) => flight.to === to).at(-1)?.processedS ?? 0;
      const receivedS = Math.max(before, arrivedS);
      flights.push({ links, processingS, receivedS, processedS: receivedS + processingS, to });
      seconds = Math.max(seconds, receivedS + processingS);
    }
    const queue = queues.get(from) ?? [];
    queue.shift();
    if (queue.length > 0) queue[0].sentS = next.sentS + queue[0].row[2];
  }
}
