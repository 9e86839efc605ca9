import type { ClipSource } from '../ir/clip.ts';
import type { NodeId } from '../ir/ids.ts';
import type { Network } from '../ir/network.ts';
import { simulateNetwork } from '../simulator/reference/index.ts';
import type { Calibration } from '../targets/index.ts';

/** Enough to tell busy routes from quiet ones. */
const TRAFFIC_CLIPS = 8;

/** Mean non-zero values per clip of every stream of the network: the traffic that placement is optimised for. */
export function measureTraffic(network: Network, clips: ClipSource): ReadonlyMap<NodeId, number> {
  const count = Math.min(clips.count, TRAFFIC_CLIPS);
  const traffic = new Map<NodeId, number>();
  for (let index = 0; index < count; index++) {
    for (const [id, stream] of simulateNetwork(network, clips.clip(index)).streams) {
      let active = 0;
      for (let i = 0; i < stream.length; i++) if (stream[i] !== 0) active++;
      traffic.set(id, (traffic.get(id) ?? 0) + active / count);
    }
  }
  return traffic;
}

/** Clips to choose scales by, run in the reference simulator. */
export const calibrationOf = (clips: ClipSource): Calibration => ({
  file: clips.file,
  clips: clips.count,
  run: (network, clip) => simulateNetwork(network, clips.clip(clip)),
});
