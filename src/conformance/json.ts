/** Thrown for a vector file that does not hold what its format says. */
export class MalformedVector extends Error {}

/** A value of a JSON document and where it stands. Every accessor checks what it returns and says where it fails. */
export class JsonValue {
  readonly json: unknown;
  readonly path: string;

  constructor(json: unknown, path: string) {
    this.json = json;
    this.path = path;
  }

  static parse(bytes: Uint8Array): JsonValue {
    try {
      return new JsonValue(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)), '');
    } catch (error) {
      throw new MalformedVector(`not JSON: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  fail(found: string): never {
    throw new MalformedVector(`${this.path === '' ? 'the file' : this.path} ${found}`);
  }

  /** null where there is none. */
  optional(key: string): JsonValue | null {
    const { json } = this;
    if (typeof json !== 'object' || json === null || Array.isArray(json)) this.fail('is not an object');
    const found = Object.getOwnPropertyDescriptor(json, key)?.value;
    return found === undefined || found === null ? null : new JsonValue(found, this.path === '' ? key : `${this.path}.${key}`);
  }

  get(key: string): JsonValue {
    return this.optional(key) ?? this.fail(`has no ${key}`);
  }

  keys(): string[] {
    const { json } = this;
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? Object.keys(json) : this.fail('is not an object');
  }

  /** What a reader does not know it must not pass over. */
  onlyKeys(known: readonly string[]): void {
    const unknown = this.keys().find((key) => !known.includes(key));
    if (unknown !== undefined) this.fail(`has ${JSON.stringify(unknown)}, which is not known; known: ${known.join(', ')}`);
  }

  isList(): boolean {
    return Array.isArray(this.json);
  }

  /** `length`: how many there must be; null: any number. */
  items(length: number | null = null): JsonValue[] {
    const { json } = this;
    if (!Array.isArray(json)) this.fail('is not a list');
    if (length !== null && json.length !== length) this.fail(`has ${json.length} items, not ${length}`);
    return json.map((item, i) => new JsonValue(item, `${this.path}[${i}]`));
  }

  text(): string {
    return typeof this.json === 'string' ? this.json : this.fail('is not text');
  }

  integer(least: number, most: number): number {
    const { json } = this;
    if (typeof json === 'number' && Number.isInteger(json) && json >= least && json <= most) return json;
    return this.fail(`is ${JSON.stringify(json)?.slice(0, 40)}, not an integer in ${least}..${most}`);
  }

  /** A finite number. */
  number(least: number, most: number): number {
    const { json } = this;
    if (typeof json === 'number' && json >= least && json <= most) return json;
    return this.fail(`is ${JSON.stringify(json)?.slice(0, 40)}, not a number in ${least}..${most}`);
  }

  /** A list of numbers; checked without an object for each. */
  numbers(length: number | null, least: number, most: number): number[] {
    const { json } = this;
    if (!Array.isArray(json)) this.fail('is not a list');
    if (length !== null && json.length !== length) this.fail(`has ${json.length} items, not ${length}`);
    const wrong = json.findIndex((item) => !(typeof item === 'number' && item >= least && item <= most));
    if (wrong >= 0) new JsonValue(json[wrong], `${this.path}[${wrong}]`).number(least, most);
    return json;
  }

  /** A list of integers; checked without an object for each. */
  integers(length: number | null, least: number, most: number): number[] {
    const { json } = this;
    if (!Array.isArray(json)) this.fail('is not a list');
    if (length !== null && json.length !== length) this.fail(`has ${json.length} items, not ${length}`);
    const wrong = json.findIndex((item) => !(Number.isInteger(item) && item >= least && item <= most));
    if (wrong >= 0) new JsonValue(json[wrong], `${this.path}[${wrong}]`).integer(least, most);
    return json;
  }
}
