import { intersects } from './pattern.ts';
import { type Group, type Grouping, patternOf, type Sources } from './sources.ts';

/**
 * Leaves out groups that default routing replaces: all their sources are defaultable, and no group of another route below would match them
 * instead. From the bottom up, so that a group counts as gone for those above it.
 */
export function dropDefaults(sources: Sources, groups: Grouping): Grouping {
  const kept: Group[] = [];
  for (const group of [...groups].reverse()) {
    const replaceable = group.members.every(
      (source) =>
        sources.defaultable[source] === 1 &&
        !kept.some((below) => below.route !== group.route && intersects(below, patternOf(sources, source))),
    );
    if (!replaceable) kept.push(group);
  }
  return kept.reverse();
}
