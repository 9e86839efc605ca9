import type { SettingsReport } from './run-report.ts';

/** Everything a run was set to, [what, value], a line each. */
export const settingLines = ({ options, versions, sha256 }: SettingsReport): readonly (readonly [string, string])[] => [
  ...Object.entries(options).map(([name, value]) => [`--${name}`, String(value ?? 'not given')] as const),
  ...Object.entries(versions).map(([name, version]) => [`version of ${name}`, version] as const),
  ...Object.entries(sha256).map(([name, hash]) => [`SHA-256 of ${name}`, hash] as const),
];
