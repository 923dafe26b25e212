/**
 * Whether data has more values than that; looks at no more of them.
 *
 * @internal
 */
export function hasMoreValues(data: unknown, most: number): boolean {
  const open: unknown[] = [data];
  let seen = 0;
  while (open.length > 0) {
    const value = open.pop();
    if (++seen > most) return true;
    if (typeof value !== 'object' || value === null) continue;
    const entries: unknown[] = Array.isArray(value) ? value : Object.values(value);
    if (seen + open.length + entries.length > most) return true;
    open.push(...entries);
  }
  return false;
}
