import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../../../src/diagnostics/index.ts';
import type { ChipModel } from '../../../../src/ir/chip-model.ts';
import type { Clip } from '../../../../src/ir/clip.ts';
import type { LoihiProgram } from '../../../../src/ir/mapping.ts';
import type { Trace } from '../../../../src/ir/trace.ts';
import { createChipSimulator } from '../../../../src/simulator/loihi/index.ts';
import { LOIHI1 } from '../../../../src/targets/loihi/chips/loihi1.ts';
import { LOIHI2 } from '../../../../src/targets/loihi/chips/loihi2.ts';
import type { CoreImage } from '../../../../src/targets/loihi/images/core-image.ts';
import { finishCore, readCore } from '../../../../src/targets/loihi/images/read-core.ts';
import * as registers from '../../../../src/targets/loihi/images/registers.ts';
import { locateCores } from '../../../../src/targets/loihi/images/routes.ts';
import { loihiTarget } from '../../../../src/targets/loihi/index.ts';
import { asBytes, edit, parse } from '../../files.ts';
import { context, miniature, randomClip } from '../../networks.ts';
import { readMemory } from './memory-reader.ts';

/** Fast weights, gates, delays, rotations and biases, in a handful of neurons. */
const network = miniature({ steps: 6, heads: 1, width: 4, seed: 9 });
/** Busy enough for fast weights to be written and read. */
const quiet = randomClip(network, 3);
const clip: Clip = { ...quiet, features: quiet.features.map((x, i) => x + (i % 3)) };

/** A bit of a core's image: in which section, of which field. */
interface Bit {
  readonly core: number;
  readonly section: string;
  readonly field: string;
  readonly bit: number;
}

/** One chip's program, and what becomes of it when a bit is flipped. */
class Deployment {
  readonly program: LoihiProgram;
  readonly images: readonly CoreImage[];
  private readonly chip: ChipModel;
  private readonly trace: Trace;

  constructor(chip: ChipModel) {
    const target = loihiTarget(chip);
    const mapping = target.map(network, context(network));
    const files = asBytes(target.emit(mapping));
    this.chip = chip;
    this.program = mapping.program;
    this.images = mapping.program.cores.map((_, i) => parse(files, `chip/core-${String(i).padStart(3, '0')}.json`) as unknown as CoreImage);
    this.trace = this.run(mapping.program);
  }

  private run(program: LoihiProgram): Trace {
    return createChipSimulator(program, this.chip).run(clip satisfies Clip, { record: true });
  }

  /** Every bit of every image. Those of the synapse memory are named by a second reading of it. */
  bits(): Bit[] {
    return this.images.flatMap((image, core) =>
      Object.entries(this.sectionsOf(image)).flatMap(([section, { text, fields, wordBits }]) => {
        const names = namesOf(fields, wordBits);
        return Array.from({ length: 8 * Buffer.from(text, 'base64').length }, (_, bit) => ({
          core,
          section,
          field: names(bit),
          bit,
        }));
      }),
    );
  }

  private sectionsOf(image: CoreImage): Readonly<Record<string, Section>> {
    const { chip } = this;
    const { synapses } = image;
    const section = (text: string, layout: { readonly fields: Section['fields']; readonly wordBits: number }): Section => ({
      text,
      ...layout,
    });
    return {
      compartmentProfiles: section(image.compartmentProfiles, registers.compartmentProfile(chip)),
      thresholdProfiles: section(image.thresholdProfiles, registers.thresholdProfile(chip)),
      compartments: section(image.compartments, registers.compartment(chip)),
      inputAxons: section(image.inputAxons, registers.inputAxon(chip)),
      outputAxons: section(image.outputAxons, registers.outputAxon(chip)),
      ...(synapses.kind === 'lists'
        ? {
            settings: section(image.settings, registers.listSettings(chip)),
            'synapses.formats': section(synapses.formats, registers.synapseFormat(chip)),
            'synapses.memory': { text: synapses.memory, fields: readMemory(image).fields, wordBits: null },
          }
        : {
            settings: section(image.settings, registers.blockSettings(chip)),
            'synapses.blocks': section(synapses.blocks, registers.synapseBlock(chip)),
            'synapses.weights': section(synapses.weights, { fields: [{ name: 'weight', bits: 8 }], wordBits: 8 }),
          }),
    };
  }

