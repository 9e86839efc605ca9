import { failure, type Place } from '../../diagnostics/index.ts';

/** Pixels of an event camera, each with one polarity (any change) or two (0: darker, 1: brighter). */
export interface Sensor {
  readonly width: number;
  readonly height: number;
  readonly polarities: 1 | 2;
}

/** Events of a recording as a camera's file has them. */
export interface SensorEvents {
  /** Microseconds. */
  readonly us: Float64Array;
  readonly x: Uint16Array;
  readonly y: Uint16Array;
  readonly polarity: Uint8Array;
}

/** How pixels become the channels of a model: squares of `pool` x `pool` pixels summed, in the order (polarity, y, x). */
export interface SensorLayout {
  readonly sensor: Sensor;
  readonly pool: number;
  /** Both polarities in one channel. */
  readonly merged: boolean;
}

/** A clip's events with the channels they belong to; times in seconds, ascending. */
export interface ChannelEvents {
  readonly times: Float64Array;
  readonly units: Float32Array;
}

/** A clock that jumps back further was set anew; smaller steps back come of several threads that write one file. */
const JUMP_US = 1e6;

export const describeSensor = ({ sensor, pool, merged }: SensorLayout): string => {
  const { width, height, polarities } = sensor;
  const pooled = pool === 1 ? '' : `, ${pool} x ${pool} pixels summed`;
  return `${width} x ${height} pixels${pooled}, ${polarities === 2 && !merged ? 'channels (polarity, y, x)' : 'channels (y, x), polarities summed'}`;
};

/**
 * The layout with which a sensor gives as many channels as the model reads. There is at most one: twice the pixels of a pooling are never
 * the pixels of another. Throws `data-shape-mismatch`.
 */
export function layoutOf(sensor: Sensor, channels: number, file: string): SensorLayout {
  const { width, height, polarities } = sensor;
  for (const merged of [false, true]) {
    const pool = Math.sqrt(((merged ? 1 : polarities) * width * height) / channels);
    if (Number.isInteger(pool) && width % pool === 0 && height % pool === 0) return { sensor, pool, merged };
  }
  throw failure(
    'data-shape-mismatch',
    `${width} x ${height} pixels of ${polarities} polarities do not make the model's ${channels} channels`,
    {
      places: [{ file }],
      notes: [
        'channels are polarities x height x width, or height x width with the polarities summed, or either after summing squares of pixels that tile the sensor',
      ],
      help: 'give the size of the sensor as --sensor WIDTHxHEIGHT, or a model for this one',
    },
  );
}

/** Events by channel, in order of time. Throws `data-malformed` for pixels that the sensor has not, and for a clock that was set back. */
export function toChannels(events: SensorEvents, { sensor, pool, merged }: SensorLayout, place: Place): ChannelEvents {
  const { us, x, y, polarity } = events;
  const [columns, rows] = [sensor.width / pool, sensor.height / pool];
  const units = new Float32Array(us.length);
  let sorted = true;
  for (let j = 0; j < us.length; j++) {
    if (x[j] >= sensor.width || y[j] >= sensor.height) {
      throw failure('data-malformed', `event ${j} is at (${x[j]}, ${y[j]})`, {
        places: [place],
        notes: [`the sensor has ${sensor.width} x ${sensor.height} pixels, counted from 0`],
        help: 'give the size of another sensor as --sensor WIDTHxHEIGHT',
      });
    }
    if (j > 0 && us[j] < us[j - 1]) {
      if (us[j - 1] - us[j] > JUMP_US) {
        throw failure('data-malformed', `event ${j} at ${us[j]} µs comes after an event at ${us[j - 1]} µs`, {
          places: [place],
          notes: ['events that are less than a second out of order are put in order; here the clock was set back'],
          help: 'cut the recording there',
        });
      }
      sorted = false;
    }
    const plane = merged || sensor.polarities === 1 ? 0 : polarity[j];
    units[j] = (plane * rows + Math.floor(y[j] / pool)) * columns + Math.floor(x[j] / pool);
  }
  const times = us.map((t) => t / 1e6);
  if (sorted) return { times, units };
  const order = Uint32Array.from(us, (_, j) => j).sort((a, b) => us[a] - us[b] || a - b);
  return { times: Float64Array.from(order, (j) => times[j]), units: Float32Array.from(order, (j) => units[j]) };
}
