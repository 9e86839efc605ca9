import { type DiagnosticError, failure } from '../../../diagnostics/index.ts';

/** Where in the emitted files something stands: the file, and what in it. */
export interface Where {
  readonly file: string;
  readonly item: string;
}

export const within = ({ file, item }: Where, part: string): Where => ({ file, item: `${item}${part}` });

/** The error to throw for an image that holds something no chip can be configured with. */
export const damaged = (where: Where, found: string, allowed: string): DiagnosticError =>
  failure('program-malformed', `\`${where.item}\` ${found}`, { places: [where], notes: [`allowed: ${allowed}`] });
