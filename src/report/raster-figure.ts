import { formatCount } from './format-figures.ts';
import { type Band, type Coarseness, dashesOf, type Raster } from './raster.ts';
import { type RunReport, SIMULATED, STATEMENT } from './run-report.ts';
import { runTitle } from './run-title.ts';
import { fitEnd, PALETTE, round, svgDocument, svgHead, svgRect, svgText } from './svg.ts';

const WIDTH = 720;
const LABEL = 200;
const VALUE = 62;
const ROOM = WIDTH - LABEL - VALUE - 32;
/** Bands share this height, each at least as high as its label. */
const HEIGHT = 560;
const BAND_MIN = 15;
const BAND_MAX = 72;
const GAP = 3;
const BANDS_MAX = 60;

/** Spikes of one clip as dots: time to the right, neurons downwards, a band for each population. */
export function drawRaster(raster: Raster, report: RunReport): string {
  const shown = { ...raster, populations: raster.populations.slice(0, BANDS_MAX) };
  const { coarseness, bands } = dashesOf(shown);
  const subtitle = `${describeClip(raster, report)}; ${describeRaster(raster)}; ${describeMarks(coarseness)}; ${SIMULATED}`;
  const { top, body: head } = svgHead(`Spikes of clip ${raster.clip}, ${runTitle(report)}`, subtitle, WIDTH);
  const body = [...head];
  const columns = Math.ceil(raster.timesteps / coarseness.steps);
  let y = top;
  bands.forEach((band, i) => {
    const height = bandHeight(band, bands.length);
    const { name, neurons, spikes } = band.population;
    const text = formatCount(spikes.length / 2);
    body.push(svgRect(16 + LABEL, y, ROOM, height, PALETTE.faint, `${name}: ${neurons} neurons, ${text} spikes`));
    body.push(drawDashes(band, y, height, columns, i % 2 === 0 ? PALETTE.accent : PALETTE.ink));
    body.push(svgText(6 + LABEL, y + height / 2 + 4, fitEnd(name, LABEL - 10, 11), { anchor: 'end', size: 11 }));
    body.push(svgText(WIDTH - 16, y + height / 2 + 4, text, { anchor: 'end', size: 11, fill: PALETTE.muted }));
    y += height + GAP;
  });
  for (const at of [0, 0.5, 1]) {
    const step = Math.round(at * raster.timesteps);
    const anchor = at === 0 ? 'start' : at === 1 ? 'end' : 'middle';
    body.push(svgText(16 + LABEL + at * ROOM, y + 14, `${step}`, { anchor, size: 11, fill: PALETTE.muted }));
  }
  body.push(svgText(6 + LABEL, y + 14, 'timestep', { anchor: 'end', size: 11, fill: PALETTE.muted }));
  body.push(svgText(WIDTH - 16, y + 14, 'spikes', { anchor: 'end', size: 11, fill: PALETTE.muted }));
  if (raster.populations.length > BANDS_MAX) {
    y += 18;
    body.push(
      svgText(16, y + 14, `${raster.populations.length - BANDS_MAX} more populations are not drawn; --record writes all`, { size: 11 }),
    );
  }
  const said = bands.map(({ population: p }) => `${p.name}: ${formatCount(p.spikes.length / 2)} spikes`).join('; ');
  return svgDocument(WIDTH, y + 28, `Spike raster of clip ${raster.clip}, ${STATEMENT}`, said, body);
}

/** `clip 3, one, decided as two` */
function describeClip({ clip }: Raster, { predictions, data }: RunReport): string {
  const name = (index: number | null): string => (index === null ? 'nothing' : (data.classNames?.[index] ?? `class ${index}`));
  const { label, deployed } = predictions[clip];
  return label === null ? `decided as ${name(deployed)}` : `labelled ${name(label)}, decided as ${name(deployed)}`;
}

export function describeRaster({ populations, timesteps }: Raster): string {
  const spikes = populations.reduce((sum, population) => sum + population.spikes.length / 2, 0);
  const count = populations.length;
  return `${formatCount(spikes)} spikes of ${count} population${count === 1 ? '' : 's'} in ${timesteps} timesteps`;
}

/** What a mark stands for: an honest picture says when it is coarse. */
export function describeMarks({ neurons, steps }: Coarseness): string {
  if (neurons === 1 && steps === 1) return 'every spike is drawn';
  const who = neurons === 1 ? 'one neuron' : `${neurons} neighbouring neurons`;
  return `a mark stands for any spike of ${who} in ${steps === 1 ? 'one timestep' : `${steps} timesteps`}`;
}

const bandHeight = ({ rows }: Band, bands: number): number =>
  Math.min(Math.max(BAND_MIN, HEIGHT / bands), BAND_MAX, Math.max(BAND_MIN, rows * 4));

/** One path for a band, in units of rows and columns; marks are never thinner than what print can show. */
function drawDashes({ rows, dashes }: Band, y: number, height: number, columns: number, colour: string): string {
  if (dashes.length === 0) return '';
  const down = height / rows;
  const across = ROOM / columns;
  const path = dashes.map(({ row, column, length }) => `M${column} ${row}h${length}`).join('');
  const transform = `translate(${16 + LABEL} ${round(y + down / 2)}) scale(${across.toFixed(5)} ${down.toFixed(5)})`;
  const thickness = round(Math.max(0.8, 0.9 / down));
  return `<path transform="${transform}" d="${path}" fill="none" stroke="${colour}" stroke-width="${thickness}"/>`;
}
