import { failure } from '../diagnostics/index.ts';
import type { EmittedFile } from '../ir/files.ts';
import type { Network } from '../ir/network.ts';
import { loadNetwork, saveNetwork } from '../ir/network-io.ts';
import { jsonText } from '../ir/parse-json.ts';

/** The network as imported, real-valued. */
export const NETWORK_FILE = 'network.json';
/** The network as mapped, in the chip's integers. */
export const LOWERED_FILE = 'lowered.json';

export const saveNetworkFile = (network: Network, path: string): EmittedFile => ({ path, content: saveNetwork(network) });

/** A network of a compiled folder. Rejects with `program-missing`, and as `loadNetwork` does. */
export async function loadNetworkFile(files: ReadonlyMap<string, Uint8Array>, path: string): Promise<Network> {
  const bytes = files.get(path);
  if (bytes === undefined) throw failure('program-missing', `the folder holds no ${path}`, { places: [{ file: path }] });
  return loadNetwork(textOf(bytes, path), path);
}

function textOf(bytes: Uint8Array, path: string): string {
  try {
    return jsonText(bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw failure('program-malformed', `${path} is not JSON: ${reason}`, { places: [{ file: path }] });
  }
}
