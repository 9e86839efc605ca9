/**
 * What one value of a stream can be. `binary` is a spike or none; `integer` a count between `min` and `max`
 * (`max: null`: no bound is known, as for event counts from outside); `real` anything, for instance a current.
 */
export type Payload =
  | { readonly kind: 'binary' }
  | { readonly kind: 'integer'; readonly min: number; readonly max: number | null }
  | { readonly kind: 'real' };

export const BINARY: Payload = { kind: 'binary' };
export const REAL: Payload = { kind: 'real' };
export const integer = (min: number, max: number | null): Payload => ({ kind: 'integer', min, max });

/** The payload of an elementwise sum of streams. */
export function sumPayload(terms: readonly Payload[]): Payload {
  let min = 0;
  let max: number | null = 0;
  for (const term of terms) {
    switch (term.kind) {
      case 'real':
        return REAL;
      case 'binary':
        max = max === null ? null : max + 1;
        break;
      case 'integer':
        min += term.min;
        max = max === null || term.max === null ? null : max + term.max;
        break;
    }
  }
  return integer(min, max);
}

/** Can a stream of this payload have this value? */
export function carries(payload: Payload, value: number): boolean {
  switch (payload.kind) {
    case 'binary':
      return value === 0 || value === 1;
    case 'integer':
      return Number.isInteger(value) && value >= payload.min && (payload.max === null || value <= payload.max);
    case 'real':
      return Number.isFinite(value);
  }
}

/** `binary`, `integer 0..5`, `integer 0..` (unbounded) or `real`. */
export function describePayload(payload: Payload): string {
  switch (payload.kind) {
    case 'binary':
    case 'real':
      return payload.kind;
    case 'integer':
      return `integer ${payload.min}..${payload.max ?? ''}`;
  }
}
