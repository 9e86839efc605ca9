import { escapeHtml } from './escape.ts';

/** Colours of tables, figures and page; contrast of text against white at least 4.5 (WCAG AA). */
export const PALETTE = {
  ink: '#1b2733',
  muted: '#55636f',
  line: '#d5dde3',
  faint: '#eef2f5',
  accent: '#0b6e74',
  second: '#c4622d',
  unknown: '#b9c2ca',
} as const;

const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

/** A whole SVG file; `title` and `description` are what a screen reader says. */
export function svgDocument(width: number, height: number, title: string, description: string, body: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(width)} ${round(height)}" width="${round(width)}" height="${round(height)}" role="img" aria-label="${escapeHtml(title)}" font-family="${escapeHtml(FONT)}" font-size="12">`,
    `<title>${escapeHtml(title)}</title>`,
    `<desc>${escapeHtml(description)}</desc>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...body,
    '</svg>',
    '',
  ].join('\n');
}

interface TextStyle {
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly fill?: string;
  readonly size?: number;
  readonly weight?: number;
}

export function svgText(x: number, y: number, text: string, style: TextStyle = {}): string {
  const { anchor = 'start', fill = PALETTE.ink, size = 12, weight = 400 } = style;
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" fill="${fill}" font-size="${size}" font-weight="${weight}">${escapeHtml(text)}</text>`;
}

/** `hint` is shown where the pointer rests. */
export function svgRect(x: number, y: number, width: number, height: number, fill: string, hint = '', extra = ''): string {
  const inner = hint === '' ? '' : `<title>${escapeHtml(hint)}</title>`;
  return `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" fill="${fill}"${extra}>${inner}</rect>`;
}

/** Two decimals are plenty for a drawing and keep the files small. */
export const round = (value: number): number => Math.round(value * 100) / 100;

/** Cuts a label to what fits `width` pixels at 12 px, at about 6.6 px a letter. */
export function fitText(text: string, width: number, size = 12): string {
  const letters = Math.max(1, Math.floor(width / (size * 0.55)));
  return text.length <= letters ? text : `${text.slice(0, Math.max(1, letters - 1))}…`;
}

/** As `fitText`, keeping the end: names of populations differ there. */
export function fitEnd(text: string, width: number, size = 12): string {
  const letters = Math.max(1, Math.floor(width / (size * 0.55)));
  return text.length <= letters ? text : `…${text.slice(1 - letters)}`;
}

/** Words in lines that fit `width` pixels; at most `lines` of them, the last one cut. */
export function wrapText(text: string, width: number, lines: number, size = 12): readonly string[] {
  const letters = Math.max(1, Math.floor(width / (size * 0.55)));
  const wrapped: string[] = [];
  for (const word of text.split(' ')) {
    const last = wrapped.at(-1);
    if (last !== undefined && (last.length + 1 + word.length <= letters || wrapped.length === lines))
      wrapped[wrapped.length - 1] = `${last} ${word}`;
    else wrapped.push(word);
  }
  return wrapped.map((line) => fitText(line, width, size));
}

/** Title and what there is to say below it, in up to two lines: where the drawing begins, and what it begins with. */
export function svgHead(title: string, subtitle: string, width: number): { readonly top: number; readonly body: readonly string[] } {
  const lines = wrapText(subtitle, width - 32, 2);
  return {
    top: 62 + (lines.length - 1) * 16,
    body: [
      svgText(16, 26, fitText(title, width - 32, 16), { size: 16, weight: 600 }),
      ...lines.map((line, i) => svgText(16, 45 + i * 16, line, { fill: PALETTE.muted })),
    ],
  };
}

/** Sequential colour for a fraction 0..1, light to dark; equal steps look equal (linear in lightness). */
export function heatColour(fraction: number): string {
  const f = Math.min(1, Math.max(0, fraction));
  const mix = (from: number, to: number): string =>
    Math.round(from + (to - from) * f)
      .toString(16)
      .padStart(2, '0');
  return `#${mix(0xe3, 0x06)}${mix(0xf2, 0x4c)}${mix(0xf1, 0x5c)}`;
}
