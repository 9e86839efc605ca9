const PREFIXES: readonly (readonly [number, string])[] = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
  [1, ''],
  [1e-3, 'm'],
  [1e-6, 'µ'],
  [1e-9, 'n'],
  [1e-12, 'p'],
  [1e-15, 'f'],
];

/** `3.42 µJ`: three significant digits and a prefix. */
export function formatSi(value: number, unit: string): string {
  if (value === 0) return `0 ${unit}`;
  const magnitude = Math.abs(value);
  // 999.6e-6 rounds to 1.00e-3, so the prefix is chosen after rounding
  const rounded = Number(magnitude.toPrecision(3));
  const [scale, prefix] = PREFIXES.find(([s]) => rounded >= s * 0.999999) ?? PREFIXES[PREFIXES.length - 1];
  return `${Math.sign(value) < 0 ? '-' : ''}${significant(rounded / scale)} ${prefix}${unit}`;
}

const significant = (value: number): string => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));

/** `12,345` for whole and for large counts, `1,234.6` and `48.25` for smaller means, `0.00210` below one. */
export function formatCount(value: number): string {
  if (value !== 0 && Math.abs(value) < 1) return value.toPrecision(3);
  const digits = Number.isInteger(value) || Math.abs(value) >= 10_000 ? 0 : Math.abs(value) >= 100 ? 1 : 2;
  const [whole, fraction] = Math.abs(value).toFixed(digits).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${value < 0 ? '-' : ''}${grouped}${fraction === undefined ? '' : `.${fraction}`}`;
}

/** `92.86 %`. */
export const formatPercent = (fraction: number, digits = 2): string => `${(fraction * 100).toFixed(digits)} %`;

/** `12.5 KiB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${Math.round(bytes)} B`;
  const kib = bytes / 1024;
  return kib < 1024 ? `${kib.toFixed(1)} KiB` : `${(kib / 1024).toFixed(2)} MiB`;
}

/** `synapticEvents` and `fast-weights` as people write them. */
export const humanize = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[-_]/g, ' ')
    .toLowerCase();
