/**
 * Keys of the object at a path of keys, as a JSON text lists them: a parsed object has keys that look like integers first. The text must be
 * JSON, and have an object there; of keys that occur twice the last counts, as it does for JSON.parse.
 */
export function keyOrder(text: string, path: readonly string[]): string[] {
  let at = 0;
  for (const wanted of path) {
    const found = membersOf(text, at).findLast(({ key }) => key === wanted);
    if (found === undefined) throw new Error(`the text has no ${path.join('.')}`);
    at = found.value;
  }
  const keys = membersOf(text, at).map(({ key }) => key);
  return keys.filter((key, i) => keys.lastIndexOf(key) === i);
}

interface Member {
  readonly key: string;
  /** Where its value begins. */
  readonly value: number;
}

/** Strings, and the punctuation around values; numbers and literals lie between. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],]/gsu;

/** Members of the object that begins at or after `start`. */
function membersOf(text: string, start: number): Member[] {
  const members: Member[] = [];
  const token = new RegExp(TOKEN);
  token.lastIndex = text.indexOf('{', start);
  let depth = 0;
  let isKey = false;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [found] = match;
    if (found === '{' || found === '[') depth++;
    else if (found === '}' || found === ']') depth--;
    else if (isKey && found !== ',') members.push({ key: String(JSON.parse(found)), value: text.indexOf(':', token.lastIndex) + 1 });
    if (depth === 0) break;
    isKey = depth === 1 && (found === '{' || found === ',');
  }
  return members;
}
