/** SANA-FE prints seven significant digits. */
const RELATIVE = 1e-6;

/** How a figure differs from the one recorded, in words; null where it does not. `scale`: of what it was rounded; 0 for what is exact. */
export function differs(computed: number, recorded: number, scale: number, relative = RELATIVE): string | null {
  return Math.abs(computed - recorded) <= relative * Math.abs(scale) ? null : `is ${computed}, recorded ${recorded}`;
}
