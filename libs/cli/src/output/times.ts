const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** How long, in the two largest units that say something: `2h 5m`, `340ms`. @internal */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)}ms`;
  const first = UNITS.findIndex(([, size]) => ms >= size);
  const [unit, size] = UNITS[first] ?? UNITS[UNITS.length - 1] ?? ['s', 1_000];
  const next = UNITS[first + 1];
  const rest = next ? Math.floor((ms % size) / next[1]) : 0;
  return `${Math.floor(ms / size)}${unit}${next && rest > 0 ? ` ${rest}${next[0]}` : ''}`;
}

/** How long ago, for tables. Null: never. @internal */
export const age = (at: string | null, now = Date.now()): string | null =>
  at === null ? null : duration(Math.max(0, now - Date.parse(at)));

/** An instant as people read it, in UTC. @internal */
export const clock = (at: string, to: 'seconds' | 'milliseconds' = 'seconds'): string =>
  `${at.slice(0, 10)} ${at.slice(11, to === 'seconds' ? 19 : 23)}`;
