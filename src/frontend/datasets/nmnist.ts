import { failure, type Place } from '../../diagnostics/index.ts';
import type { Sensor, SensorEvents } from './sensor.ts';

export const NMNIST_SENSOR: Sensor = { width: 34, height: 34, polarities: 2 };

const EVENT_BYTES = 5;
/** A row that no sensor of this family has: the camera's clock went round, and later times are this much later. */
const OVERFLOW_ROW = 240;
const OVERFLOW_US = 2 ** 13;

/**
 * Events of N-MNIST and N-Caltech101 (Orchard et al., Front. Neurosci. 9:437, 2015): 40 bits each, from the top: x (8), y (8), polarity (1),
 * microseconds (23). Throws `data-malformed` and `data-empty`.
 */
export function readNmnist(bytes: Uint8Array, place: Place): SensorEvents {
  if (bytes.length === 0) throw failure('data-empty', 'the file has no events', { places: [place] });
  if (bytes.length % EVENT_BYTES !== 0) {
    throw failure('data-malformed', `${bytes.length} bytes are no whole number of events`, {
      places: [place],
      notes: [`an event has ${EVENT_BYTES} bytes: x, y, and 24 bits of polarity and microseconds`],
    });
  }
  const count = bytes.length / EVENT_BYTES;
  const us = new Float64Array(count);
  const x = new Uint16Array(count);
  const y = new Uint16Array(count);
  const polarity = new Uint8Array(count);
  let kept = 0;
  let offset = 0;
  for (let at = 0; at < bytes.length; at += EVENT_BYTES) {
    if (bytes[at + 1] === OVERFLOW_ROW) {
      offset += OVERFLOW_US;
      continue;
    }
    x[kept] = bytes[at];
    y[kept] = bytes[at + 1];
    polarity[kept] = bytes[at + 2] >> 7;
    us[kept++] = offset + (((bytes[at + 2] & 127) << 16) | (bytes[at + 3] << 8) | bytes[at + 4]);
  }
  return { us: us.subarray(0, kept), x: x.subarray(0, kept), y: y.subarray(0, kept), polarity: polarity.subarray(0, kept) };
}
