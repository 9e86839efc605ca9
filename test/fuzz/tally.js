/** What came of a run: outcomes by subject, and the extremes. */
export class Tally {
  inputs = 0;
  failures = 0;
  #started = Date.now();
  /** Outcomes by subject. */
  #outcomes = new Map();
  #slowest = { value: 0, name: '' };
  #largest = { value: 0, name: '' };

  add(name, { subject, outcome, problem, ms, memory }) {
    this.inputs++;
    if (problem !== null) this.failures++;
    if (ms > this.#slowest.value) this.#slowest = { value: ms, name };
    if (memory > this.#largest.value) this.#largest = { value: memory, name };
    const known = this.#outcomes.get(subject) ?? new Map();
    known.set(outcome, (known.get(outcome) ?? 0) + 1);
    this.#outcomes.set(subject, known);
  }

  print(what) {
    const seconds = ((Date.now() - this.#started) / 1000).toFixed(1);
    const peak = `peak ${Math.round(this.#largest.value / 2 ** 20)} MiB at ${this.#largest.name}`;
    const slowest = `slowest ${this.#slowest.value} ms at ${this.#slowest.name}`;
    const lines = [`${this.inputs} inputs, ${this.failures} failures (${what}, ${seconds} s, ${peak}, ${slowest})`];
    for (const [subject, outcomes] of [...this.#outcomes].sort()) {
      const total = [...outcomes.values()].reduce((sum, count) => sum + count, 0);
      const sorted = [...outcomes].sort((a, b) => b[1] - a[1]).map(([outcome, count]) => `${outcome} ${count}`);
      lines.push(`  ${subject.padEnd(8)} ${String(total).padStart(6)}: ${sorted.join(', ')}`);
    }
    return lines.join('\n');
  }
}
