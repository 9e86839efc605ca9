/** The module path in a node name: `/blocks.0/attention/query/linear/MatMul` belongs to `blocks.0.attention.query.linear`. '' for none. */
export function modulePath(nodeName: string): string {
  const parts = nodeName.split('/').filter((part) => part !== '');
  return nodeName.startsWith('/') ? parts.slice(0, -1).join('.') : '';
}

/** The path of the module around this one; '' at the top. */
export const parentPath = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('.')));

/** `parent.child`, without the dot where there is no parent. */
export const joinPath = (parent: string, child: string): string => (parent === '' ? child : `${parent}.${child}`);

/** Hands out names that are unique: the second `x` becomes `x-2`. */
export class Names {
  private readonly taken = new Set<string>();
  /** Numbers below these are taken, by name. */
  private readonly next = new Map<string, number>();

  claim(wanted: string): string {
    let name = wanted;
    let k = this.next.get(wanted) ?? 2;
    for (; this.taken.has(name); k++) name = `${wanted}-${k}`;
    this.next.set(wanted, k);
    this.taken.add(name);
    return name;
  }
}
