const MOST_NAMES = 5;

/** Names in a sentence; of many, how many more there are. @internal */
export function names(list: readonly string[]): string {
  const shown = list.slice(0, MOST_NAMES).map((name) => `"${name}"`);
  return list.length > MOST_NAMES ? `${shown.join(', ')} and ${list.length - MOST_NAMES} more` : shown.join(', ');
}

/** A duration for people: the largest fitting unit, one decimal below ten. @internal */
export function spell(ms: number): string {
  const units: [number, string][] = [
    [86_400_000, 'd'],
    [3_600_000, 'h'],
    [60_000, 'min'],
    [1_000, 's'],
  ];
  const [size, unit] = units.find(([least]) => ms >= least) ?? [1, 'ms'];
  const value = Math.max(0, ms) / size;
  return `${value < 10 && unit !== 'ms' ? Math.round(value * 10) / 10 : Math.round(value)} ${unit}`;
}

/** When something is due, at the end of a sentence. @internal */
export const dueIn = (ms: number): string => (ms > 0 ? `in ${spell(ms)}` : 'now');
