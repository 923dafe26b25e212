/** An object whose values nobody has looked at yet. @internal */
export type UnknownRecord = Record<string, unknown>;

/**
 * True for objects that are no lists: data from YAML and JavaScript comes in any shape, whatever the types say.
 *
 * @internal
 */
export const isRecord = (value: unknown): value is UnknownRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
