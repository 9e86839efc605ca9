import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { reportFailure } from '../../src/cli/failure.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { failure } from '../../src/diagnostics/index.ts';

function report(error: unknown): { code: number; text: string } {
  let text = '';
  const terminal: Terminal = {
    out: () => {},
    err: (part) => {
      text += part;
    },
    columns: 80,
    colour: false,
    errorColour: false,
    errorIsTerminal: false,
  };
  return { code: reportFailure(error, terminal), text };
}

describe('reportFailure', () => {
  it('prints diagnostics with exit code 1', () => {
    expect(report(failure('data-empty', 'no clip'))).toEqual({
      code: 1,
      text: 'error[data-empty]: no clip\n   = help: give a file with at least one clip\n',
    });
  });

  it('makes diagnostics of what the command line parser says', () => {
    const { code, text } = report(new CommanderError(1, 'x', "error: unknown option '--foo'\n(Did you mean --force?)"));
    expect(code).toBe(1);
    expect(text).toMatch(/^error\[bad-arguments\]: unknown option '--foo'\n {3}= note: Did you mean --force\?\n/);
  });

  it('owns up to a bug with exit code 2 and a short trace', () => {
    const { code, text } = report(new TypeError('x is undefined'));
    expect(code).toBe(2);
    expect(text).toMatch(/^error\[internal-error\]: TypeError: x is undefined\n/);
    expect(text.match(/= note: at /g)?.length).toBeLessThanOrEqual(5);
    expect(report('thrown text').text).toContain('error[internal-error]: thrown text');
  });

  it('lets no control character through', () => {
    expect(report(failure('data-empty', 'a\u001b[31mb')).text).not.toContain('\u001b');
  });
});
