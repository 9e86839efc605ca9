import { membraneOf, type Network } from '../ir/network.ts';

/** What says how wide frames are; null: nothing does. */
interface FrameWidth {
  readonly binMs: number | null;
  readonly timestepS: number | null;
}

/** A network in seconds is given frames as wide as its timestep, unless another width is asked for. One that forgets nothing has no seconds. */
export function framedFor<Options extends FrameWidth>(network: Network, options: Options): Options {
  const { binMs, timestepS } = options;
  if (network.format !== 'nir' || binMs !== null || timestepS === null || !forgets(network)) return options;
  return { ...options, binMs: 1000 * timestepS };
}

const forgets = ({ nodes }: Network): boolean =>
  nodes.some((node) => {
    const membrane = membraneOf(node);
    if (membrane?.parameters !== 'discrete') return false;
    return membrane.currentDecay !== null || (membrane.decay !== 0 && membrane.decay !== 1);
  });
