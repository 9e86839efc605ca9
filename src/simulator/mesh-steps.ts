import { failure } from '../diagnostics/index.ts';
import type { ChipModel } from '../ir/chip-model.ts';
import { type Routes as Destinations, type LoihiProgram, synapsesOfAxons } from '../ir/mapping.ts';
import { CORE_FIELDS, EMBEDDED, HOME, SEND_FIELDS, SendField, type SendLog, type Trace } from '../ir/trace.ts';
import { secondsOf } from './figures.ts';
import { scheduleStep } from './noc/detailed.ts';
import { type Mesh, Routes } from './noc/mesh.ts';
import { NOWHERE, StepMessages } from './noc/messages.ts';
import { type CoreCosts, sendingWork } from './step-work.ts';

/** Work this far below a nanosecond is what sums of doubles leave over. */
const DUST_S = 1e-15;

/** Seconds of each chip step without its barrier, with packets that queue and block (scheduleStep). */
export function openMeshSteps(
  trace: Trace,
  program: LoihiProgram,
  chip: ChipModel,
  costs: CoreCosts,
  embeddedS: number,
): (step: number) => number {
  const { routes, messagesOf } = openMessages(trace, program, chip, costs, embeddedS);
  return (step) => scheduleStep(messagesOf(step), routes).seconds;
}

/**
 * The packets of each chip step as messages of a mesh; the returned ones are good until the next call. A packet's generation is what its core
 * has done since the packet before; its processing is `packetReceived` and the synapses it reads. The embedded processor, on tile 0, takes
 * `embeddedS` to send or collect a packet.
 */
export function openMessages(
  trace: Trace,
  program: LoihiProgram,
  chip: ChipModel,
  costs: CoreCosts,
  embeddedS: number,
): { readonly routes: Routes; readonly messagesOf: (step: number) => StepMessages } {
  const sends = sendsOf(trace);
  const mesh = meshOf(program, chip);
  const place = program.cores.map((core) => (core.chip * mesh.tilesPerChip + core.tile) * mesh.coresPerTile + core.slot);
  const home = chip.geometry.coresPerTile;
  const senders = [...place.map((id, core) => ({ id, core })), { id: home, core: EMBEDDED }].sort((a, b) => a.id - b.id);
  const axonEvents = program.cores.map(synapsesOfAxons);
  const routes = new Routes(mesh);
  const messages = new StepMessages();

  function sendAll(from: number, { core, axon, first }: Destinations, source: number, firstS: number, nextS: number): void {
    for (let r = first[source]; r < first[source + 1]; r++) {
      const processingS = costs.packetReceived + costs.synapticEvent * axonEvents[core[r]][axon[r]];
      messages.add(from, place[core[r]], r === first[source] ? firstS : nextS, processingS);
    }
  }

  function sendFromCore(core: number, log: SendLog, rows: readonly [number, number], row: number): void {
    let sentS = 0;
    let spikes = 0;
    for (let r = rows[0] * SEND_FIELDS; r < rows[1] * SEND_FIELDS; r += SEND_FIELDS) {
      const source = log.rows[r + SendField.source];
      const before = messages.count;
      if (source !== HOME) spikes++;
      // Updates and spikes so far, without the packets that went before.
      const firstS = log.rows[r + SendField.worked] * costs.active + spikes * costs.spike - sentS + costs.packetSent;
      if (source === HOME) {
        for (let p = 0; p < log.rows[r + SendField.packets]; p++) {
          messages.add(place[core], home, p === 0 ? firstS : costs.packetSent, embeddedS);
        }
      } else {
        sendAll(place[core], program.cores[core].outputs, source, firstS, costs.packetSent);
      }
      if (messages.count > before) sentS += firstS - costs.packetSent;
    }
    const packets = countOf(messages, place[core]);
    const leftS = sendingWork(trace, row, costs).seconds - sentS - packets * costs.packetSent;
    if (leftS > DUST_S) messages.add(place[core], NOWHERE, leftS, 0);
  }

  function messagesOf(step: number): StepMessages {
    messages.clear();
    const { injections } = program.segments[trace.segmentOfStep[step]];
    const ranges = rangesOf(sends, step, trace.cores);
    for (const { id, core } of senders) {
      if (core !== EMBEDDED) {
        sendFromCore(core, sends, ranges[core], (step * trace.cores + core) * CORE_FIELDS);
        continue;
      }
      const [from, to] = ranges[trace.cores];
      for (let r = from * SEND_FIELDS; r < to * SEND_FIELDS; r += SEND_FIELDS) {
        const injection = injections[sends.rows[r + SendField.worked]];
        sendAll(id, injection.routes, sends.rows[r + SendField.source], embeddedS, embeddedS);
      }
    }
    return messages;
  }
  return { routes, messagesOf };
}

function sendsOf({ sends }: Trace): SendLog {
  if (sends === null) throw new Error('the trace was recorded without its sends');
  return sends;
}

/** Tiles have one place more than cores: on tile 0 it is the embedded processor's. */
function meshOf(program: LoihiProgram, chip: ChipModel): Mesh & { readonly tilesPerChip: number } {
  const { columns, rows, coresPerTile, linkBuffer } = chip.geometry;
  if (linkBuffer === undefined) {
    throw failure('chip-malformed', `chip ${chip.name} gives no \`geometry.linkBuffer\``, {
      places: [{ item: 'geometry.linkBuffer' }],
      notes: ['`detailed` timing needs to know how many messages a link of the mesh holds before it blocks'],
      help: 'declare it in the chip model, or time with --timing simple',
    });
  }
  const chips = Math.max(0, ...program.cores.map((core) => core.chip)) + 1;
  const [horizontalS, verticalS] = [secondsOf(chip, 'hopHorizontal'), secondsOf(chip, 'hopVertical')];
  return {
    columns: columns * chips,
    rows,
    coresPerTile: coresPerTile + 1,
    linkBuffer: linkBuffer.value,
    hopS: { north: verticalS, south: verticalS, east: horizontalS, west: horizontalS },
    ...(chips > 1 ? { chips: { columns, borderS: secondsOf(chip, 'chipCrossing') } } : {}),
    tilesPerChip: columns * rows,
  };
}

/** Rows of each core in a step, and last those of the embedded processor. */
function rangesOf({ rows, first }: SendLog, step: number, cores: number): readonly (readonly [number, number])[] {
  const ranges = Array.from({ length: cores + 1 }, (): [number, number] => [0, 0]);
  for (let row = first[step]; row < first[step + 1]; row++) {
    const sender = rows[row * SEND_FIELDS + SendField.sender];
    const range = ranges[sender === EMBEDDED ? cores : sender];
    if (range[1] === 0) range[0] = row;
    range[1] = row + 1;
  }
  return ranges;
}

/** Messages at the end that come from this core. */
function countOf({ from, count }: StepMessages, id: number): number {
  let first = count;
  while (first > 0 && from[first - 1] === id) first--;
  return count - first;
}
