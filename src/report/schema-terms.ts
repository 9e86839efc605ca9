/** Words for writing a JSON Schema as TypeScript: every property listed is required, others are refused. */
export type Schema = Readonly<Record<string, unknown>>;

export const text: Schema = { type: 'string' };
export const texts: Schema = { type: 'array', items: text };
export const count: Schema = { type: 'number', minimum: 0 };
export const whole: Schema = { type: 'integer', minimum: 0 };
export const fraction: Schema = { type: 'number', minimum: 0, maximum: 1 };
export const flag: Schema = { type: 'boolean' };

export const constant = (value: string | number): Schema => ({ const: value });
export const oneOf = (...values: readonly string[]): Schema => ({ enum: values });
export const listOf = (items: Schema): Schema => ({ type: 'array', items });
export const mapOf = (values: Schema): Schema => ({ type: 'object', additionalProperties: values });
export const nullable = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] });

export const shape = (properties: Readonly<Record<string, Schema>>): Schema => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});

/** As `shape`, with properties that may be left out besides. */
export const shapeWith = (properties: Readonly<Record<string, Schema>>, optional: Readonly<Record<string, Schema>>): Schema => ({
  ...shape(properties),
  properties: { ...properties, ...optional },
});

/** As `shape`, but the properties may be left out. */
export const partial = (properties: Readonly<Record<string, Schema>>): Schema => ({
  type: 'object',
  properties,
  additionalProperties: false,
});
