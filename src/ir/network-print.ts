import { arrayType, bytesOf, isNumberArray } from './array-text.ts';
import type { NodeId } from './ids.ts';
import type { Network, NetworkNode, Projection, ScheduledSegment } from './network.ts';
import { describePayload } from './payload.ts';

/**
 * The network as text, for people and for golden tests: a line per timeline, node, projection (below the node that it ends in) and
 * segment. Arrays stand as type[length]#hash of their bytes. Left out: origins, fields that are null,
 * delays and exponents that are 0, and names and ids that follow from others.
 */
export function printNetwork(network: Network): string {
  const { name, version, format, timesteps, timelines, nodes, projections, output, parameterCount, schedule } = network;
  const incoming = new Map<NodeId, Projection[]>(nodes.map((node) => [node.id, []]));
  for (const projection of projections) incoming.get(projection.target)?.push(projection);
  const lines = [
    `network ${word(name)} version=${version} format=${format} timesteps=${timesteps} parameters=${parameterCount}`,
    ...timelines.map(({ id, steps, order }) => `timeline ${word(id)} steps=${steps} order=${order}`),
    ...nodes.flatMap((node) => [printNode(node), ...(incoming.get(node.id) ?? []).map(printProjection)]),
    `output ${word(output)}`,
    ...(schedule?.segments ?? []).map(printSegment),
  ];
  return `${lines.join('\n')}\n`;
}

function printNode({ id, name, kind, size, timeline, payload, origin: _origin, ...rest }: NetworkNode): string {
  const named = name === String(id) ? {} : { name };
  return [`${word(id)}: ${kind} [${size}] on ${word(timeline)}, ${describePayload(payload)}`, ...fields({ ...named, ...rest })].join(' ');
}

function printProjection({ id, source, target, synapses, delaySteps, weightExponent }: Projection): string {
  const { kind, sources, targets, ...rest } = synapses;
  const timing = { ...(delaySteps === 0 ? {} : { delaySteps }), ...(weightExponent === 0 ? {} : { weightExponent }) };
  const named = id === `${source} -> ${target}` ? {} : { id };
  return [`  from ${word(source)}: ${kind} ${sources} to ${targets}`, ...fields({ ...rest, ...timing, ...named })].join(' ');
}

function printSegment({ index, kind, timeline, steps, starts, injected }: ScheduledSegment): string {
  const outside = new Set(injected);
  const windows = [...starts].map(([id, start]) => `${outside.has(id) ? 'injected ' : ''}${word(id)}@${start}`);
  return `segment ${index}: ${kind} on ${word(timeline)}, ${steps} steps: ${windows.join(', ')}`;
}

/** In alphabetical order: equal records are printed alike, however they were put together. */
const fields = (record: object): string[] =>
  Object.entries(record)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, value]) => (value === null ? [] : [`${name}=${printValue(value)}`]));

function printValue(value: unknown): string {
  if (isNumberArray(value)) return `${arrayType(value)}[${value.length}]#${hashBytes(bytesOf(value))}`;
  if (Array.isArray(value)) return `[${value.map(printValue).join(', ')}]`;
  if (typeof value === 'object' && value !== null) return `{${fields(value).join(' ')}}`;
  return typeof value === 'string' ? word(value) : Object.is(value, -0) ? '-0' : String(value);
}

/** As it is where it cannot be misread, else in quotation marks. */
const word = (text: string): string => (/^[\w./:-]+$/.test(text) ? text : JSON.stringify(text));

/** FNV-1a, 32 bits, in hexadecimal. */
function hashBytes(bytes: Uint8Array): string {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
