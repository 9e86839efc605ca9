import { escapeLatex } from '../escape.ts';
import { STATEMENT } from '../run-report.ts';

/** A document that compiles as it is: pdflatex, bibtex, pdflatex twice. `inputs` are paths without extension. */
export function latexDocument(title: string, inputs: readonly string[]): string {
  return [
    '% Made by spikec. pdflatex, bibtex, pdflatex, pdflatex. Figures are SVG: rsvg-convert -f pdf turns them into what \\includegraphics takes.',
    '\\documentclass{article}',
    '\\usepackage[T1]{fontenc}',
    '\\usepackage[utf8]{inputenc}',
    '\\IfFileExists{lmodern.sty}{\\usepackage{lmodern}}{}',
    '\\usepackage[margin=2.2cm]{geometry}',
    '\\usepackage{array,booktabs,graphicx,longtable}',
    '\\emergencystretch=3em',
    `\\title{${escapeLatex(title)}}`,
    `\\author{Made by spikec; ${STATEMENT}}`,
    '\\date{}',
    '\\begin{document}',
    '\\maketitle',
    ...inputs.map((path) => `\\input{${path}}`),
    '\\clearpage',
    '\\nocite{*}',
    '\\bibliographystyle{plain}',
    '\\bibliography{references}',
    '\\end{document}',
    '',
  ].join('\n');
}
