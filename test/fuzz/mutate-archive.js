import { unzipSync, zipSync } from 'fflate';
import { mutateBytes } from './mutate-bytes.js';

/** Mutations of an .npz file: of the arrays inside, with checksums that fit again, or of the archive itself. */
export function mutateArchive(bytes, draw, others) {
  if (draw.chance(0.4)) return mutateBytes(bytes, draw, others);
  const entries = unzipSync(bytes);
  const names = Object.keys(entries);
  const name = draw.pick(names);
  switch (draw.below(6)) {
    case 0:
      delete entries[name];
      break;
    case 1:
      entries[draw.pick(['x.npy', '__proto__', '../labels.npy', 'labels.npy'])] = entries[name];
      break;
    case 2:
      entries[name] = changeHeader(entries[name], draw);
      break;
    case 3:
      entries[name] = changeHeader(entries[name], draw);
      break;
    default:
      entries[name] = mutateBytes(entries[name], draw, Object.values(entries));
  }
  return zipSync(entries, { level: draw.pick([0, 6]), mtime: '2020-01-01' });
}

const SHAPES = ['()', '(3,)', '(0, 8, 4)', '(99999999999, 8, 4)', '(2, 8, 4, 1)', '(1e3,)', '(-1,)', '(9007199254740993,)', '(2, 4, 8)'];
const TYPES = ['<f2', '<f4', '>f8', '|b1', '<i8', '<u2', '|O', '<U4', '|V8', '<c16', '<f3'];

/** The header is text of fixed length. */
function changeHeader(bytes, draw) {
  const text = String.fromCharCode(...bytes.subarray(10, 128));
  const changed = draw.chance(0.6)
    ? text.replace(/'shape': \([^)]*\)/, `'shape': ${draw.pick(SHAPES)}`)
    : draw.chance(0.8)
      ? text.replace(/'descr': '[^']*'/, `'descr': '${draw.pick(TYPES)}'`)
      : text.replace('False', 'True');
  const result = bytes.slice();
  result.set(
    Array.from(changed.padEnd(text.length).slice(0, text.length), (letter) => letter.charCodeAt(0) & 255),
    10,
  );
  return result;
}