  /** The program with one bit flipped; null where its image is refused. */
  flipped({ core, section, bit }: Bit): LoihiProgram | null {
    const images = this.images.with(core, flipIn(this.images[core], section, bit));
    try {
      const read = images.map((image, i) => (i === core ? readCore(image, this.chip, 'core') : this.whole[i]));
      const to = {
        coreAt: locateCores(this.program.cores, this.chip, { file: 'index', item: 'cores' }),
        axonOf: read.map((r) => r.axonOf),
        cores: read,
      };
      const { chip, tile, slot } = this.program.cores[core];
      return { ...this.program, cores: this.program.cores.with(core, finishCore(read[core], { chip, tile, slot }, to, this.chip)) };
    } catch (error) {
      return refused(error);
    }
  }

  /** Whether the clip's spikes or logits differ, or at least what the cores count; null where the simulator refuses the program. */
  changes(program: LoihiProgram): 'spikes' | 'counts' | 'nothing' | null {
    try {
      const { rasters, readout, perCore } = this.run(program);
      if (!isDeepStrictEqual({ rasters, readout }, { rasters: this.trace.rasters, readout: this.trace.readout })) return 'spikes';
      return isDeepStrictEqual(perCore, this.trace.perCore) ? 'nothing' : 'counts';
    } catch (error) {
      return refused(error);
    }
  }

  private wholeCores: readonly ReturnType<typeof readCore>[] | null = null;
  private get whole(): readonly ReturnType<typeof readCore>[] {
    this.wholeCores ??= this.images.map((image) => readCore(image, this.chip, 'core'));
    return this.wholeCores;
  }
}

interface Section {
  readonly text: string;
  readonly fields: readonly { readonly name: string; readonly bits: number; readonly bit?: number }[];
  /** null: fields say where they lie. */
  readonly wordBits: number | null;
}

/** Name of the field that a bit belongs to; `unused` where there is none. */
function namesOf(fields: Section['fields'], wordBits: number | null): (bit: number) => string {
  const names: string[] = [];
  let next = 0;
  for (const { name, bits, bit = next } of fields) {
    for (let i = bit; i < bit + bits; i++) names[i] = name;
    next = bit + bits;
  }
  return (bit) => names[wordBits === null ? bit : bit % wordBits] ?? 'unused';
}

/** Damage is told as such, never as a crash. */
function refused(error: unknown): null {
  if (error instanceof DiagnosticError && error.diagnostics.every(({ code }) => code === 'program-malformed')) return null;
  throw error;
}

function refusedFile(error: unknown): null {
  const codes = error instanceof DiagnosticError ? error.diagnostics.map(({ code }) => code) : [];
  if (codes.includes('version-unsupported')) return null;
  return refused(error);
}

/** Paths of all integers in a JSON value. */
function* numbersIn(value: unknown, path: readonly string[] = []): Generator<readonly string[]> {
  if (Number.isInteger(value)) yield path;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) yield* numbersIn(child, [...path, key]);
}

function flipIn(image: CoreImage, section: string, bit: number): CoreImage {
  const flip = (text: string): string => {
    const bytes = Buffer.from(text, 'base64');
    bytes[bit >> 3] ^= 1 << (bit & 7);
    return bytes.toString('base64');
  };
  const json = structuredClone(image) as unknown as Record<string, Record<string, string> | string>;
  const [name, part] = section.split('.');
  const owner = json[name];
  if (typeof owner === 'string') json[name] = flip(owner);
  else owner[part] = flip(owner[part]);
  return json as unknown as CoreImage;
}

function byField(bits: readonly Bit[]): ReadonlyMap<string, readonly Bit[]> {
  const fields = new Map<string, Bit[]>();
  for (const bit of bits) {
    const key = `${bit.section}.${bit.field}`;
    const known = fields.get(key);
    if (known === undefined) fields.set(key, [bit]);
    else known.push(bit);
  }
  return fields;
}

/** All of them, or as many as `most` from all over the list. A prime far above its length reaches every place before it comes back. */
const spread = <Item>(bits: readonly Item[], most: number): Item[] =>
  Array.from({ length: Math.min(bits.length, most) }, (_, i) => bits[(i * 1_000_003) % bits.length]);

