/** The part of WebAssembly.Memory that is needed here: its types come with the browser's, which this library is not compiled against. */
interface GrowableMemory {
  readonly buffer: ArrayBufferLike;
  grow(pages: number): number;
}

const PAGE_BYTES = 65_536;

/**
 * Runs `work` while the WebAssembly memory that `heap` gives may not grow beyond `bytesMax`. A library compiled to WebAssembly takes what a
 * file declares before it finds that the file holds less; refused, its allocation fails and its own error handling takes over.
 * `work` is synchronous, so that nobody else's memory is ever asked to grow meanwhile.
 */
export function withBoundedMemory<T>(heap: () => ArrayBufferLike, bytesMax: number, work: () => T): T {
  const { prototype } = (globalThis as unknown as { readonly WebAssembly: { readonly Memory: { readonly prototype: GrowableMemory } } })
    .WebAssembly.Memory;
  const { grow } = prototype;
  prototype.grow = function (this: GrowableMemory, pages: number): number {
    if (this.buffer === heap() && this.buffer.byteLength + pages * PAGE_BYTES > bytesMax) throw new RangeError('out of bounded memory');
    return grow.call(this, pages);
  };
  try {
    return work();
  } finally {
    prototype.grow = grow;
  }
}
