import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../src', import.meta.url));

/**
 * What each folder of src may import from besides itself. Files at the top of src, index.ts aside, are `compile`.
 */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  diagnostics: [],
  ir: ['diagnostics'],
  frontend: ['diagnostics', 'ir'],
  passes: ['diagnostics', 'ir'],
  simulator: ['diagnostics', 'ir'],
  report: ['diagnostics', 'ir'],
  conformance: ['ir', 'frontend', 'simulator', 'targets'],
  targets: ['diagnostics', 'ir', 'passes'],
  pipeline: ['diagnostics', 'ir', 'frontend', 'passes', 'simulator', 'report', 'targets'],
  compile: ['diagnostics', 'ir', 'frontend', 'passes', 'simulator', 'report', 'targets', 'pipeline'],
  index: ['diagnostics', 'ir', 'frontend', 'passes', 'simulator', 'report', 'targets', 'pipeline', 'compile'],
  cli: ['index', 'conformance'],
};

function sourceFiles(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? sourceFiles(path) : path.endsWith('.ts') ? [path] : [];
  });
}

function layerOf(path: string): string {
  const [top, ...rest] = relative(SRC, path).split(sep);
  return rest.length > 0 ? top : top === 'index.ts' ? 'index' : 'compile';
}

const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g;
const importsOf = (text: string): string[] => [...text.matchAll(IMPORT)].map((match) => match[1]);

/** Comments and strings may speak of consoles and files. */
const codeOnly = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm, '').replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, "''");

const files = sourceFiles(SRC).map((path) => ({ path, name: relative(SRC, path), text: readFileSync(path, 'utf8') }));

describe('the architecture', () => {
  it('reads imports as they are written', () => {
    expect(importsOf("import type { A } from './a.ts';\nexport * from '../b.ts';\nconst c = await import('ajv');\nimport 'd';")).toEqual([
      './a.ts',
      '../b.ts',
      'ajv',
      'd',
    ]);
    expect(files.length).toBeGreaterThan(50);
  });

  it('has a place for every folder of src', () => {
    expect([...new Set(files.map((file) => layerOf(file.path)))].filter((layer) => !(layer in ALLOWED))).toEqual([]);
  });

  it('imports one way only', () => {
    const wrong = files.flatMap(({ path, name, text }) => {
      const layer = layerOf(path);
      return importsOf(text)
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => layerOf(resolve(path, '..', specifier)))
        .filter((other) => other !== layer && !ALLOWED[layer].includes(other))
        .map((other) => `${name} (${layer}) imports from ${other}`);
    });
    expect(wrong).toEqual([]);
  });

  it('touches process, console and files in cli only', () => {
    const wrong = files
      .filter(({ path }) => layerOf(path) !== 'cli')
      .filter(({ text }) => {
        const node = importsOf(text).some((specifier) => specifier.startsWith('node:') || specifier === 'fs' || specifier === 'path');
        return node || /\b(?:process|console|Buffer|__dirname|require)\b\s*[.([]/.test(codeOnly(text));
      })
      .map((file) => file.name);
    expect(wrong).toEqual([]);
  });

  it('has neither clock nor chance in the library', () => {
    const wrong = files.filter(
      ({ path, text }) =>
        layerOf(path) !== 'cli' && /\bMath\.random\b|\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b/.test(codeOnly(text)),
    );
    expect(wrong.map((file) => file.name)).toEqual([]);
  });

  it('loads heavy packages lazily', () => {
    const heavy = /^\s*(?:import|export)\s(?!type\b)[^;]*?from\s+'(onnxruntime-web|h5wasm|ajv)[^']*'/m;
    expect(files.filter(({ text }) => heavy.test(text)).map((file) => file.name)).toEqual([]);
  });

  it('starts the command line without the library', () => {
    const eager = ['main.ts', 'program.ts', 'terminal.ts'];
    for (const { name, text } of files.filter((file) => eager.includes(relative(join(SRC, 'cli'), file.path)))) {
      const loaded = [...text.matchAll(/^import (?!type\b)[^;]*from '(\.[^']+)'/gm)].map((match) => match[1]);
      expect(
        loaded.filter((specifier) => !eager.includes(specifier.replace('./', ''))),
        name,
      ).toEqual([]);
    }
  });
});
