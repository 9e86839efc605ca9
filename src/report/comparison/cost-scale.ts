import { formatSi } from '../format-figures.ts';

/** Where a cost lies on an axis of `width` pixels from `left` on, and where marks stand. */
export interface CostScale {
  readonly at: (cost: number) => number;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

/** From here on equal factors are drawn as equal lengths. */
const LOG_FROM = 8;
/** Of an axis, left free at either end. */
const MARGIN = 0.1;

/** From 0 on, or in logarithms where costs differ widely. At least one cost. */
export function costScale(costs: readonly number[], unit: string, left: number, width: number): CostScale {
  const least = Math.min(...costs);
  const most = Math.max(...costs);
  const inLogarithms = least > 0 && most / least >= LOG_FROM;
  const [from, to] = inLogarithms ? [Math.log10(least), Math.log10(most)] : [0, most === 0 ? 1 : most];
  const margin = inLogarithms ? (to - from) * MARGIN : 0;
  const start = from - margin;
  const span = (to - from) * (inLogarithms ? 1 + 2 * MARGIN : 1 + MARGIN);
  const at = (cost: number): number => left + (width * ((inLogarithms ? Math.log10(cost) : cost) - start)) / span;
  const ticks = inLogarithms ? decades(from - margin, from - margin + span) : quarters(to);
  return { at, ticks: ticks.map((value) => ({ at: at(value), text: formatSi(value, unit) })) };
}

const quarters = (most: number): number[] => [0, 0.25, 0.5, 0.75, 1].map((part) => part * most);

/** Powers of ten, or 1, 2 and 5 of each where there are few; every other one where there are many. */
function decades(from: number, to: number): number[] {
  const powers: number[] = [];
  for (let power = Math.floor(from); power <= Math.ceil(to); power++) powers.push(power);
  const factors = to - from < 2 ? [1, 2, 5] : [1];
  const inside = powers
    .flatMap((power) => factors.map((factor) => factor * 10 ** power))
    .filter((v) => Math.log10(v) >= from && Math.log10(v) <= to);
  const every = Math.ceil(inside.length / 6);
  return inside.filter((_, i) => i % every === 0);
}
