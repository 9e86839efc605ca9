export type H5Module = Awaited<typeof import('h5wasm')['ready']>;

let current: Promise<H5Module> | null = null;
let discarded = 0;

/** The HDF5 library: one instance for all files, until one of them breaks it. */
export function loadHdf5Library(): Promise<H5Module> {
  current ??= instantiate();
  return current;
}

/**
 * Runs `work` on the library. WebAssembly that was stopped in the middle of something (by an address outside its memory, or a recursion without
 * end) leaves its globals half-changed, and whatever it is asked next may fail: the next file gets a new instance.
 */
export function discardIfBroken<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Error) || !isBreak(error)) throw error;
    current = null;
    discarded++;
    throw new Error(`the HDF5 library could not go on (${error.message})`);
  }
}

const isBreak = (error: Error): boolean =>
  error.name === 'RuntimeError' || (error instanceof RangeError && /call stack/.test(error.message));

async function instantiate(): Promise<H5Module> {
  // A module is evaluated once for each name: behind another query it is another instance.
  const name = discarded === 0 ? 'h5wasm' : `${import.meta.resolve('h5wasm')}?${discarded}`;
  const { ready } = (discarded === 0 ? await import('h5wasm') : await import(name)) as typeof import('h5wasm');
  const h5 = await ready;
  isolate(h5);
  return h5;
}

/** A function of the file system that h5wasm's declarations leave out. */
interface StreamTable {
  getStream(descriptor: number): Parameters<H5Module['FS']['close']>[0] | null;
  readdir(path: string): string[];
}

/**
 * The library prints its error stack on its standard error, for every failed call: that goes to the in-memory /dev/null. Then no device has a
 * name any more, that a file could point to.
 */
function isolate(h5: H5Module): void {
  const FS = h5.FS as typeof h5.FS & StreamTable;
  const errors = FS.getStream(2);
  if (errors) FS.close(errors);
  // Takes the lowest free descriptor, the one just closed.
  FS.open('/dev/null', 'w');
  for (const name of FS.readdir('/dev')) if (!FS.isDir(FS.lstat(`/dev/${name}`).mode)) FS.unlink(`/dev/${name}`);
}
