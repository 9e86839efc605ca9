import type { Network } from '../../ir/network.ts';
import type { SpinnakerChip } from '../../ir/spinnaker-chip.ts';
import type { SpinnakerCoreProgram, SpinnakerProgram } from '../../ir/spinnaker-program.ts';
import type { CoreReport, TargetReport } from '../../report/index.ts';
import { dtcmOf } from '../../targets/spinnaker/dtcm.ts';
import type { SpinnakerRun } from '../chip-runner.ts';
import { mean } from '../mean.ts';

const WORD = 4;
/** Processors of a chip, monitors among them. */
const PROCESSORS = 18;

/** The machine as a floor plan: chips are its tiles. */
export function targetRow({ machine, cores, timeScale }: SpinnakerProgram, chip: SpinnakerChip): TargetReport {
  const images = cores.flatMap((core) => (core.kind === 'neurons' ? [core.image] : []));
  return {
    name: chip.name,
    description: chip.description,
    chips: machine.chips.length,
    cores: cores.length,
    coresPerChip: chip.chip.coresPerChip.value,
    neuronsPerCoreMax: Math.max(0, ...images.map(({ neurons }) => neurons)),
    synapticMemoryBytes: images.reduce((sum, { matrix, direct }) => sum + WORD * (matrix.length + direct.length), 0),
    utilisation: mean(cores.map((core) => dtcmShare(core, chip))),
    geometry: { columns: machine.width, rows: machine.height, coresPerTile: PROCESSORS },
    timeScale,
  };
}

export function coreRows(
  network: Network,
  { machine, cores, timeScale }: SpinnakerProgram,
  chip: SpinnakerChip,
  runs: readonly SpinnakerRun[],
): readonly CoreReport[] {
  const nameOf = new Map<string, string>(network.nodes.map((node) => [node.id, node.name]));
  const budget = chip.core.clock.value * chip.chip.timestep.value * timeScale;
  return cores.map((core, index) => {
    const { x, y } = machine.chips[core.chip];
    const what = core.kind === 'neurons' ? core.population : `software: ${core.sends[0]?.stream}`;
    return {
      core: index,
      chip: 0,
      tile: x * machine.height + y,
      slot: core.processor,
      compartments: core.kind === 'neurons' ? core.image.neurons : 0,
      memoryBytes: core.kind === 'neurons' ? WORD * (core.image.matrix.length + core.image.direct.length) : core.memoryBytes,
      utilisation: dtcmShare(core, chip),
      synapticEvents: mean(runs.map(({ coreEvents }) => coreEvents[index])),
      populations: [nameOf.get(what) ?? what],
      synapseFormats: [],
      ...(runs.length === 0
        ? {}
        : {
            cycles: {
              mean: mean(runs.map(({ cycles }) => cycles.mean[index])),
              peak: Math.max(...runs.map(({ cycles }) => cycles.peak[index])),
              budget,
            },
          }),
    };
  });
}

/** Of the fast memory of a core. What software keeps is in the memory of the chip. */
function dtcmShare(core: SpinnakerCoreProgram, { core: limits }: SpinnakerChip): number {
  const used = core.kind === 'neurons' ? dtcmOf(core.image).total : 0;
  return (used + limits.reservedBytes.value) / limits.dtcmBytes.value;
}
