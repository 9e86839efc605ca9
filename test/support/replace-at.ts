/** The same value with what stands at `path` ('nodes.1.size') replaced; everything on the way is copied, arrays and maps too. */
export function replaceAt<T>(value: T, path: string, replacement: unknown): T {
  const [field, ...rest] = path.split('.');
  const inner = (child: unknown): unknown => (rest.length === 0 ? replacement : replaceAt(child, rest.join('.'), replacement));
  if (value instanceof Map) return new Map([...value].map(([key, child]) => [key, key === field ? inner(child) : child])) as T;
  if (ArrayBuffer.isView(value)) {
    const copy = (value as unknown as Float32Array).slice();
    copy[Number(field)] = replacement as number;
    return copy as unknown as T;
  }
  if (Array.isArray(value)) return value.map((child, index) => (index === Number(field) ? inner(child) : child)) as T;
  if (typeof value !== 'object' || value === null || !(field in value)) throw new Error(`there is no ${path}`);
  return { ...value, [field]: inner((value as Record<string, unknown>)[field]) };
}
