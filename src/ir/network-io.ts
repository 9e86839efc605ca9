import { DiagnosticError, diagnostic, failure } from '../diagnostics/index.ts';
import { type ArrayText, decodeArray, encodeArray, isNumberArray } from './array-text.ts';
import type { NodeId } from './ids.ts';
import { checkSchema } from './mapping-io/check-schema.ts';
import { formatJson } from './mapping-io/format-json.ts';
import { mapChildren } from './mapping-io/typed-fields.ts';
import { NETWORK_VERSION, type Network, type Projection, type ScheduledSegment } from './network.ts';
import { NETWORK_SCHEMA } from './network-schema.ts';
import { verifyNetwork } from './network-verify.ts';
import type { Synapses } from './synapses.ts';

/** Values that the streams of one clip may have together, since no file holds them; 2^29 bytes as float32. */
const VALUES_MAX = 2 ** 27;
/** A file that is wrong from top to bottom is told so without pages of it. */
const VIOLATIONS_MAX = 20;

/** The network as it stands in a file: synapses once each, starts as a list, arrays as text. */
interface SavedNetwork extends Omit<Network, 'projections' | 'schedule'> {
  readonly synapses: readonly Synapses[];
  readonly projections: readonly (Omit<Projection, 'synapses'> & { readonly synapses: number })[];
  readonly schedule: { readonly segments: readonly SavedSegment[] } | null;
}

type SavedSegment = Omit<ScheduledSegment, 'starts'> & { readonly starts: readonly { readonly node: NodeId; readonly step: number }[] };

/**
 * The network as JSON, without loss: arrays bit for bit, -0, shared synapses, the order of a schedule's starts. Throws on a network that
 * verifyNetwork refuses (numbers that are not finite, say): it could not be read back.
 */
export function saveNetwork(network: Network): string {
  const violations = verifyNetwork(network);
  if (violations.length > 0) throw new Error(`a malformed network is saved: ${violations.slice(0, 5).join('; ')}`);
  const { version, name, format, timesteps, timelines, nodes, output, parameterCount, schedule } = network;
  const index = new Map<Synapses, number>();
  for (const { synapses } of network.projections) if (!index.has(synapses)) index.set(synapses, index.size);
  const saved: SavedNetwork = {
    version,
    name,
    format,
    timesteps,
    timelines,
    nodes,
    synapses: [...index.keys()],
    projections: network.projections.map((projection) => ({ ...projection, synapses: index.get(projection.synapses) ?? 0 })),
    output,
    parameterCount,
    schedule: schedule === null ? null : { segments: schedule.segments.map(saveSegment) },
  };
  return formatJson(encode(saved));
}

const saveSegment = (segment: ScheduledSegment): SavedSegment => ({
  ...segment,
  starts: [...segment.starts].map(([node, step]) => ({ node, step })),
});

const encode = (value: unknown): unknown => (isNumberArray(value) ? encodeArray(value) : mapChildren(value, encode));

/**
 * What `saveNetwork` wrote, equal to the network that it was given. `file` is named in the errors: `version-unsupported`, or
 * `program-malformed` for what is no JSON, not of the schema (docs/network.schema.json), not a sound network, or too large to run.
 */
export async function loadNetwork(text: string, file: string): Promise<Network> {
  const json = parse(text, file);
  await checkSchema(json, NETWORK_SCHEMA, file);
  const network = restore(decode(json, file, '') as SavedNetwork, file);
  const violations = verifyNetwork(network);
  if (violations.length > 0) {
    throw new DiagnosticError(
      violations.slice(0, VIOLATIONS_MAX).map((violation) => diagnostic('program-malformed', violation, { places: [{ file }] })),
    );
  }
  checkVolume(network, file);
  return network;
}

/** The JSON object of a file of this version. */
function parse(text: string, file: string): object {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw failure('program-malformed', `it is not JSON: ${reason}`, { places: [{ file }] });
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw failure('program-malformed', 'it holds no JSON object', { places: [{ file }] });
  }
  const version: unknown = 'version' in json ? json.version : undefined;
  if (version === NETWORK_VERSION) return json;
  throw failure(
    typeof version === 'number' ? 'version-unsupported' : 'program-malformed',
    typeof version === 'number' ? `the network has version ${version}` : 'the network states no version',
    { places: [{ file, item: 'version' }], notes: [`this spikec reads networks of version ${NETWORK_VERSION}`] },
  );
}

/** Puts the arrays back in their places; the value has been checked against its schema. */
function decode(value: unknown, file: string, item: string): unknown {
  if (!isArrayText(value)) {
    let index = 0;
    return mapChildren(value, (child, field) => decode(child, file, `${item === '' ? '' : `${item}.`}${field === '' ? index++ : field}`));
  }
  const array = decodeArray(value);
  if (array === null) {
    throw failure('program-malformed', `\`${item}\` is not ${value.length} values of ${value.type} in base64`, {
      places: [{ file, item }],
    });
  }
  return array;
}

/** No other object of a network has this field. */
const isArrayText = (value: unknown): value is ArrayText => typeof value === 'object' && value !== null && 'base64' in value;

function restore(saved: SavedNetwork, file: string): Network {
  const { synapses, schedule, ...rest } = saved;
  const projections = saved.projections.map((projection, k): Projection => {
    const own = synapses[projection.synapses];
    if (own === undefined) {
      throw failure('program-malformed', `there are no synapses ${projection.synapses}`, {
        places: [{ file, item: `projections.${k}.synapses` }],
        notes: [`\`synapses\` has ${synapses.length} entries, from 0 on`],
      });
    }
    return { ...projection, synapses: own };
  });
  return {
    ...rest,
    projections,
    schedule: schedule === null ? null : { segments: schedule.segments.map((segment) => restoreSegment(segment, file)) },
  };
}

function restoreSegment(segment: SavedSegment, file: string): ScheduledSegment {
  const starts = new Map(segment.starts.map(({ node, step }) => [node, step]));
  if (starts.size < segment.starts.length) {
    throw failure('program-malformed', 'a node has two starts in one segment', {
      places: [{ file, item: `schedule.segments.${segment.index}` }],
    });
  }
  return { ...segment, starts };
}

/** Refuses a network whose streams, which no file holds, would exhaust a machine's memory. */
function checkVolume(network: Network, file: string): void {
  const steps = new Map(network.timelines.map((timeline) => [timeline.id, timeline.steps]));
  const values = network.nodes.reduce((sum, node) => sum + node.size * (steps.get(node.timeline) ?? 0), 0);
  if (values <= VALUES_MAX) return;
  throw failure('program-malformed', `the streams of one clip have ${values} values`, {
    places: [{ file, item: 'nodes' }],
    notes: [`at most ${VALUES_MAX}: the sum of steps * size over the nodes`],
  });
}
