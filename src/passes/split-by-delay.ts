import type { Synapses } from '../ir/synapses.ts';

/** Synapses by class; `key` is the same for cuts at the same places. */
export interface DelaySplit {
  readonly key: string;
  readonly parts: ReadonlyMap<number, Synapses>;
}

/** Cuts synapses by a class of their delay: minus the offset of a tap, or a synapse's own delay, in model steps; 0 for all others. */
export function splitByDelay(synapses: Synapses, classOf: (delay: number) => number): DelaySplit {
  switch (synapses.kind) {
    case 'time-convolution':
      return splitTaps(synapses, classOf);
    case 'sparse':
      return splitSparse(synapses, classOf);
    case 'dense':
    case 'one-to-one':
    case 'convolution':
    case 'pooling':
      return whole(synapses, classOf(0));
  }
}

const whole = (synapses: Synapses, only: number): DelaySplit => ({ key: `${only}`, parts: new Map([[only, synapses]]) });

/** Taps of one class follow each other, since delays fall from tap to tap. */
function splitTaps(synapses: Extract<Synapses, { kind: 'time-convolution' }>, classOf: (delay: number) => number): DelaySplit {
  const { taps, firstOffset, dilation, weights } = synapses;
  const classes = Array.from({ length: taps }, (_, tap) => classOf(-(firstOffset + tap * dilation)));
  if (classes.every((each) => each === classes[0])) return whole(synapses, classes[0]);
  const perTap = weights.length / taps;
  const parts = new Map<number, Synapses>();
  for (const each of new Set(classes)) {
    const first = classes.indexOf(each);
    const count = classes.lastIndexOf(each) + 1 - first;
    const cut = weights.subarray(first * perTap, (first + count) * perTap);
    parts.set(each, { ...synapses, taps: count, firstOffset: firstOffset + first * dilation, weights: cut });
  }
  return { key: classes.join(' '), parts };
}

function splitSparse(synapses: Extract<Synapses, { kind: 'sparse' }>, classOf: (delay: number) => number): DelaySplit {
  const { delays, sourceIndex, targetIndex, weights } = synapses;
  if (delays === null) return whole(synapses, classOf(0));
  const classes = Array.from(delays, classOf);
  if (classes.length === 0 || classes.every((each) => each === classes[0])) return whole(synapses, classes[0] ?? 0);
  const parts = new Map<number, Synapses>();
  for (const each of [...new Set(classes)].sort((a, b) => a - b)) {
    const kept = (_: number, k: number): boolean => classes[k] === each;
    parts.set(each, {
      ...synapses,
      sourceIndex: sourceIndex.filter(kept),
      targetIndex: targetIndex.filter(kept),
      weights: weights.filter(kept),
      delays: delays.filter(kept),
    });
  }
  return { key: classes.join(' '), parts };
}
