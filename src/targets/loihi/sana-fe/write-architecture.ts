import { DiagnosticError, diagnostic } from '../../../diagnostics/index.ts';
import type { ChipModel, Figure } from '../../../ir/chip-model.ts';
import { UNITS } from './write-network.ts';

/** Costs of a chip that SANA-FE's files hold, and those that it has no place for. */
const HELD = [
  'neuronUpdateActive',
  'neuronUpdateInactive',
  'synapticEvent',
  'spike',
  'packetSent',
  'packetReceived',
  'hopHorizontal',
  'hopVertical',
] as const;
const NOT_SAID = ['barrier', 'embeddedOperation', 'fastWeightUpdate', 'inputSpike', 'spikeInTile', 'staticPowerPerChip'] as const;

/**
 * `architecture` as YAML: the chip's mesh, and its costs as far as SANA-FE has a place for them. A neuron is accessed in every step and
 * updated where it has a potential, a bias or an input: the chip's inactive update, and what an active one costs besides. `inputs`: units for
 * neurons that fire in given steps, which cost nothing. Throws `sana-fe-unsupported` for costs that are not known.
 */
export function writeArchitecture(chip: ChipModel, inputs: number): string {
  requireCosts(chip);
  const { geometry, limits, energy, time } = chip;
  const inTile = time.packetSent ?? time.spikeInTile;
  const hops = (energyJ: number, latencyS: number, sides: readonly string[]) =>
    sides.flatMap((side) => [`energy_${side}_hop: ${energyJ}`, `latency_${side}_hop: ${latencyS}`]);
  const unit = (name: string, attributes: readonly string[]) => [`- name: ${name}`, '  attributes:', ...indent(attributes, 4)];
  return [
    `# ${oneLine(chip.description)}`,
    '# Joules and seconds of the chip model; modelled, not measured. SANA-FE has no place for these of its costs:',
    ...NOT_SAID.map((key) => `#   ${key}: ${written(energy[key])}`),
    'architecture:',
    `  name: ${JSON.stringify(chip.name)}`,
    '  attributes:',
    '    topology: mesh',
    `    width: ${geometry.columns}`,
    `    height: ${geometry.rows}`,
    `    link_buffer_size: ${geometry.linkBuffer?.value ?? 1}`,
    '    sync_model: table',
    `    latency_sync: {${barriers(chip).join(', ')}}`,
    '  tile:',
    `    - name: tile[0..${geometry.columns * geometry.rows - 1}]`,
    '      attributes:',
    ...indent(hops(number(energy.hopVertical), number(time.hopVertical), ['north', 'south']), 8),
    ...indent(hops(number(energy.hopHorizontal), number(time.hopHorizontal), ['east', 'west']), 8),
    '      core:',
    `        - name: core[0..${geometry.coresPerTile - 1}]`,
    '          attributes:',
    '            buffer_position: soma',
    '            buffer_inside_unit: false',
    `            max_neurons_supported: ${limits.compartmentsPerCore.value + inputs}`,
    '          axon_in:',
    ...indent(
      unit('axon_in', [`energy_message_in: ${optional(energy.packetReceived)}`, `latency_message_in: ${optional(time.packetReceived)}`]),
      12,
    ),
    '          synapse:',
    ...indent(
      unit('synapse', [
        'model: current_based',
        `energy_process_spike: ${number(energy.synapticEvent)}`,
        `latency_process_spike: ${number(time.synapticEvent)}`,
      ]),
      12,
    ),
    '          dendrite:',
    ...indent(unit('dendrite', ['model: accumulator', 'energy_update: 0', 'latency_update: 0']), 12),
    '          soma:',
    ...indent(
      unit(UNITS.soma, [
        'model: leaky_integrate_fire',
        `energy_access_neuron: ${number(energy.neuronUpdateInactive)}`,
        `latency_access_neuron: ${number(time.neuronUpdateInactive)}`,
        `energy_update_neuron: ${number(energy.neuronUpdateActive) - number(energy.neuronUpdateInactive)}`,
        `latency_update_neuron: ${number(time.neuronUpdateActive) - number(time.neuronUpdateInactive)}`,
        `energy_spike_out: ${optional(energy.spike)}`,
        `latency_spike_out: ${optional(time.spike)}`,
      ]),
      12,
    ),
    ...indent(
      unit(`${UNITS.inputs}[0..${Math.max(0, inputs - 1)}]`, ['model: input', ...free(['access_neuron', 'update_neuron', 'spike_out'])]),
      12,
    ),
    '          axon_out:',
    ...indent(unit('axon_out', [`energy_message_out: ${optional(energy.packetSent)}`, `latency_message_out: ${number(inTile)}`]), 12),
    '',
  ].join('\n');
}

const indent = (lines: readonly string[], by: number): string[] => lines.map((line) => `${' '.repeat(by)}${line}`);
const free = (events: readonly string[]): string[] => events.flatMap((event) => [`energy_${event}: 0`, `latency_${event}: 0`]);
const oneLine = (text: string): string => text.replace(/\s+/g, ' ');
const written = ({ value, unit }: Figure<string>): string => (value === null ? 'not published' : `${value} ${unit}`);
const optional = (figure: Figure<string> | undefined): number => (figure === undefined ? 0 : number(figure));

/** SANA-FE has no word for a cost that nobody has published; built-in chips know all of these. */
function requireCosts({ name, energy, time }: ChipModel): void {
  const tables = { energy, time };
  const unknown = (['energy', 'time'] as const).flatMap((table) =>
    HELD.filter((key) => tables[table][key]?.value === null).map((key) => `${table}.${key}`),
  );
  if (unknown.length === 0) return;
  throw new DiagnosticError([
    diagnostic('sana-fe-unsupported', `costs of ${name} are not known: ${unknown.join(', ')}`, {
      notes: ['SANA-FE needs a number for each'],
      help: 'give the chip model these figures, or compile without --sana-fe',
    }),
  ]);
}

/** As requireCosts has seen. */
const number = ({ value }: Figure<string>): number => value ?? 0;

/** Seconds of a barrier by the number of tiles in use, from which on they hold. */
function barriers({ geometry, time }: ChipModel): readonly string[] {
  if (time.barrierByTiles !== undefined) return time.barrierByTiles.steps.map(([from, seconds]) => `${from}: ${seconds}`);
  const tiles = geometry.columns * geometry.rows;
  const [one, all] = [number(time.barrierOneTile), number(time.barrierAllTiles)];
  return Array.from({ length: tiles }, (_, k) => `${k + 1}: ${one + ((all - one) * k) / Math.max(1, tiles - 1)}`);
}
