/** A run as something to choose: `quality` the more the better, `cost` the less the better. */
export interface Choice {
  readonly quality: number;
  readonly cost: number;
}

/** Which choices are on the front: no other is at least as good at no more cost, and better or cheaper. */
export function paretoFront(choices: readonly Choice[]): readonly boolean[] {
  return choices.map(({ quality, cost }) =>
    choices.every((other) => other.quality < quality || other.cost > cost || (other.quality === quality && other.cost === cost)),
  );
}