/**
 * Fields whose value shows in the spikes of some clip, by chip; of all others every wrong bit is refused. `numSynapses` alone shows in the
 * events that cores count: where an entry may be longer, it goes on into zeros, which are synapses of weight 0.
 */
const SHOWN: Readonly<Record<string, readonly string[]>> = {
  loihi1: [
    'compartmentProfiles.decayU',
    'compartmentProfiles.decayV',
    'compartmentProfiles.offsetV',
    'thresholdProfiles.vth',
    'compartments.bias',
    'compartments.biasExp',
    'inputAxons.pointer',
    'inputAxons.base',
    'outputAxons.axon',
    'outputAxons.core',
    'synapses.formats.wgtExp',
    'synapses.formats.fanoutType',
    'synapses.memory.synFmtId',
    'synapses.memory.wgt',
    'synapses.memory.dly',
    'synapses.memory.idx',
  ],
  loihi2: [
    'compartmentProfiles.decayU',
    'compartmentProfiles.decayV',
    'compartmentProfiles.offsetV',
    'thresholdProfiles.vth',
    'compartments.bias',
    'compartments.biasExp',
    'inputAxons.pointer',
    'inputAxons.base',
    'outputAxons.axon',
    'outputAxons.core',
    'synapses.blocks.target',
    'synapses.blocks.count',
    'synapses.blocks.delay',
    'synapses.blocks.exponent',
    'synapses.blocks.signs',
    'synapses.weights.weight',
  ],
};
/** Shows where a potential lies exactly at a threshold, and here none does: test/frontend/lava-net/oxford.test.ts has thousands. */
const LATENT = ['compartmentProfiles.ties'];
const COUNTED: Readonly<Record<string, readonly string[]>> = { loihi1: ['synapses.memory.numSynapses'], loihi2: [] };

describe.each([
  ['loihi1', LOIHI1],
  ['loihi2', LOIHI2],
])('a flipped bit in an image for %s', (name, chip) => {
  const deployment = new Deployment(chip);
  const fields = byField(deployment.bits());

  it('is refused, or loads as another program; where it counts, spikes change', () => {
    const shown = new Set<string>();
    const counted = new Set<string>();
    for (const [field, bits] of fields) {
      const loads = [...SHOWN[name], ...COUNTED[name], ...LATENT].includes(field);
      let tried = 0;
      for (const bit of spread(bits, loads ? 250 : 80)) {
        const program = deployment.flipped(bit);
        if (program === null) continue;
        const { core } = bit;
        const place = `${field}, bit ${bit.bit} of core ${core}`;
        expect(isDeepStrictEqual(program.cores[core], deployment.program.cores[core]), place).toBe(false);
        if (shown.has(field) || tried > 60) continue;
        const changed = deployment.changes(program);
        if (changed !== null) tried++;
        if (!loads) expect(changed, place).toBeNull();
        if (changed === 'spikes') shown.add(field);
        if (changed === 'counts') counted.add(field);
      }
    }
    expect([...shown].sort()).toEqual(expect.arrayContaining([...SHOWN[name]].sort()));
    expect([...shown, ...counted]).toEqual(expect.arrayContaining([...COUNTED[name]]));
  });

  it('is refused or loads as another mapping in the numbers beside the images, too', async () => {
    const target = loihiTarget(chip);
    const mapping = target.map(network, context(network));
    const files = asBytes(target.emit(mapping));
    for (const path of ['chip/index.json', 'chip/core-001.json', 'chip/core-010.json']) {
      for (const keys of spread([...numbersIn(parse(files, path))], 60)) {
        const damagedFiles = edit(files, path, (json) => {
          const owner = keys.slice(0, -1).reduce<Record<string, never>>((object, key) => object[key], json) as Record<string, number>;
          owner[keys[keys.length - 1]] ^= 1;
        });
        const loaded = await target.load(damagedFiles).catch(refusedFile);
        if (loaded !== null) expect(isDeepStrictEqual(loaded, mapping), `${path}, ${keys.join('.')}`).toBe(false);
      }
    }
  });
});
