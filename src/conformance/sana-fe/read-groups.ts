import type { Group, InputGroup, LifGroup, ResetMode, ReverseMode, SomaCosts } from '../../simulator/sana-fe/net.ts';
import type { JsonValue } from '../json.ts';
import { LIMITS, VALUE } from './limits.ts';
import type { Architecture } from './read-architecture.ts';

/** Parameters of a `lif` group and what they are where neither the group nor `lif_defaults` gives them. */
const NUMBERS = {
  threshold: 0,
  leak_decay: 1,
  input_decay: 0,
  bias: 0,
  reset: 0,
  reverse_threshold: 0,
  reverse_reset: 0,
  refractory_delay: 0,
} as const;
const RESET_MODES: ReadonlyMap<string, ResetMode> = new Map([
  ['hard', 'hard'],
  ['soft', 'soft'],
  ['none', 'none'],
  // Says what to do below the reverse threshold; above the threshold it does nothing.
  ['saturate', 'none'],
]);
const REVERSE_MODES: ReadonlyMap<string, ReverseMode> = new Map([...RESET_MODES, ['saturate', 'saturate']]);
const FLAGS = ['force_update', 'force_soma_update'];
const KNOWN: readonly string[] = [...Object.keys(NUMBERS), ...FLAGS, 'reset_mode', 'reverse_reset_mode'];
const GROUP_KEYS = ['name', 'size', 'kind', 'params', 'bias', 'synapse_hw', 'soma_hw', 'note'];
const UNITS = { lif: 'loihi_lif', input: 'loihi_inputs' } as const;

/** `network.groups`, with the events of the inputs. */
export function readGroups(file: JsonValue, { somas }: Architecture, steps: number): Group[] {
  const defaults = file.optional('lif_defaults');
  const groups = file
    .get('network')
    .get('groups')
    .items()
    .map((json): Group => {
      json.onlyKeys(GROUP_KEYS);
      const name = json.get('name').text();
      const size = json.get('size').integer(1, LIMITS.neurons);
      const kind = json.get('kind');
      switch (kind.text()) {
        case 'lif':
          return readLif(json, defaults, { name, size, soma: somaOf(json, UNITS.lif, somas) });
        case 'input':
          return { kind: 'input', name, size, soma: somaOf(json, UNITS.input, somas), spikes: readSpikes(file, name, size, steps) };
        default:
          return kind.fail(`is ${JSON.stringify(kind.json)}; known: lif, input`);
      }
    });
  checkGroups(file, groups);
  return groups;
}

function checkGroups(file: JsonValue, groups: readonly Group[]): void {
  const json = file.get('network').get('groups');
  const names = new Set(groups.map(({ name }) => name));
  if (groups.length === 0) json.fail('are none');
  if (names.size < groups.length) json.fail('have one name twice');
  const neurons = groups.reduce((sum, { size }) => sum + size, 0);
  if (neurons > LIMITS.neurons) json.fail(`have ${neurons} neurons; at most ${LIMITS.neurons} are run`);
  const inputs = new Set(groups.filter(({ kind }) => kind === 'input').map(({ name }) => name));
  const events = file.optional('inputs')?.optional('events') ?? null;
  const stray = events?.keys().find((name) => !inputs.has(name));
  if (stray !== undefined) events?.get(stray).fail('is not an input');
}

function somaOf(group: JsonValue, usual: string, somas: ReadonlyMap<string, SomaCosts>): SomaCosts {
  const named = group.optional('soma_hw');
  const name = named?.text() ?? usual;
  return somas.get(name) ?? (named ?? group).fail(`needs the soma unit ${name}; there are ${[...somas.keys()].join(', ')}`);
}

function readLif(json: JsonValue, defaults: JsonValue | null, common: Pick<LifGroup, 'name' | 'size' | 'soma'>): LifGroup {
  const sources = [json.optional('params'), defaults];
  for (const source of sources) source?.onlyKeys(KNOWN);
  const find = (key: string): JsonValue | null => sources.map((source) => source?.optional(key)).find((found) => found) ?? null;
  const read = (key: keyof typeof NUMBERS, least: number = VALUE[0], most: number = VALUE[1]): Float64Array =>
    perNeuron(find(key), NUMBERS[key], common.size, least, most);
  const bias = json.optional('bias');
  return {
    kind: 'lif',
    ...common,
    threshold: read('threshold'),
    leakDecay: read('leak_decay', -1, 1),
    inputDecay: read('input_decay', -1, 1),
    bias: bias === null ? read('bias') : perNeuron(bias, 0, common.size, ...VALUE),
    reset: read('reset'),
    reverseThreshold: read('reverse_threshold'),
    reverseReset: read('reverse_reset'),
    refractoryDelay: read('refractory_delay', 0, LIMITS.steps),
    resetMode: readMode(find('reset_mode'), RESET_MODES, 'hard'),
    reverseMode: readMode(find('reverse_reset_mode'), REVERSE_MODES, 'none'),
    forceUpdate: FLAGS.some((key) => readFlag(find(key))),
  };
}

/** A number for all neurons, or a list with one for each. */
function perNeuron(value: JsonValue | null, absent: number, size: number, least: number, most: number): Float64Array {
  if (value === null) return new Float64Array(size).fill(absent);
  return value.isList() ? Float64Array.from(value.numbers(size, least, most)) : new Float64Array(size).fill(value.number(least, most));
}

function readMode<Mode>(value: JsonValue | null, modes: ReadonlyMap<string, Mode>, absent: Mode): Mode {
  if (value === null) return absent;
  return modes.get(value.text()) ?? value.fail(`is ${JSON.stringify(value.json)}; known: ${[...modes.keys()].join(', ')}`);
}

/** Files have it as text, too. */
function readFlag(value: JsonValue | null): boolean {
  if (value === null) return false;
  switch (String(value.json).toLowerCase()) {
    case 'true':
    case '1':
      return true;
    case 'false':
    case '0':
      return false;
    default:
      return value.fail(`is ${JSON.stringify(value.json)}, neither true nor false`);
  }
}

function readSpikes(file: JsonValue, name: string, size: number, steps: number): InputGroup['spikes'] {
  const spikes = new Map<number, number[]>();
  for (const event of file.get('inputs').get('events').optional(name)?.items() ?? []) {
    const [step, neuron] = event.items(2);
    const t = step.integer(1, steps);
    const row = spikes.get(t) ?? [];
    spikes.set(t, row);
    row.push(neuron.integer(0, size - 1));
  }
  return spikes;
}
