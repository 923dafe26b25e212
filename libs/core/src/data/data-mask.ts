import { isRecord } from './record';

/** Shorter values are found everywhere: hiding them would hide what is no secret. */
const SHORTEST_SECRET = 4;
/** Deeper than any stored JSON is worth looking at; fields of log lines may be cyclic. */
const DEEPEST = 50;

type Segments = readonly string[];

/**
 * Replaces what stands at certain paths of JSON data. A path is keys joined by dots; `*` is any key or entry of a list,
 * and `**` in front any depth: `payment.card.number`, `customers.*.email`, `**.password`.
 *
 * @public
 */
export class DataMask {
  private readonly patterns: readonly Segments[];

  /** @param text what stands there instead */
  constructor(
    paths: readonly string[],
    private readonly text = '[masked]',
  ) {
    this.patterns = paths.map((path) => path.split('.'));
  }

  /** A copy in which what the paths point at is replaced; the value itself when they point at nothing. */
  of<T>(value: T): T {
    return this.walk(value, this.patterns, DEEPEST, () => this.text) as T;
  }

  /** Texts and numbers the paths point at, for `hide`. */
  secrets(value: unknown): string[] {
    const found = new Set<string>();
    this.walk(value, this.patterns, DEEPEST, (secret) => {
      for (const text of textsIn(secret)) if (text.length >= SHORTEST_SECRET) found.add(text);
      return secret;
    });
    // One may be part of another: the longer goes first.
    return [...found].sort((a, b) => b.length - a.length);
  }

  /** The text, or the JSON data with all its texts, without these secrets. */
  hide<T>(value: T, secrets: readonly string[]): T {
    if (typeof value === 'string')
      return secrets.reduce<string>((text, one) => text.replaceAll(one, this.text), value) as T;
    if (typeof value === 'number' && secrets.includes(String(value))) return this.text as T;
    if (Array.isArray(value)) return value.map((entry: unknown) => this.hide(entry, secrets)) as T;
    if (!isRecord(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, this.hide(entry, secrets)])) as T;
  }

  private walk(
    value: unknown,
    open: readonly Segments[],
    depth: number,
    replace: (found: unknown) => unknown,
  ): unknown {
    if (typeof value !== 'object' || value === null || open.length === 0 || depth === 0) return value;
    let copy: Record<string, unknown> | unknown[] | undefined;
    for (const [key, entry] of Object.entries(value)) {
      const next = open.flatMap((pattern) => stepInto(pattern, key));
      if (next.length === 0) continue;
      const isTarget = entry !== null && entry !== undefined && next.some((rest) => rest.length === 0);
      const made = isTarget ? replace(entry) : this.walk(entry, next, depth - 1, replace);
      if (made === entry) continue;
      copy ??= Array.isArray(value) ? [...(value as unknown[])] : { ...(value as Record<string, unknown>) };
      (copy as Record<string, unknown>)[key] = made;
    }
    return copy ?? value;
  }
}

/** What is left of a pattern below a key; an empty rest is the target. */
function stepInto(pattern: Segments, key: string): Segments[] {
  const [first, ...rest] = pattern;
  if (first === '**') return [pattern, ...stepInto(rest, key)];
  return first === '*' || first === key ? [rest] : [];
}

function* textsIn(value: unknown): Iterable<string> {
  if (typeof value === 'string' || typeof value === 'number') yield String(value);
  else if (typeof value === 'object' && value !== null) for (const entry of Object.values(value)) yield* textsIn(entry);
}
