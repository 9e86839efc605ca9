import type { SoftwareOperation, SoftwareProgram, SpinnakerProgram, StreamRecord, StreamSend } from '../../ir/spinnaker-program.ts';
import { checkQuantized } from '../check-readout.ts';
import { inRange, type Violation } from '../loihi/violations.ts';

interface Shape {
  readonly steps: number;
  readonly size: number;
}

const KEY_MAX = 2 ** 32 - 1;
/** Values that one core of software keeps of a stream: as bits and words they fit the memory of a chip. */
const VALUES_MAX = 2 ** 24;

/** Every stream exists, in the shape it is used in, before it is worked on or sent. */
export function checkSoftware(program: SpinnakerProgram, violation: Violation): void {
  program.cores.forEach((core, index) => {
    if (core.kind === 'software') checkCore(core, `cores[${index}]`, program, violation);
  });
}

function checkCore(core: SoftwareProgram, item: string, program: SpinnakerProgram, violation: Violation): void {
  const shapes = new Map<string, Shape>();
  core.records.forEach((record, r) => {
    const { stream, steps, size } = record;
    const sound = inRange(violation, `${item}.records[${r}].steps`, steps, 1, VALUES_MAX);
    if (!sound || !inRange(violation, `${item}.records[${r}].size`, size, 1, Math.floor(VALUES_MAX / steps))) return;
    shapes.set(stream, { steps, size });
    checkRecord(record, `${item}.records[${r}]`, program, violation);
  });
  core.operations.forEach((operation, o) => {
    checkOperation(operation, `${item}.operations[${o}]`, shapes, violation);
    shapes.set(operation.output, operation);
  });
  inRange(violation, `${item}.sends`, core.sends.length, 1, program.segments.length);
  core.sends.forEach((send, s) => {
    checkSend(send, `${item}.sends[${s}]`, core.sends[s - 1], program, violation);
    checkUse(shapes, `${item}.sends[${s}].stream`, send.stream, send.steps, send.size, violation);
  });
}

function checkRecord(record: StreamRecord, item: string, { segments, readout }: SpinnakerProgram, violation: Violation): void {
  if (record.from === 'host') {
    const known = record.stream === readout.featuresStream || record.stream === readout.maskStream;
    if (record.stream === readout.featuresStream) checkQuantized(readout, record.size, violation);
    if (!known) violation(`${item}.stream`, `is ${record.stream}, which the host does not have`, 'the features, or the mask');
    return;
  }
  if (!inRange(violation, `${item}.segment`, record.segment, 0, segments.length - 1)) return;
  inRange(violation, `${item}.start`, record.start, 0, segments[record.segment].steps - 1);
  inRange(violation, `${item}.key`, record.key, 0, KEY_MAX);
  inRange(violation, `${item}.mask`, record.mask, 0, KEY_MAX);
  inRange(violation, `${item}.sliceShift`, record.sliceShift, 0, 31);
  inRange(violation, `${item}.neuronsPerSlice`, record.neuronsPerSlice, 1, 2 ** 16);
}

function checkOperation(operation: SoftwareOperation, item: string, shapes: ReadonlyMap<string, Shape>, violation: Violation): void {
  const { steps, size } = operation;
  const sound = inRange(violation, `${item}.steps`, steps, 1, VALUES_MAX);
  if (!sound || !inRange(violation, `${item}.size`, size, 1, Math.floor(VALUES_MAX / steps))) return;
  switch (operation.kind) {
    case 'rotary':
      checkUse(shapes, `${item}.source`, operation.source, steps, size, violation);
      inRange(violation, `${item}.direct.length`, operation.direct.length, steps * size, steps * size);
      inRange(violation, `${item}.partner.length`, operation.partner.length, steps * size, steps * size);
      inRange(violation, `${item}.partnerOf.length`, operation.partnerOf.length, size, size);
      checkIndices(`${item}.partnerOf`, operation.partnerOf, size, violation);
      return;
    case 'reorder': {
      const source = shapes.get(operation.source);
      if (source === undefined || source.steps * source.size !== steps * size) {
        violation(`${item}.source`, `is ${operation.source}, of another size`, `a stream of ${steps * size} values`);
      }
      inRange(violation, `${item}.permutation.length`, operation.permutation.length, steps * size, steps * size);
      checkIndices(`${item}.permutation`, operation.permutation, steps * size, violation);
      return;
    }
    case 'attention': {
      const keySteps = shapes.get(operation.key)?.steps ?? 0;
      checkUse(shapes, `${item}.query`, operation.query, steps, size, violation);
      checkUse(shapes, `${item}.key`, operation.key, keySteps, size, violation);
      checkUse(shapes, `${item}.value`, operation.value, keySteps, size, violation);
      if (operation.mask !== null) checkUse(shapes, `${item}.mask`, operation.mask, keySteps, 1, violation);
      if (inRange(violation, `${item}.heads`, operation.heads, 1, size) && size % operation.heads !== 0) {
        violation(`${item}.heads`, `are ${operation.heads}`, `a divisor of ${size}`);
      }
      return;
    }
    case 'constant':
      checkIndices(`${item}.positions`, operation.positions, steps * size, violation);
  }
}

function checkSend(
  send: StreamSend,
  item: string,
  before: StreamSend | undefined,
  { segments }: SpinnakerProgram,
  violation: Violation,
): void {
  if (!inRange(violation, `${item}.segment`, send.segment, before === undefined ? 0 : before.segment + 1, segments.length - 1)) return;
  const { steps } = segments[send.segment];
  if (inRange(violation, `${item}.start`, send.start, 0, steps - 1)) inRange(violation, `${item}.steps`, send.steps, 1, steps - send.start);
  inRange(violation, `${item}.key`, send.key, 0, KEY_MAX - send.size);
  if (send.negativeKey !== null) inRange(violation, `${item}.negativeKey`, send.negativeKey, 0, KEY_MAX - send.size);
}

function checkUse(
  shapes: ReadonlyMap<string, Shape>,
  item: string,
  stream: string,
  steps: number,
  size: number,
  violation: Violation,
): void {
  const shape = shapes.get(stream);
  if (shape === undefined) violation(item, `is ${stream}, which is not kept or made on this core`, 'a stream that is there');
  else if (shape.steps !== steps || shape.size !== size) {
    violation(item, `is ${stream}, of ${shape.steps} steps of ${shape.size}`, `${steps} steps of ${size}`);
  }
}

function checkIndices(item: string, indices: Int32Array, end: number, violation: Violation): void {
  const wrong = indices.findIndex((index) => index < 0 || index >= end);
  if (wrong >= 0) violation(`${item}[${wrong}]`, `is ${indices[wrong]}`, `0 .. ${end - 1}`);
}
