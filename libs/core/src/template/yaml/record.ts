/** A mapping of a YAML document whose values nobody has looked at yet. */
export type YamlRecord = Record<string, unknown>;

export const isRecord = (value: unknown): value is YamlRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
