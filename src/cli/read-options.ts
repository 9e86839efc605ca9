import { type Diagnostic, DiagnosticError, diagnostic, printable } from '../index.ts';

export type RawOptions = Readonly<Record<string, string | boolean | undefined>>;

/** Checks what was typed; all mistakes are thrown together by `finish`, as `bad-arguments`. */
export class OptionReader {
  readonly #raw: RawOptions;
  readonly #problems: Diagnostic[] = [];

  constructor(raw: RawOptions) {
    this.#raw = raw;
  }

  flag(name: string): boolean {
    return this.#raw[name] === true;
  }

  /** null where it was not given. */
  text(name: string): string | null {
    const value = this.#raw[name];
    if (typeof value !== 'string') return null;
    if (value === '') this.#refuse(name, 'is empty', 'give a value');
    return value;
  }

  /** A whole number in [least, most]; null where it was not given or is wrong. */
  integer(name: string, least: number, most: number): number | null {
    const text = this.text(name);
    if (text === null) return null;
    const value = /^[0-9]{1,16}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    this.#refuse(name, `is ${JSON.stringify(text)}`, `allowed: whole numbers from ${least} to ${most}`);
    return null;
  }

  /** A number in (above, most]. */
  number(name: string, above: number, most: number): number | null {
    const text = this.text(name);
    if (text === null) return null;
    const value = parseNumber(text);
    if (value > above && value <= most) return value;
    this.#refuse(name, `is ${JSON.stringify(text)}`, `allowed: numbers above ${above}, up to ${most}`);
    return null;
  }

  /** A number in (above, most], or several as `name=number`, commas between; null where it was not given or is wrong. */
  numbers(name: string, above: number, most: number): number | ReadonlyMap<string, number> | null {
    const text = this.text(name);
    if (text === null || !text.includes('=')) return this.number(name, above, most);
    const pairs = text.split(',').map((part): readonly [string, number] => {
      const [, key = '', value = ''] = /^(.+)=([^=]+)$/.exec(part.trim()) ?? [];
      return [key, parseNumber(value)];
    });
    const named = new Map(pairs);
    if (named.size === pairs.length && pairs.every(([key, value]) => key !== '' && value > above && value <= most)) return named;
    this.#refuse(name, `is ${JSON.stringify(text)}`, `allowed: NAME=NUMBER, each name once, numbers above ${above}, up to ${most}`);
    return null;
  }

  /** One of `choices`; the first of them where it was not given. */
  choice<const T extends string>(name: string, choices: readonly [T, ...T[]]): T {
    const text = this.text(name);
    if (text === null) return choices[0];
    const found = choices.find((choice) => choice === text);
    if (found === undefined) this.#refuse(name, `is ${JSON.stringify(text)}`, `allowed: ${choices.join(', ')}`);
    return found ?? choices[0];
  }

  /** Whole numbers and ranges of them, as in `3,7,10-20`; null where it was not given or is wrong. */
  ranges(name: string, most: number): readonly (readonly [number, number])[] | null {
    const parts = this.text(name)
      ?.split(',')
      .map((part) => /^\s*(\d{1,10})(?:-(\d{1,10}))?\s*$/.exec(part));
    if (parts === undefined) return null;
    const ranges = parts.map((match) => [Number(match?.[1] ?? Number.NaN), Number(match?.[2] ?? match?.[1] ?? Number.NaN)] as const);
    if (ranges.every(([first, last]) => first <= last && last <= most)) return ranges;
    this.#refuse(
      name,
      `is ${JSON.stringify(this.text(name))}`,
      `allowed: whole numbers from 0 to ${most} and ranges of them, as in 3,7,10-20`,
    );
    return null;
  }

  /** One number, or two or three with x between, as in `128x128`; null where it was not given or is wrong. */
  size(name: string, most: number): readonly number[] | null {
    const text = this.text(name);
    if (text === null) return null;
    const sizes = /^\d{1,9}(x\d{1,9}){0,2}$/.test(text) ? text.split('x').map(Number) : [];
    if (sizes.length > 0 && sizes.every((size) => size >= 1 && size <= most) && (sizes[2] ?? 1) <= 2) return sizes;
    this.#refuse(
      name,
      `is ${JSON.stringify(text)}`,
      `allowed: WIDTHxHEIGHT or WIDTHxHEIGHTxPOLARITIES with 1 or 2 polarities, or a number of units, up to ${most}`,
    );
    return null;
  }

  /** Names separated by commas, none empty and none twice; null where it was not given or is wrong. */
  names(name: string): readonly string[] | null {
    const names = this.text(name)
      ?.split(',')
      .map((part) => part.trim());
    if (names === undefined) return null;
    if (!names.includes('') && new Set(names).size === names.length) return names;
    this.#refuse(name, 'has a name twice, or none between commas', 'allowed: names separated by commas');
    return null;
  }

  /** Any of `choices`, separated by commas; none where it was not given. */
  choices<const T extends string>(name: string, choices: readonly T[]): readonly T[] {
    const given = this.text(name)?.split(',') ?? [];
    const unknown = given.find((text) => !choices.some((choice) => choice === text.trim()));
    if (unknown !== undefined)
      this.#refuse(name, `names ${JSON.stringify(unknown)}`, `allowed: ${choices.join(', ')}, separated by commas`);
    return choices.filter((choice) => given.some((text) => text.trim() === choice));
  }

  /** An option whose only true value today is `only` (null: none): anything else would be ignored, and is refused instead. */
  reserved(name: string, only: string | null, reason: string): void {
    const text = this.text(name);
    if (text === null || text === only) return;
    this.#refuse(name, `is ${JSON.stringify(text)}`, only === null ? `not supported: ${reason}` : `allowed: ${only}; ${reason}`);
  }

  finish(): void {
    if (this.#problems.length > 0) throw new DiagnosticError(this.#problems);
  }

  #refuse(name: string, found: string, allowed: string): void {
    this.#problems.push(diagnostic('bad-arguments', `--${dashed(name)} ${printable(found, 80)}`, { notes: [allowed] }));
  }
}

/** NaN for what is no number as it is usually written. */
const parseNumber = (text: string): number => (/^[0-9]*\.?[0-9]+(e[+-]?[0-9]+)?$/i.test(text) ? Number(text) : Number.NaN);

export const dashed = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
