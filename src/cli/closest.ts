/** Candidates that may have been meant by `word`, best first: at most a third of the letters differ, or one contains the other. */
export function findClosest(word: string, candidates: readonly string[], limit = 5): string[] {
  const wanted = word.toLowerCase().slice(0, 64);
  return candidates
    .map((candidate) => ({ candidate, distance: contains(candidate, wanted) ? 0.5 : editDistance(wanted, candidate) }))
    .filter(({ candidate, distance }) => distance <= Math.max(candidate.length, wanted.length) / 3)
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, limit)
    .map(({ candidate }) => candidate);
}

const contains = (candidate: string, wanted: string): boolean => wanted.length >= 3 && candidate.includes(wanted);

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      row.push(Math.min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    previous = row;
  }
  return previous[b.length];
}
