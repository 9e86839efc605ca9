import { failure } from '../../diagnostics/index.ts';
import { type LoihiProgram, outputSize } from '../mapping.ts';

/** Values that streams and buffers of a program may hold together: a clip of 100 steps on a full chip needs a third of it. */
const VALUES_MAX = 2 ** 28;

/** Refuses a program whose declared windows and streams, which no file holds, would exhaust a machine's memory. */
export function checkVolume(program: LoihiProgram, file: string): void {
  const groups = program.cores.flatMap((core) => core.groups).map((group) => group.steps * group.count);
  const injections = program.segments.flatMap((segment) => segment.injections).map((injection) => injection.steps * injection.size);
  const operations = program.embedded.map((operation) => operation.steps * outputSize(operation));
  const values = [...groups, ...injections, ...operations].reduce((sum, volume) => sum + volume, 0);
  if (values <= VALUES_MAX) return;
  throw failure('program-malformed', `windows and streams have ${values} values`, {
    places: [{ file, item: 'steps' }],
    notes: [`at most ${VALUES_MAX}: the sum of steps * size over groups, injections and embedded operations`],
  });
}
