import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ChipModel } from '../../src/ir/chip-model.ts';
import { LOIHI1 } from '../../src/targets/loihi/chips/loihi1.ts';
import { LOIHI2 } from '../../src/targets/loihi/chips/loihi2.ts';
import type { Layout } from '../../src/targets/loihi/images/layout.ts';
import * as registers from '../../src/targets/loihi/images/registers.ts';

const PAGE = readFileSync(new URL('../../docs/targets/register-images.md', import.meta.url), 'utf8');

const SHARED = {
  compartmentProfiles: registers.compartmentProfile,
  compartmentResets: registers.compartmentReset,
  thresholdProfiles: registers.thresholdProfile,
  compartments: registers.compartment,
  inputAxons: registers.inputAxon,
  outputAxons: registers.outputAxon,
};

type Sections = Readonly<Record<string, (chip: ChipModel) => Layout>>;

const CHIPS: readonly (readonly [string, ChipModel, Sections])[] = [
  ['loihi1', LOIHI1, { settings: registers.listSettings, ...SHARED, 'synapses.formats': registers.synapseFormat }],
  ['loihi2', LOIHI2, { settings: registers.blockSettings, ...SHARED, 'synapses.blocks': registers.synapseBlock }],
];

/** The fields of all sections as a table; fields without bits are left out. */
function tableOf(chip: ChipModel, sections: Sections): string {
  const rows = Object.entries(sections).flatMap(([section, make]) => {
    const { fields, wordBits } = make(chip);
    let next = 0;
    return fields.flatMap(({ name, bits, signed, meaning }) => {
      const first = next;
      next += bits;
      if (bits === 0) return [];
      const place = bits === 1 ? `${first}` : `${first} .. ${next - 1}`;
      return [`| \`${section}\` (${wordBits}) | \`${name}\` | ${place} | ${meaning}${signed ? ', signed' : ''} |`];
    });
  });
  return ['| section (bits) | field | bits | meaning |', '|---|---|---|---|', ...rows].join('\n');
}

describe('docs/targets/register-images.md', () => {
  it.each(CHIPS)('has the fields of %s as they are declared', (name, chip, sections) => {
    const [, rest = ''] = PAGE.split(`<!-- ${name} -->\n\n`);
    expect(rest.split('\n\n')[0]).toBe(tableOf(chip, sections));
  });
});
