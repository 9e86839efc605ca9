import type { ElementType } from '../datasets/numbers.ts';

/** Numbers of one field of a node, row-major. */
export interface NirArray {
  readonly shape: readonly number[];
  /** As the file holds them. */
  readonly element: ElementType;
  readonly values: Float64Array;
}

/** A node as the file has it: its type, and what it is made of. */
export interface NirNode {
  readonly name: string;
  readonly type: string;
  readonly numbers: ReadonlyMap<string, NirArray>;
  readonly texts: ReadonlyMap<string, string>;
  /** Of a NIRGraph inside another. */
  readonly graph: NirGraph | null;
}

/** A NIR graph: nodes by name, and edges from one name to another. */
export interface NirGraph {
  readonly nodes: ReadonlyMap<string, NirNode>;
  readonly edges: readonly (readonly [from: string, to: string])[];
}
