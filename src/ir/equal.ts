import { isNumberArray, type NumberArray } from './array-text.ts';
import type { Network } from './network.ts';

export interface EqualityOptions {
  /** Say nothing of where nodes came from: the same model in another form. */
  readonly ignoreOrigin?: boolean;
  /** How many units in the last place rotary tables may differ by; 0 by default. */
  readonly ulps?: number;
}

/**
 * The first difference between two networks, as `path: one value, the other`, or null. Deep: arrays and maps by their contents and types.
 * NaN equals itself; -0 differs from 0, except where `ulps` allows for it.
 */
export function networksEqual(a: Network, b: Network, { ignoreOrigin = false, ulps = 0 }: EqualityOptions = {}): string | null {
  return new Comparison(ignoreOrigin, ulps).difference(a, b, '');
}

/** Fields of rotary nodes that come out of cosines and sines. */
const TABLES: ReadonlySet<string> = new Set(['direct', 'partner']);

class Comparison {
  private readonly ignoreOrigin: boolean;
  private readonly ulps: number;

  constructor(ignoreOrigin: boolean, ulps: number) {
    this.ignoreOrigin = ignoreOrigin;
    this.ulps = ulps;
  }

  difference(a: unknown, b: unknown, path: string): string | null {
    if (Object.is(a, b)) return null;
    if (isNumberArray(a) && isNumberArray(b)) return this.arrays(a, b, path);
    if (a instanceof Map && b instanceof Map) return this.difference([...a], [...b], path);
    if (isRecord(a) && isRecord(b) && Array.isArray(a) === Array.isArray(b) && !isNumberArray(a) && !isNumberArray(b))
      return this.records(a, b, path);
    return `${path}: ${shown(a)}, ${shown(b)}`;
  }

  private records(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>, path: string): string | null {
    if (Array.isArray(a) && Array.isArray(b) && a.length !== b.length) return `${path}: ${a.length} entries, ${b.length} entries`;
    for (const field of new Set([...Object.keys(a), ...Object.keys(b)])) {
      if (this.ignoreOrigin && field === 'origin') continue;
      const found = this.difference(a[field], b[field], path === '' ? field : `${path}.${field}`);
      if (found !== null) return found;
    }
    return null;
  }

  private arrays(a: NumberArray, b: NumberArray, path: string): string | null {
    if (a.constructor !== b.constructor || a.length !== b.length) return `${path}: ${shown(a)}, ${shown(b)}`;
    const ulps = TABLES.has(path.slice(path.lastIndexOf('.') + 1)) ? this.ulps : 0;
    for (let i = 0; i < a.length; i++) {
      if (Object.is(a[i], b[i])) continue;
      if (ulps > 0 && a instanceof Float32Array && ulpsBetween(a[i], b[i]) <= ulps) continue;
      return `${path}[${i}]: ${shown(a[i])}, ${shown(b[i])}`;
    }
    return null;
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

function shown(value: unknown): string {
  if (isNumberArray(value)) return `${value.constructor.name}[${value.length}]`;
  if (Object.is(value, -0)) return '-0';
  if (typeof value === 'number') return `${value}`;
  return value === undefined ? 'nothing' : (JSON.stringify(value) ?? 'nothing').slice(0, 80);
}

const bits = new DataView(new ArrayBuffer(4));

/** Float32 numbers in order, one integer each: neighbours differ by 1, and 0 and -0 are one. */
function ordinal(value: number): number {
  bits.setFloat32(0, value);
  const pattern = bits.getInt32(0);
  return pattern < 0 ? -(pattern & 0x7fffffff) : pattern;
}

/** Float32 steps from one number to the other; infinite with NaN. */
export function ulpsBetween(a: number, b: number): number {
  return Number.isNaN(a) || Number.isNaN(b) ? Number.POSITIVE_INFINITY : Math.abs(ordinal(a) - ordinal(b));
}
