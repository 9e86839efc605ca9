import { DIGITS_MAX } from '../../ir/digits.ts';
import { type EmbeddedOperation, featuresEntry, type LoihiProgram, outputSize } from '../../ir/mapping.ts';
import { checkQuantized } from '../check-readout.ts';
import { describePopulations } from './populations.ts';
import { inRange, type Violation } from './violations.ts';

interface Shape {
  readonly steps: number;
  readonly size: number;
}

/** Walks through the segments as a run does: every stream exists, in the shape it is used in, before it is injected or worked on. */
export function checkStreams(program: LoihiProgram, violation: Violation): void {
  const { featuresStream, maskStream } = program.readout;
  const features = featuresEntry(program);
  if (features === undefined) {
    violation('readout.featuresStream', `is ${featuresStream}, which no segment injects`, 'a stream that is injected');
    return;
  }
  const { steps } = features.injection;
  checkQuantized(program.readout, features.size, violation);
  const shapes = new Map<string, Shape>([[featuresStream, { steps, size: features.size }]]);
  if (maskStream !== null) shapes.set(maskStream, { steps, size: 1 });
  const populations = describePopulations(program);
  program.embedded.forEach((operation, o) => {
    const first = operation.kind === 'bit-planes' || operation.kind === 'constant' ? -1 : 0;
    inRange(violation, `embedded[${o}].afterSegment`, operation.afterSegment, first, program.segments.length - 1);
    if (operation.afterSegment === -1) checkOperation(operation, `embedded[${o}]`, shapes, violation);
  });
  for (const segment of program.segments) {
    segment.injections.forEach((injection, i) => {
      const item = `segments[${segment.index}].injections[${i}]`;
      checkUse(shapes, `${item}.stream`, injection.stream, injection.steps, injection.size, violation);
      if (inRange(violation, `${item}.start`, injection.start, 0, segment.steps - 1)) {
        inRange(violation, `${item}.steps`, injection.steps, 1, segment.steps - injection.start);
      }
    });
    for (const population of populations) {
      if (population.buffered && population.segment === segment.index) {
        shapes.set(population.name, { steps: population.steps, size: population.neurons });
      }
    }
    program.embedded.forEach((operation, o) => {
      if (operation.afterSegment === segment.index) checkOperation(operation, `embedded[${o}]`, shapes, violation);
    });
  }
}

function checkOperation(operation: EmbeddedOperation, item: string, shapes: Map<string, Shape>, violation: Violation): void {
  const { steps, size } = operation;
  if (operation.kind !== 'constant') checkUse(shapes, `${item}.source`, operation.source, steps, size, violation);
  switch (operation.kind) {
    case 'rotary':
      inRange(violation, `${item}.direct.length`, operation.direct.length, steps * size, steps * size);
      inRange(violation, `${item}.partner.length`, operation.partner.length, steps * size, steps * size);
      inRange(violation, `${item}.partnerOf.length`, operation.partnerOf.length, size, size);
      checkIndices(`${item}.partnerOf`, operation.partnerOf, size, violation);
      break;
    case 'constant':
      checkIndices(`${item}.positions`, operation.positions, steps * size, violation);
      break;
    case 'reorder':
      inRange(violation, `${item}.permutation.length`, operation.permutation.length, steps * size, steps * size);
      checkIndices(`${item}.permutation`, operation.permutation, steps * size, violation);
      break;
    case 'mask':
      checkUse(shapes, `${item}.mask`, operation.mask, steps, 1, violation);
      break;
    case 'bit-planes':
      inRange(violation, `${item}.digits`, operation.digits, 1, DIGITS_MAX);
      break;
  }
  shapes.set(operation.output, { steps, size: outputSize(operation) });
}

function checkUse(shapes: ReadonlyMap<string, Shape>, item: string, name: string, steps: number, size: number, violation: Violation): void {
  const shape = shapes.get(name);
  if (shape === undefined) {
    const known = [...shapes.keys()].slice(0, 20).join(', ');
    violation(item, `is ${name}, which is not there yet`, `the features, the mask, and what earlier segments leave: ${known}`);
  } else if (shape.steps !== steps || shape.size !== size) {
    violation(item, `is ${name}, used as ${steps} steps of ${size}`, `its ${shape.steps} steps of ${shape.size}`);
  }
}

function checkIndices(item: string, indices: Int32Array, size: number, violation: Violation): void {
  const outside = indices.findIndex((index) => index < 0 || index >= size);
  if (outside >= 0) violation(`${item}[${outside}]`, `is ${indices[outside]}`, `0 .. ${size - 1}`);
}
