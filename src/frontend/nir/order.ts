/**
 * Neurons in order of evaluation: depth first from the inputs along what they feed, so that an edge to an earlier node (or to itself) is one
 * that feeds back. Nodes that no input reaches come last, in order of the file.
 */
export function orderNeurons(
  neurons: readonly string[],
  sourcesOf: (name: string) => readonly string[],
  inputs: readonly string[],
): readonly string[] {
  const readers = new Map<string, string[]>();
  for (const neuron of neurons) for (const source of sourcesOf(neuron)) readers.set(source, [...(readers.get(source) ?? []), neuron]);
  // Reverse postorder: whatever is reached from a node stands behind it, but where that closes a loop.
  const done: string[] = [];
  const seen = new Set<string>();
  for (const root of [...inputs, ...neurons].reverse()) {
    const stack: { readonly name: string; next: number }[] = [];
    const enter = (name: string): void => {
      if (seen.has(name)) return;
      seen.add(name);
      stack.push({ name, next: 0 });
    };
    if (inputs.includes(root)) enter(root);
    while (stack.length > 0) {
      const top = stack[stack.length - 1];
      const reader = (readers.get(top.name) ?? [])[top.next++];
      if (reader === undefined) {
        done.push(top.name);
        stack.pop();
      } else enter(reader);
    }
  }
  const reached = done.reverse().filter((name) => !inputs.includes(name));
  return [...reached, ...neurons.filter((name) => !seen.has(name))];
}
