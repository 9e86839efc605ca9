export { diagnostic, failure } from './build.ts';
export { CODES, type DiagnosticCode } from './codes.ts';
export { type Diagnostic, DiagnosticError, type Place, type Report } from './diagnostic.ts';
export { describeJson, formatDiagnostic, printable } from './format.ts';
