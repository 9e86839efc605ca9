import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readModel } from '../../src/cli/read-model.ts';
import { DiagnosticError } from '../../src/diagnostics/index.ts';
import { decodeModel, encodeModel, type OnnxTensor } from '../../src/frontend/onnx/proto/index.ts';
import { aroundNeurons, imported } from '../frontend/onnx/support/importing.ts';
import { customLif } from '../frontend/onnx/support/lif.ts';

const whole = aroundNeurons((graph, x) => customLif(graph, x, 'layer.lif'));

/** The same model with its weights in another file, one after the other. */
function split(location: string): { model: Uint8Array; data: Uint8Array } {
  const decoded = decodeModel(whole, 'made.onnx');
  const parts: Uint8Array[] = [];
  let offset = 0;
  const initializers = decoded.graph.initializers.map(({ rawData = new Uint8Array(), ...tensor }): OnnxTensor => {
    const entry = (key: string, value: string) => ({ key, value });
    const externalData = [entry('location', location), entry('offset', String(offset)), entry('length', String(rawData.length))];
    parts.push(rawData);
    offset += rawData.length;
    return { ...tensor, dataLocation: 1, externalData };
  });
  return { model: encodeModel({ ...decoded, graph: { ...decoded.graph, initializers } }), data: Buffer.concat(parts) };
}

let root = '';
const write = (name: string, bytes: Uint8Array): string => {
  writeFileSync(join(root, name), bytes);
  return join(root, name);
};
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'spikec-model-'));
  mkdirSync(join(root, 'model', 'data'), { recursive: true });
  write('secret.bin', split('x').data);
  write('model/weights.bin', split('x').data);
  write('model/data/weights.bin', split('x').data);
  write('model/short.bin', new Uint8Array(8));
  symlinkSync(join(root, 'secret.bin'), join(root, 'model', 'link.bin'));
  symlinkSync(join(root, 'model', 'weights.bin'), join(root, 'model', 'inner.bin'));
  symlinkSync('circle.bin', join(root, 'model', 'circle.bin'));
  symlinkSync('/dev/zero', join(root, 'model', 'device.bin'));
  write('model/sparse.bin', new Uint8Array());
  truncateSync(join(root, 'model', 'sparse.bin'), 5 * 2 ** 30);
  // Reading a pipe that nobody writes to would wait for ever.
  spawnSync('mkfifo', [join(root, 'model', 'pipe.bin')]);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('a model with values in other files', () => {
  it.each(['weights.bin', 'data/weights.bin', './weights.bin', 'inner.bin'])('is read whole: %s', async (location) => {
    const bytes = await readModel(write('model/model.onnx', split(location).model));
    expect(imported(bytes).network).toEqual(imported(whole).network);
  });

  it.each([
    ['../secret.bin', /`\.\.\/secret\.bin`/],
    ['data/../../secret.bin', /secret/],
    ['/etc/hostname', /hostname/],
    ['C:\\secret.bin', /secret/],
    ['', /``/],
    ['link.bin', /a link to .*secret\.bin/],
    ['short.bin', /which has 8/],
  ])('is refused where it reads %s', async (location, message) => {
    const error = await readModel(write('model/model.onnx', split(location).model)).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(DiagnosticError);
    expect(error).toMatchObject({ diagnostics: [{ code: 'external-data', message: expect.stringMatching(message) }] });
  });

  it('is refused where a hundred tensors take the same megabytes', async () => {
    const decoded = decodeModel(split('large.bin').model, 'made.onnx');
    const initializers = Array.from({ length: 100 }, (_, k): OnnxTensor => {
      const entries = { location: 'large.bin', offset: '0', length: String(2 ** 22) };
      const externalData = Object.entries(entries).map(([key, value]) => ({ key, value }));
      return { ...decoded.graph.initializers[0], name: `copy ${k}`, externalData };
    });
    write('model/large.bin', new Uint8Array(2 ** 22));
    const path = write('model/model.onnx', encodeModel({ ...decoded, graph: { ...decoded.graph, initializers } }));
    const error = await readModel(path).catch((e: unknown) => e);
    expect(error).toMatchObject({ diagnostics: [{ code: 'onnx-too-large' }] });
    expect(process.resourceUsage().maxRSS / 2 ** 20).toBeLessThan(1);
  });

  it.skipIf(process.platform === 'win32').each([
    ['a pipe', 'pipe.bin', /is not a regular file/, 'file-not-readable'],
    ['a folder', 'data', /is a folder/, 'file-not-readable'],
    ['a link to itself', 'circle.bin', /cannot be read \(ELOOP\)/, 'file-not-readable'],
    ['a link to a device', 'device.bin', /a link to \/dev\/zero/, 'external-data'],
    ['a name with a zero', 'weights.bin\0', /weights/, 'external-data'],
    ['a name longer than any', 'n'.repeat(5000), /ENAMETOOLONG/, 'file-not-readable'],
    ['a file larger than any model', 'sparse.bin', /5120\.00 MiB; at most/, 'file-not-readable'],
  ])('is refused where it reads %s', async (_, location, message, code) => {
    const error = await readModel(write('model/model.onnx', split(location).model)).catch((e: unknown) => e);
    expect(error).toMatchObject({ diagnostics: [{ code, message: expect.stringMatching(message) }] });
  });

  it('is refused where the file is missing', async () => {
    const error = await readModel(write('model/model.onnx', split('nowhere.bin').model)).catch((e: unknown) => e);
    expect(error).toMatchObject({ diagnostics: [{ code: 'file-not-found' }] });
  });

  it('is the same bytes where it has none', async () => {
    expect(Buffer.from(await readModel(write('model/model.onnx', whole))).equals(whole)).toBe(true);
  });
});
