import { expect, it } from 'vitest';
import { JSON_LIMITS, jsonText, parseJson } from '../../src/ir/parse-json.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

it('reads JSON, and long texts in it', () => {
  expect(parseJson(bytes('{"a": [1, 2]}'))).toEqual({ a: [1, 2] });
  const long = 'x'.repeat(2 ** 24);
  expect(parseJson(bytes(JSON.stringify({ long })))).toEqual({ long });
});

it.each<[string, Uint8Array, RegExp]>([
  ['text that is no JSON', bytes('{"a": '), /JSON/],
  ['bytes that are no UTF-8', Uint8Array.of(0x22, 0xff, 0x22), /encoded data was not valid/],
  ['empty lists by the million', bytes(`[${'[],'.repeat(JSON_LIMITS.values / 2)}[]]`), /about \d+ values/],
  ['objects by the million', bytes(`[${'{},'.repeat(JSON_LIMITS.values / 2)}{}]`), /about \d+ values/],
  ['more bytes than any text', new Uint8Array(JSON_LIMITS.bytes + 1), /268435457 bytes/],
])('refuses %s', (_, file, reason) => {
  expect(() => parseJson(file)).toThrow(reason);
  expect(process.resourceUsage().maxRSS / 2 ** 20).toBeLessThan(1.5);
});

it('keeps a member called __proto__ a member', () => {
  const parsed = parseJson(bytes('{"__proto__": {"polluted": true}}')) as Record<string, unknown>;
  expect(Object.keys(parsed)).toEqual(['__proto__']);
  expect('polluted' in {}).toBe(false);
  expect(jsonText(bytes('{}'))).toBe('{}');
});
