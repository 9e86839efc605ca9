import { describe, expect, it } from 'vitest';
import { codes, open, refusal } from './open.ts';

const text = (lines: string): Uint8Array => new TextEncoder().encode(lines);
const PIXELS = { sensor: { width: 2, height: 1, polarities: 2 }, channels: 4 } as const;

describe('events as comma-separated values', () => {
  it('are clips of units, in any order of columns', async () => {
    const source = await open(text('label, clip,unit,t\n2,a,0,0.5\n2,a,3,0.9\r\n1,b,1,7\n'));
    expect(source).toMatchObject({ count: 2, framing: expect.stringContaining('4 units summed to 2 channels') });
    expect([...source.clip(0).features]).toEqual([1, 0, 0, 1, 0, 0, 0, 0]);
    expect([...source.clip(0).valid]).toEqual([1, 1, 0, 0]);
    expect(source.clip(0).label).toBe(2);
    expect(source.clip(1).label).toBe(1);
  });

  it.each([
    ['t', '0.0', '0.3'],
    ['t_s', '0.0', '+3e-1'],
    ['t_ms', '0', '300.'],
    ['t_us', '0', '300000'],
  ])('have times as %s', async (name, first, last) => {
    const source = await open(text(`${name},unit\n${first},0\n${last},0`));
    expect([...source.clip(0).features]).toEqual([1, 0, 1, 0, 0, 0, 0, 0]);
    expect(source.clip(0).label).toBeNull();
  });

  it('are pixels, with -1 or 0 for darker', async () => {
    const source = await open(text('t,x,y,p\n0,0,0,-1\n0,1,0,0\n0,1,0,1\n'), PIXELS);
    expect([...source.clip(0).features.subarray(0, 4)]).toEqual([1, 1, 0, 1]);
    expect(source.framing).toContain('2 x 1 pixels, channels (polarity, y, x)');
    expect([...(await open(text('t,x,y\n0,1,0\n'), { ...PIXELS, channels: 2 })).clip(0).features.subarray(0, 2)]).toEqual([0, 1]);
  });

  it('have labels by name where the names are given', async () => {
    const source = await open(text('t,unit,label\n0,0,up\n'), { classNames: ['yes', 'no', 'up'] });
    expect(source).toMatchObject({ classNames: ['yes', 'no', 'up'] });
    expect(source.clip(0).label).toBe(2);
  });

  it('may be longer than a block', async () => {
    const rows = Array.from({ length: 200_000 }, (_, i) => `${i / 1e6},${i % 4}\n`);
    const source = await open(text(`t,unit\n${rows.join('')}`));
    expect([...source.clip(0).features.subarray(0, 2)]).toEqual([100_000, 100_000]);
  });

  it.each([
    ['an unknown column', 't,unit,colour\n0,0,red\n', 'data-foreign'],
    ['two times', 't,t_ms,unit\n0,0,0\n', 'data-foreign'],
    ['no address', 't,label\n0,0\n', 'data-foreign'],
    ['two addresses', 't,unit,x,y\n0,0,0,0\n', 'data-foreign'],
    ['a column twice', 't,unit,unit\n0,0,0\n', 'data-foreign'],
    ['no event', 't,unit\n', 'data-empty'],
    ['a row of another length', 't,unit\n0,0,0\n', 'data-malformed'],
    ['a word for a number', 't,unit\nsoon,0\n', 'data-malformed'],
    ['an endless time', 't,unit\n1e999,0\n', 'data-malformed'],
    ['quotes', 't,unit\n"0",0\n', 'data-malformed'],
    ['half a unit', 't,unit\n0,0.5\n', 'data-malformed'],
    ['a unit that is not there', 't,unit\n0,4\n', 'data-malformed'],
    ['times out of order', 't,unit\n1,0\n0,0\n', 'data-malformed'],
    ['a clip in two places', 't,unit,clip\n0,0,a\n0,0,b\n0,0,a\n', 'data-malformed'],
    ['two labels in a clip', 't,unit,clip,label\n0,0,a,0\n0,0,a,1\n', 'data-malformed'],
    ['a label beyond the classes', 't,unit,label\n0,0,3\n', 'data-label-range'],
    ['a name that nobody gave', 't,unit,label\n0,0,up\n', 'data-label-range'],
    ['pixels of a sensor of unknown size', 't,x,y\n0,0,0\n', 'bad-arguments'],
    ['a line without an end', `t,unit\n${' '.repeat(2 ** 21)}`, 'data-malformed'],
  ])('%s is refused', async (_, lines, code) => {
    expect(codes(await refusal(text(lines)))).toEqual([code]);
  });
});
