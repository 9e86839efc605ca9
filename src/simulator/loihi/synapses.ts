import { type CoreState, RUN_FIELDS, RunField } from './core-state.ts';

/** Adds what a spike of this payload brings through input axon `axon`: synapse by synapse, into the accumulators of the steps it arrives in. */
export function activateAxon(core: CoreState, axon: number, payload: number): void {
  const { ring, cells, runs } = core;
  const ringSize = ring.length;
  const list = core.axonList[axon];
  const first = core.next + core.axonBase[axon];
  const end = core.listFirst[list + 1] * RUN_FIELDS;
  for (let r = core.listFirst[list] * RUN_FIELDS; r < end; r += RUN_FIELDS) {
    let at = first + runs[r + RunField.reach];
    if (at >= ringSize) at -= ringSize;
    const cell = runs[r + RunField.cell];
    const count = runs[r + RunField.count];
    const factor = payload << runs[r + RunField.shift];
    if (factor === 1) {
      for (let k = 0; k < count; k++) ring[at + k] += cells[cell + k];
    } else {
      for (let k = 0; k < count; k++) ring[at + k] += Math.imul(factor, cells[cell + k]);
    }
  }
}

/** In a write segment: runs over fast weights wait for the step they arrive in, all others act as ever. */
export function activateAxonForWriting(core: CoreState, axon: number, payload: number): void {
  const { ring, cells, runs } = core;
  const list = core.axonList[axon];
  const first = core.next + core.axonBase[axon];
  for (let run = core.listFirst[list]; run < core.listFirst[list + 1]; run++) {
    const r = run * RUN_FIELDS;
    const at = (first + runs[r + RunField.reach]) % ring.length;
    const cell = runs[r + RunField.cell];
    if (cell >= core.fastFirst) {
      core.waiting[Math.floor(at / core.compartments)].push(run);
    } else {
      for (let k = 0; k < runs[r + RunField.count]; k++) ring[at + k] += Math.imul(payload, cells[cell + k]);
    }
  }
}

/**
 * Coincidences of this step: synapse k of an arrived key is incremented where the teaching compartment of its target received something.
 * A cell holds at most `cellMax`. Returns the number of increments.
 */
export function writeFastWeights(core: CoreState, cellMax: number): number {
  const arrived = core.waiting[core.slot / core.compartments];
  let updates = 0;
  for (const run of arrived) {
    const r = run * RUN_FIELDS;
    const group = core.groups[core.groupOfRun[run]];
    const target = core.runs[r + RunField.reach] % core.compartments;
    const teacher = core.slot + group.teachFirst + target - group.first;
    const cell = core.runs[r + RunField.cell];
    for (let k = 0; k < core.runs[r + RunField.count]; k++) {
      if (core.ring[teacher + k] <= 0) continue;
      updates++;
      if (core.cells[cell + k] < cellMax) core.cells[cell + k]++;
    }
  }
  arrived.length = 0;
  return updates;
}
