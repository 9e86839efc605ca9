/**
 * What a JSON file may hold. Bytes: as many as one text can have. Values: empty lists take two letters in the file and some dozen bytes of
 * memory, so these are counted before anything is made of them; long arrays are text in our files.
 */
export const JSON_LIMITS = { bytes: 2 ** 28, values: 2 ** 22 } as const;

const OPENERS = new Uint8Array(256);
for (const letter of '[{,') OPENERS[letter.charCodeAt(0)] = 1;

/** The text of a JSON file in UTF-8. Throws a plain Error that says why it is none; the caller knows the file. */
export function jsonText(bytes: Uint8Array): string {
  if (bytes.length > JSON_LIMITS.bytes) throw new Error(`${bytes.length} bytes, and at most ${JSON_LIMITS.bytes} are read`);
  let values = 0;
  for (const byte of bytes) values += OPENERS[byte];
  if (values > JSON_LIMITS.values) throw new Error(`about ${values} values, and at most ${JSON_LIMITS.values} are read`);
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}

/** What a JSON file holds. Throws as `jsonText` does, a SyntaxError, or a RangeError of nesting without end. */
export const parseJson = (bytes: Uint8Array): unknown => JSON.parse(jsonText(bytes));
