import type { StepSchedule } from '../../simulator/noc/detailed.ts';
import { hopCount, type Mesh, type Route, type Routes } from '../../simulator/noc/mesh.ts';
import { NOWHERE } from '../../simulator/noc/messages.ts';
import type { StepResult } from '../../simulator/sana-fe/emulate.ts';
import { firstNeurons, type Group } from '../../simulator/sana-fe/net.ts';
import type { JsonValue } from '../json.ts';
import { nameCore } from './read-mapping.ts';
import { differs } from './tolerance.ts';

/** Times of single messages are printed with six significant digits, and are differences of such. */
const RELATIVE = 1e-5;

/** Text is compared as it is, whole numbers exactly, others to the digits printed; null: a time that there is not. */
type Cell = string | number | null;

/** A message of a step. */
interface Moment {
  readonly result: StepResult;
  readonly schedule: StepSchedule;
  /** null for work that ends in no message. */
  readonly route: Route | null;
  readonly mesh: Mesh;
  readonly nameNeuron: (n: number) => string;
}

/** Message m of its step; `mid` is what messages are found by. */
const COLUMNS: ReadonlyMap<string, (moment: Moment, m: number) => Cell> = new Map([
  ['src_neuron', ({ result, nameNeuron }: Moment, m: number): Cell => nameNeuron(result.senders[m])],
  ['src_tile.core', ({ result, mesh }, m) => nameCore(mesh, result.messages.from[m])],
  ['dest_tile.core', ({ result, mesh, route }, m) => (route === null ? 'x.x' : nameCore(mesh, result.messages.to[m]))],
  ['hops', ({ route }) => (route === null ? 0 : hopCount(route))],
  ['synapses', ({ result }, m) => result.synapses[m]],
  ['generation_delay', ({ result }, m) => result.messages.generationS[m]],
  ['processing_delay', ({ result }, m) => result.messages.processingS[m]],
  ['min_hop_delay', ({ route }) => route?.seconds ?? 0],
  ['network_delay', ({ schedule }, m) => schedule.networkS[m]],
  ['blocking_delay', ({ schedule }, m) => schedule.blockingS[m]],
  ['messages_along_route', ({ schedule }, m) => schedule.along[m]],
  ['sent_ts', ({ schedule }, m) => schedule.sentS[m]],
  ['received_ts', ({ schedule, route }, m) => (route === null ? null : schedule.receivedS[m])],
  ['processed_ts', ({ schedule, route }, m) => (route === null ? null : schedule.processedS[m])],
]);
const WHOLE = ['hops', 'synapses'];

/**
 * `results.message_sample`: some messages of some steps, each a row of `message_columns`. `mid` counts messages through all steps; it is -1
 * for the work at a core's end that ends in none.
 */
export class MessageSample {
  readonly #columns: readonly string[];
  readonly #rows: ReadonlyMap<number, readonly JsonValue[]>;
  readonly #nameNeuron: (n: number) => string;
  #before = 0;

  constructor(results: JsonValue, groups: readonly Group[], steps: number) {
    const sample = results.optional('message_sample');
    this.#columns = sample === null ? [] : readColumns(results.get('message_columns'));
    this.#rows =
      sample === null ? new Map() : new Map(sample.keys().map((step) => [readStep(sample, step, steps), sample.get(step).items()]));
    const first = firstNeurons(groups);
    this.#nameNeuron = (n) => {
      const g = groups.findIndex((_, group) => n < first[group + 1]);
      return `${groups[g].name}.${n - first[g]}`;
    };
  }

  /** The first recorded field that is another; null: none is. */
  compare(result: StepResult, schedule: StepSchedule, routes: Routes): string | null {
    const { messages, step } = result;
    const sent: number[] = [];
    const unsent = new Map<string, number>();
    for (let m = 0; m < messages.count; m++) {
      if (messages.to[m] === NOWHERE) unsent.set(nameCore(routes.mesh, messages.from[m]), m);
      else sent.push(m);
    }
    const before = this.#before;
    this.#before += sent.length;
    for (const row of this.#rows.get(step) ?? []) {
      const cells = row.items(this.#columns.length);
      const mid = cells[this.#columns.indexOf('mid')].integer(-1, Number.MAX_SAFE_INTEGER);
      const m = mid < 0 ? unsent.get(cells[this.#columns.indexOf('src_tile.core')].text()) : sent[mid - before];
      if (m === undefined) return `${row.path}: there is no such message in step ${step}`;
      const route = messages.to[m] === NOWHERE ? null : routes.between(messages.from[m], messages.to[m]);
      const moment: Moment = { result, schedule, route, mesh: routes.mesh, nameNeuron: this.#nameNeuron };
      for (const [k, name] of this.#columns.entries()) {
        const difference = compareCell(COLUMNS.get(name)?.(moment, m), cells[k], WHOLE.includes(name));
        if (difference !== null) return `step ${step}, message ${mid}: ${name} ${difference}`;
      }
    }
    return null;
  }
}

/** `undefined`: nothing to compare. */
function compareCell(computed: Cell | undefined, cell: JsonValue, isWhole: boolean): string | null {
  if (computed === undefined) return null;
  if (typeof computed === 'number') return differs(computed, cell.number(0, Number.MAX_VALUE), isWhole ? 0 : computed, RELATIVE);
  return computed === cell.json ? null : `is ${computed}, recorded ${JSON.stringify(cell.json)}`;
}

function readColumns(json: JsonValue): string[] {
  const known = ['mid', ...COLUMNS.keys()];
  const names = json.items().map((column) => {
    return known.includes(column.text()) ? column.text() : column.fail(`is ${JSON.stringify(column.json)}; known: ${known.join(', ')}`);
  });
  for (const needed of ['mid', 'src_tile.core']) if (!names.includes(needed)) json.fail(`do not hold ${needed}`);
  return names;
}

function readStep(sample: JsonValue, step: string, steps: number): number {
  const number = /^[0-9]{1,7}$/.test(step) ? Number(step) : 0;
  return number < 1 || number > steps ? sample.fail(`has the key ${JSON.stringify(step)}, not a step in 1..${steps}`) : number;
}
