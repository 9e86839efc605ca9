import { DiagnosticError, diagnostic } from '../../../diagnostics/index.ts';
import type { EmittedFile } from '../../../ir/files.ts';
import type { Mapping } from '../../../ir/mapping.ts';
import { encodeTyped, formatJson } from '../../../ir/mapping-io/index.ts';
import type { SpinnakerChip } from '../../../ir/spinnaker-chip.ts';
import type { NeuronProgram, SoftwareProgram, SpinnakerProgram } from '../../../ir/spinnaker-program.ts';
import { encodeCore } from '../images/encode.ts';
import { SPINNAKER_FILES_VERSION } from './chip-files.ts';
import { writeRouting } from './routing-file.ts';

export const INDEX_FILE = 'chip/index.json';
const CHIP_MODEL_FILE = 'chip/chip-model.json';

/** Where the memory of a chip begins [MEM], behind what the system keeps for itself [INF]. */
const SDRAM_BASE = 0x60000000 + 0x100000;

const numbered = (name: string, core: number, extension: string): string => `${name}-${String(core).padStart(3, '0')}.${extension}`;

/**
 * The mapping as files under chip/: an index, the image of each core of neurons, the streams of each core of software, the routing table of each chip,
 * and the chip model. Throws `does-not-fit` where the images of a chip are larger than its memory.
 */
export function emitFiles(
  { program, target, model, scaleRule, placement }: Mapping<SpinnakerProgram>,
  chip: SpinnakerChip,
): readonly EmittedFile[] {
  const { machine, timeScale, segments, readout, resolution, routing } = program;
  const free = new Map<number, number>();
  const cores = program.cores.map((core, index) => {
    if (core.kind === 'software') return softwareFile(core, index, free);
    return neuronFile(core, index, free);
  });
  requireRoom(free, program, chip);
  const tables = routing.map(({ chip: on, entries }) => {
    const { x, y } = machine.chips[on];
    const file = `routes-${String(x).padStart(3, '0')}-${String(y).padStart(3, '0')}.bin`;
    return { entry: { chip: on, file }, file: { path: `chip/${file}`, content: writeRouting(entries) } };
  });
  const index = {
    version: SPINNAKER_FILES_VERSION,
    kind: program.kind,
    target,
    model,
    scaleRule,
    placement,
    timeScale,
    machine,
    segments,
    readout,
    resolution,
    cores: cores.map(({ entry }) => entry),
    routing: tables.map(({ entry }) => entry),
  };
  return [
    { path: INDEX_FILE, content: formatJson(index) },
    ...cores.map(({ file }) => file),
    ...tables.map(({ file }) => file),
    { path: CHIP_MODEL_FILE, content: formatJson(chip) },
  ];
}

/** Images of a chip lie one behind the other. `free`: bytes taken on each chip so far. */
function neuronFile({ image, ...entry }: NeuronProgram, index: number, free: Map<number, number>) {
  const file = numbered('core', index, 'bin');
  const address = SDRAM_BASE + (free.get(entry.chip) ?? 0);
  const content = encodeCore(image, address, `core ${index}`);
  free.set(entry.chip, address - SDRAM_BASE + content.length);
  return { entry: { ...entry, file, model: image.model, address }, file: { path: `chip/${file}`, content } };
}

function softwareFile(core: SoftwareProgram, index: number, free: Map<number, number>) {
  const { kind, chip, processor, ...streams } = core;
  const file = numbered('software', index, 'json');
  free.set(chip, (free.get(chip) ?? 0) + 16 * Math.ceil(core.memoryBytes / 16));
  const json = encodeTyped({ version: SPINNAKER_FILES_VERSION, ...streams }, (array) => Array.from(array));
  return { entry: { kind, chip, processor, file }, file: { path: `chip/${file}`, content: formatJson(json) } };
}

function requireRoom(taken: ReadonlyMap<number, number>, { machine }: SpinnakerProgram, { chip }: SpinnakerChip): void {
  const allowed = chip.sdramBytes.value;
  const full = [...taken].filter(([, bytes]) => bytes > allowed);
  if (full.length === 0) return;
  throw new DiagnosticError(
    full.map(([index, bytes]) => {
      const { x, y } = machine.chips[index];
      return diagnostic('does-not-fit', `the cores of chip ${x},${y} keep ${bytes} bytes`, {
        places: [{ item: `chip ${x},${y}` }],
        notes: [`allowed: ${allowed} bytes of memory a chip`],
      });
    }),
  );
}
