/**
 * Names of the fields of a program that are typed arrays. A name may also stand for a plain number elsewhere (`core`, `first`); never for
 * a plain array.
 */
const TYPED_FIELDS: ReadonlyMap<string, Int32ArrayConstructor | Int16ArrayConstructor> = new Map<
  string,
  Int32ArrayConstructor | Int16ArrayConstructor
>([
  ['first', Int32Array],
  ['core', Int32Array],
  ['axon', Int32Array],
  ['biasMantissa', Int32Array],
  ['biasExponent', Int32Array],
  ['axonList', Int32Array],
  ['axonBase', Int32Array],
  ['axonAtom', Int32Array],
  ['listFirst', Int32Array],
  ['blocks', Int32Array],
  ['weights', Int16Array],
  ['direct', Int32Array],
  ['partner', Int32Array],
  ['partnerOf', Int32Array],
  ['permutation', Int32Array],
  ['positions', Int32Array],
]);

export type TypedArray = Int32Array | Int16Array | Uint32Array;

export const isTypedArray = (value: unknown): value is TypedArray =>
  value instanceof Int32Array || value instanceof Int16Array || value instanceof Uint32Array;

/** The same value with typed arrays replaced by what `encode` makes of them. */
export function encodeTyped(value: unknown, encode: (array: TypedArray) => unknown): unknown {
  if (isTypedArray(value)) return encode(value);
  return mapChildren(value, (child) => encodeTyped(child, encode));
}

/** The reverse for plain arrays of integers: those in typed fields become typed arrays. The value has been checked against its schema. */
export function decodeTyped(value: unknown, field = ''): unknown {
  const ArrayType = TYPED_FIELDS.get(field);
  if (ArrayType !== undefined && Array.isArray(value)) return ArrayType.from(value);
  return mapChildren(value, decodeTyped);
}

/** Applies `change` to the entries of an array or object (with their field names); other values stay. */
export function mapChildren(value: unknown, change: (child: unknown, field: string) => unknown): unknown {
  if (Array.isArray(value)) return value.map((child) => change(child, ''));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([field, child]) => [field, change(child, field)]));
}
