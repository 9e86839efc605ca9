import type { ReportParts } from '../../src/report/index.ts';
import { exampleAccounting } from './example-accounting.ts';
import { exampleParts, exampleRaster } from './example-parts.ts';

/** Means something in HTML, XML, LaTeX, BibTeX, CSV and JSON, each time something else. */
export const NASTY = `<script>alert(1)</script> 100%_\\"'&{}$#^~ \\end{document} 中文 ]]> --> @misc{x, }\u0007`;
export const FORMULA = '=cmd|"/C calc"!A0';

/** A run in which every name that comes from a file is one of the two. */
export const hostileParts: ReportParts = {
  ...exampleParts,
  model: { ...exampleParts.model, name: NASTY, file: NASTY },
  target: { ...exampleParts.target, name: NASTY, description: NASTY },
  mapping: { ...exampleParts.mapping, scaleRule: NASTY },
  data: { ...exampleParts.data, file: NASTY, classNames: exampleParts.predictions.map(() => NASTY) },
  accounting: exampleAccounting(NASTY),
  perPopulation: exampleParts.perPopulation.map((p) => ({
    ...p,
    name: FORMULA,
    origin: { file: NASTY, recogniser: NASTY, nodes: [NASTY] },
  })),
  operations: exampleParts.operations.map((o) => ({ ...o, name: NASTY, note: NASTY })),
  cores: exampleParts.cores.map((core) => ({ ...core, populations: [NASTY, FORMULA] })),
  energy: {
    ...exampleParts.energy,
    costs: NASTY,
    terms: exampleParts.energy.terms.map((term) => ({ ...term, source: NASTY, reason: term.reason === null ? null : NASTY })),
    sources: [
      { key: NASTY, title: NASTY, reference: NASTY },
      { key: FORMULA, title: '{', reference: 'Doe et al., {, 2020, doi 10.1/a_b' },
    ],
  },
  diagnostics: exampleParts.diagnostics.map((d) => ({ ...d, message: NASTY, places: [{ file: NASTY }], notes: [NASTY] })),
  settings: { ...exampleParts.settings, options: { [NASTY]: NASTY } },
};

export const hostileRaster = { ...exampleRaster, populations: exampleRaster.populations.map((p) => ({ ...p, name: NASTY })) };
