import { type DiagnosticError, failure, type Place, printable } from '../../diagnostics/index.ts';
import type { Sensor, SensorEvents } from './sensor.ts';

/** The camera of DVS128 Gesture and CIFAR10-DVS. */
export const DVS128_SENSOR: Sensor = { width: 128, height: 128, polarities: 2 };

const SIGNATURE = '#!AER-DAT';
const END_OF_HEADER = '#!END-HEADER';
/** Text in front of the events. */
const HEADER_MOST = 2 ** 20;

export const isAedat = (bytes: Uint8Array): boolean => latin(bytes, 0, SIGNATURE.length) === SIGNATURE;

/**
 * Polarity events of an AEDAT file, version 2.0 of a DVS128 or version 3.1 of any camera (docs.inivation.com, AEDAT file formats). Other
 * kinds of events in it are passed over. Throws `data-malformed`, `data-empty`, and `data-foreign` for other versions.
 */
export function readAedat(bytes: Uint8Array, place: Place): SensorEvents {
  const version = lineAt(bytes, 0).slice(SIGNATURE.length).trim();
  switch (version) {
    case '2.0':
      return notEmpty(readVersion2(bytes, place), place);
    case '3.1':
      return notEmpty(readVersion3(bytes, place), place);
  }
  throw failure('data-foreign', `an AEDAT file of version ${printable(version, 20)}`, {
    places: [place],
    notes: ['read: 2.0 and 3.1'],
    help: 'export it from DV or jAER as AEDAT 2.0 or 3.1, or as CSV (docs/data.md)',
  });
}

function notEmpty(events: SensorEvents, place: Place): SensorEvents {
  if (events.us.length === 0) throw failure('data-empty', 'the file has no polarity events', { places: [place] });
  return events;
}

/**
 * Lines that begin with #, then 8 bytes an event, big-endian: address and microseconds. A DVS128's address has the polarity in bit 0 (0:
 * brighter), x in bits 1 to 7, counted from the right as the chip is mounted, y in bits 8 to 14; bit 15 marks signals that are no pixels.
 */
function readVersion2(bytes: Uint8Array, place: Place): SensorEvents {
  let start = 0;
  while (bytes[start] === 35 /* # */ && start < HEADER_MOST) {
    const line = lineAt(bytes, start);
    const chip = /^# *AEChip: *(.*)$/.exec(line.trim())?.[1];
    if (chip !== undefined && !/DVS128/i.test(chip)) {
      throw failure('data-foreign', `an AEDAT 2.0 file of the camera ${printable(chip, 60)}`, {
        places: [place],
        notes: ['addresses of version 2.0 are those of the camera; known: DVS128'],
        help: 'export it as AEDAT 3.1, or as CSV (docs/data.md)',
      });
    }
    start += line.length + 1;
  }
  const size = bytes.length - start;
  if (size % 8 !== 0) throw malformed(`${size} bytes behind its header are no whole number of events of 8 bytes`, place);
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, size);
  return collect(size / 8, (j) => {
    const address = view.getUint32(8 * j);
    if ((address & 0x8000) !== 0) return null;
    if (address > 0xffff) throw malformed(`the address of event ${j} is ${address}, and a DVS128 has 16 bits`, place);
    return { us: view.getInt32(8 * j + 4), x: 127 - ((address >> 1) & 127), y: (address >> 8) & 127, polarity: 1 - (address & 1) };
  });
}

/** Bytes of a packet's header, and the fields in it that are needed here. */
const PACKET = { bytes: 28, type: 0, size: 4, overflow: 12, capacity: 16, count: 20 } as const;
const POLARITY_EVENTS = 1;

/**
 * A header, then packets, little-endian: 28 bytes that say kind, size and number of events, then the events. A polarity event has bit 0:
 * valid, bit 1: polarity, bits 2 to 16: y, bits 17 to 31: x, and 31 bits of microseconds, continued by the packet's overflow count.
 */
function readVersion3(bytes: Uint8Array, place: Place): SensorEvents {
  const end = latin(bytes, 0, Math.min(bytes.length, HEADER_MOST)).indexOf(END_OF_HEADER);
  if (end < 0) throw malformed(`its header has no ${END_OF_HEADER}`, place);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const packets: { readonly at: number; readonly count: number; readonly beforeUs: number }[] = [];
  let total = 0;
  for (let at = end + lineAt(bytes, end).length + 1; at < bytes.length; ) {
    if (at + PACKET.bytes > bytes.length) throw malformed(`it ends within the header of a packet, at byte ${at}`, place);
    const [size, capacity, count] = [PACKET.size, PACKET.capacity, PACKET.count].map((field) => view.getInt32(at + field, true));
    const next = at + PACKET.bytes + size * capacity;
    if (size < 1 || count < 0 || capacity < count || next > bytes.length) {
      throw malformed(
        `the packet at byte ${at} has ${count} events of ${size} bytes in room for ${capacity}, beyond the file's end or none`,
        place,
      );
    }
    if (view.getInt16(at + PACKET.type, true) === POLARITY_EVENTS) {
      if (size !== 8) throw malformed(`the packet at byte ${at} has polarity events of ${size} bytes, not 8`, place);
      packets.push({ at: at + PACKET.bytes, count, beforeUs: view.getInt32(at + PACKET.overflow, true) * 2 ** 31 });
      total += count;
    }
    at = next;
  }
  let packet = 0;
  let first = 0;
  return collect(total, (j) => {
    while (j - first >= packets[packet].count) first += packets[packet++].count;
    const at = packets[packet].at + 8 * (j - first);
    const data = view.getUint32(at, true);
    if ((data & 1) === 0) return null;
    return {
      us: packets[packet].beforeUs + view.getInt32(at + 4, true),
      x: data >>> 17,
      y: (data >> 2) & 0x7fff,
      polarity: (data >> 1) & 1,
    };
  });
}

type Event = { readonly us: number; readonly x: number; readonly y: number; readonly polarity: number };

/** The events that are none of the passed over. */
function collect(count: number, event: (j: number) => Event | null): SensorEvents {
  const us = new Float64Array(count);
  const x = new Uint16Array(count);
  const y = new Uint16Array(count);
  const polarity = new Uint8Array(count);
  let kept = 0;
  for (let j = 0; j < count; j++) {
    const found = event(j);
    if (found === null) continue;
    us[kept] = found.us;
    x[kept] = found.x;
    y[kept] = found.y;
    polarity[kept++] = found.polarity;
  }
  return { us: us.subarray(0, kept), x: x.subarray(0, kept), y: y.subarray(0, kept), polarity: polarity.subarray(0, kept) };
}

const malformed = (message: string, place: Place): DiagnosticError =>
  failure('data-malformed', message, { places: [place], help: 'record or convert it again' });

/** The line that begins at a byte, without its line feed. */
function lineAt(bytes: Uint8Array, start: number): string {
  const end = bytes.subarray(start, start + HEADER_MOST).indexOf(10);
  return latin(bytes, start, end < 0 ? Math.min(bytes.length, start + HEADER_MOST) : start + end);
}

const latin = (bytes: Uint8Array, start: number, end: number): string => new TextDecoder('latin1').decode(bytes.subarray(start, end));
