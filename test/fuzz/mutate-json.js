/** Mutations of what a JSON file says, each written out as JSON again; some only text can say (duplicate keys, endless nesting). */
const NUMBERS = [0, -1, 1, 0.5, 1e-320, 1e308, -1e308, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 53), 255, 4096, 2 ** 20, 2 ** 24];
const OTHERS = [null, true, '', 'x', '__proto__', [], {}, [[]], [null], 'J', '\u0000\u001b[31m', '\ud800'];
const KEYS = ['__proto__', 'constructor', 'toString', 'kind', 'length', 'first', 'weights', 'base64', '', 'x'];
const DEPTHS = [40, 2_000, 200_000];

export function mutateJson(bytes, draw) {
  const text = new TextDecoder().decode(bytes);
  const root = JSON.parse(text);
  for (let n = draw.pick([1, 1, 1, 2, 4]); n > 0; n--) {
    const places = placesOf(root);
    if (places.length === 0) break;
    change(draw.pick(places), draw, places);
  }
  return new TextEncoder().encode(write(root, draw));
}

/** [container, key] of everything; long arrays of numbers are one place and a few samples, or nothing else would ever be drawn. */
function placesOf(root) {
  const places = [];
  const visit = (value) => {
    if (typeof value !== 'object' || value === null) return;
    const keys = Object.keys(value);
    const shown = Array.isArray(value) && keys.length > 12 ? keys.filter((_, i) => i % Math.ceil(keys.length / 12) === 0) : keys;
    for (const key of shown) {
      places.push([value, key]);
      visit(value[key]);
    }
  };
  visit(root);
  return places;
}

function change([container, key], draw, places) {
  const value = container[key];
  switch (draw.below(9)) {
    case 0:
      if (Array.isArray(container)) container.splice(Number(key), 1);
      else delete container[key];
      return;
    case 1: {
      const [other, otherKey] = draw.pick(places);
      put(container, key, structuredClone(other[otherKey]));
      return;
    }
    case 2:
      if (Array.isArray(value)) value.push(...structuredClone(value.slice(0, 5)));
      else if (Array.isArray(container)) container.push(structuredClone(value));
      else put(container, draw.pick(KEYS), structuredClone(value));
      return;
    case 3:
      put(container, key, structuredClone(draw.pick(OTHERS)));
      return;
    case 4:
      if (Array.isArray(value)) value.length = draw.below(value.length + 1);
      else put(container, draw.pick(KEYS), structuredClone(draw.pick(OTHERS)));
      return;
    default:
      put(container, key, changed(value, draw));
  }
}

function changed(value, draw) {
  if (typeof value === 'number') return draw.chance(0.5) ? draw.pick(NUMBERS) : value + draw.pick([1, -1, 0.5, value]);
  if (typeof value === 'string')
    return draw.pick([value.slice(1), value + value, value.toUpperCase(), 'x'.repeat(70_000), '\ud800', `${value} `]);
  if (typeof value === 'boolean') return !value;
  if (Array.isArray(value)) return draw.chance(0.5) ? [...value].reverse() : value.flat();
  return draw.pick(NUMBERS);
}

/** Also where the key is `__proto__`: as JSON.parse would. */
const put = (container, key, value) => {
  if (Array.isArray(container)) container[Number(key) || 0] = value;
  else Object.defineProperty(container, key, { value, enumerable: true, configurable: true, writable: true });
};

function write(root, draw) {
  const text = JSON.stringify(root);
  if (draw.chance(0.94)) return text;
  const colons = [...text.matchAll(/:/g)].map((match) => match.index);
  if (colons.length === 0) return text;
  const at = draw.pick(colons) + 1;
  switch (draw.below(4)) {
    case 0: {
      const depth = draw.pick(DEPTHS);
      const [open, close] = draw.pick([
        ['[', ']'],
        ['{"a":', '}'],
      ]);
      return `${text.slice(0, at)}${open.repeat(depth)}1${close.repeat(depth)},"y":${text.slice(at)}`;
    }
    case 1:
      return `${text.slice(0, at)}${draw.pick(['1e999', '-0', '00', 'NaN', '123456789012345678901234567890', '"\\ud800"'])},"y":${text.slice(at)}`;
    case 2: {
      const pair = /"[^"]*":[^,{}[\]]*/.exec(text.slice(draw.below(text.length)))?.[0];
      return pair === undefined ? text : text.replace('{', `{${pair},`);
    }
    default:
      return `\ufeff${text}`;
  }
}
