export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  accent(text: string): string;
  good(text: string): string;
  warn(text: string): string;
  bad(text: string): string;
}

const ESCAPE = '\u001b[';

export function createStyle(colour: boolean): Style {
  const paint =
    (on: number, off: number) =>
    (text: string): string =>
      colour ? `${ESCAPE}${on}m${text}${ESCAPE}${off}m` : text;
  return { bold: paint(1, 22), dim: paint(2, 22), accent: paint(36, 39), good: paint(32, 39), warn: paint(33, 39), bad: paint(31, 39) };
}

/** `width` characters, of which `fraction` are filled; anything above zero shows. */
export function drawBar(fraction: number, width: number): string {
  const clamped = Math.min(1, Math.max(0, fraction));
  const eighths = clamped === 0 ? 0 : Math.max(1, Math.round(clamped * width * 8));
  const whole = Math.floor(eighths / 8);
  const rest = eighths % 8;
  const bar = '█'.repeat(whole) + (rest === 0 ? '' : '▏▎▍▌▋▊▉'[rest - 1]);
  return bar.padEnd(width);
}
