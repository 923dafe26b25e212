/**
 * JSON text with object keys sorted by code unit at every level: equal data gives equal text, whatever order it was
 * written in. For digests and identities.
 *
 * @param value JSON data; what JSON.stringify leaves out is left out here too
 * @public
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, entry: unknown) =>
    typeof entry === 'object' && entry !== null && !Array.isArray(entry)
      ? Object.fromEntries(Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : entry,
  );
}
