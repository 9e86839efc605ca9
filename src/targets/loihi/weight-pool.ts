import type { WeightValues } from '../../ir/synapses.ts';
import { notLowered } from '../mapping/schedule.ts';

/** Weight memory of a core while it is being filled. */
export class WeightPool {
  private cells = new Int16Array(256);
  private used = 0;
  private unitCell: number | null = null;

  get length(): number {
    return this.used;
  }

  /** Appends factor * source[from .. from + count - 1]; returns the cell of the first. `source` null stands for ones. */
  append(source: WeightValues | null, from: number, count: number, factor = 1): number {
    if (source !== null && !(source instanceof Int16Array)) throw notLowered('weights are no mantissas');
    this.reserve(count);
    const cell = this.used;
    if (source === null) this.cells.fill(factor, cell, cell + count);
    else for (let i = 0; i < count; i++) this.cells[cell + i] = factor * source[from + i];
    this.used += count;
    return cell;
  }

  push(weight: number): number {
    this.reserve(1);
    this.cells[this.used] = weight;
    return this.used++;
  }

  /** A cell that holds 1, the same one each time: for gate and teaching spikes. */
  unit(): number {
    this.unitCell ??= this.push(1);
    return this.unitCell;
  }

  toArray(): Int16Array {
    return this.cells.slice(0, this.used);
  }

  private reserve(count: number): void {
    if (this.used + count <= this.cells.length) return;
    const larger = new Int16Array(Math.max(this.used + count, 2 * this.cells.length));
    larger.set(this.cells.subarray(0, this.used));
    this.cells = larger;
  }
}
