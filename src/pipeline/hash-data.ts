import type { DataInput } from '../frontend/datasets/index.ts';
import type { ClipSource } from '../ir/clip.ts';
import { sha256 } from './sha256.ts';

/**
 * SHA-256 of the data that clips were made of, in hexadecimal: of a file, or, of a folder, of a line `hash  path` for each file that holds a
 * chosen clip, in order, as sha256sum prints them.
 */
export async function hashData(data: DataInput, clips: ClipSource): Promise<string> {
  if (data instanceof Uint8Array) return sha256(data);
  const lines: string[] = [];
  for (const path of clips.files ?? []) lines.push(`${await sha256(data.read(path))}  ${path}\n`);
  return sha256(new TextEncoder().encode(lines.join('')));
}
