import { formatPercent } from './format-figures.ts';
import { type CoreReport, type RunReport, STATEMENT } from './run-report.ts';
import { heatColour, PALETTE, svgDocument, svgHead, svgRect, svgText } from './svg.ts';

const CELL = 22;
const GAP = 1;
const TILE_GAP = 9;
const MARGIN = 16;

/**
 * Heat map of the chips: tiles in their place in the mesh (tile id = x * rows + y), the cores of a tile side by side, dark where a core's
 * scarcest resource is nearly used up.
 */
export function drawFloorplan(report: RunReport): string {
  const { columns, rows, coresPerTile } = report.target.geometry;
  const across = Math.ceil(Math.sqrt(coresPerTile));
  const down = Math.ceil(coresPerTile / across);
  const tileWidth = across * (CELL + GAP) - GAP;
  const tileHeight = down * (CELL + GAP) - GAP;
  const chipWidth = columns * (tileWidth + TILE_GAP) - TILE_GAP;
  const chipHeight = rows * (tileHeight + TILE_GAP) - TILE_GAP;
  const chips = [...new Set(report.cores.map((core) => core.chip))].sort((a, b) => a - b);
  const width = Math.max(chipWidth + 2 * MARGIN, 430);
  const left = (width - chipWidth) / 2;
  const { top, body: head } = svgHead(`${report.target.name}: how full each core is`, `${describeFloor(report)}; ${STATEMENT}`, width);
  const body = [...head];
  let y = top;
  for (const chip of chips) {
    if (chips.length > 1) {
      body.push(svgText(left, y + 12, `chip ${chip}`, { fill: PALETTE.muted }));
      y += 20;
    }
    const here = new Map(report.cores.filter((core) => core.chip === chip).map((core) => [core.tile * coresPerTile + core.slot, core]));
    for (let tile = 0; tile < columns * rows; tile++) {
      const tileX = left + Math.floor(tile / rows) * (tileWidth + TILE_GAP);
      const tileY = y + (tile % rows) * (tileHeight + TILE_GAP);
      for (let slot = 0; slot < coresPerTile; slot++) {
        const x = tileX + (slot % across) * (CELL + GAP);
        body.push(drawCore(x, tileY + Math.floor(slot / across) * (CELL + GAP), here.get(tile * coresPerTile + slot)));
      }
    }
    y += chipHeight + 16;
  }
  body.push(...drawLegend(left, y));
  return svgDocument(width, y + 34, `Floorplan of ${report.target.name}, ${STATEMENT}`, describeFloor(report), body);
}

const describeFloor = ({ target }: RunReport): string =>
  `${target.cores} of ${target.chips * target.coresPerChip} cores in use, memory of these ${formatPercent(target.utilisation, 0)} full`;

function drawCore(x: number, y: number, core: CoreReport | undefined): string {
  if (core === undefined) return svgRect(x, y, CELL, CELL, PALETTE.faint);
  const hint = `core ${core.core}: ${core.compartments} neurons, ${formatPercent(core.utilisation, 0)} used, ${core.populations.join(', ')}`;
  return svgRect(x, y, CELL, CELL, heatColour(core.utilisation), hint);
}

function drawLegend(x: number, y: number): string[] {
  const parts = [svgRect(x, y, CELL, 12, PALETTE.faint), svgText(x + CELL + 6, y + 10, 'free', { size: 11, fill: PALETTE.muted })];
  const steps = 10;
  const first = x + 150;
  for (let i = 0; i < steps; i++) parts.push(svgRect(first + i * 16, y, 16, 12, heatColour(i / (steps - 1))));
  parts.push(svgText(first - 6, y + 10, 'in use: 0 %', { size: 11, anchor: 'end', fill: PALETTE.muted }));
  parts.push(svgText(first + steps * 16 + 6, y + 10, '100 %', { size: 11, fill: PALETTE.muted }));
  return parts;
}
