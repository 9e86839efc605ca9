/** Memory is held as 32-bit units, the low half of a 64-bit word first. Bit 0 is the least significant one. */
const UNIT_BITS = 32;

const maskOf = (bits: number): number => (bits === UNIT_BITS ? -1 : (1 << bits) - 1) >>> 0;

/** Appends bit fields of up to 32 bits to a memory that grows. */
export class BitWriter {
  private units = new Uint32Array(64);
  /** Bits written so far. */
  position = 0;

  /** The low `bits` bits of an integer, two's complement where it is negative. */
  write(value: number, bits: number): void {
    const unit = this.position >>> 5;
    const offset = this.position & 31;
    this.reserve(unit + 2);
    const masked = (value & maskOf(bits)) >>> 0;
    this.units[unit] |= masked << offset;
    if (offset + bits > UNIT_BITS) this.units[unit + 1] |= masked >>> (UNIT_BITS - offset);
    this.position += bits;
  }

  /** Zeros up to bit `position`. */
  padTo(position: number): void {
    this.position = position;
    this.reserve(Math.ceil(position / UNIT_BITS));
  }

  finish(): Uint32Array {
    return this.units.slice(0, Math.ceil(this.position / UNIT_BITS));
  }

  private reserve(units: number): void {
    if (units <= this.units.length) return;
    const larger = new Uint32Array(Math.max(units, 2 * this.units.length));
    larger.set(this.units);
    this.units = larger;
  }
}

/** Reads bit fields from a part of a memory. The caller asks for no more than `left` bits. */
export class BitReader {
  private readonly units: Uint32Array;
  private readonly end: number;
  position: number;

  constructor(units: Uint32Array, first: number, end: number) {
    this.units = units;
    this.position = first;
    this.end = end;
  }

  get left(): number {
    return this.end - this.position;
  }

  unsigned(bits: number): number {
    const unit = this.position >>> 5;
    const offset = this.position & 31;
    let value = this.units[unit] >>> offset;
    if (offset + bits > UNIT_BITS) value |= this.units[unit + 1] << (UNIT_BITS - offset);
    this.position += bits;
    return (value & maskOf(bits)) >>> 0;
  }

  signed(bits: number): number {
    if (bits === 0) return 0;
    const unused = UNIT_BITS - bits;
    return (this.unsigned(bits) << unused) >> unused;
  }
}
