/** Of each unit, milliseconds. */
const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1, us: 1e-3, ns: 1e-6 };
const SPAN = /^([+-]?)((?:\d+(?:\.\d+)?(?:h|ms|m|s|us|ns))+|0)$/;
const PART = /(\d+(?:\.\d+)?)(h|ms|m|s|us|ns)/g;

/** A length of time: what `duration("1h30m")` is, and what lies between two timestamps. @public */
export class TimeSpan {
  constructor(readonly ms: number) {}

  /** @returns undefined for a text that is no duration */
  static parse(text: string): TimeSpan | undefined {
    const [, sign, parts] = SPAN.exec(text) ?? [];
    if (parts === undefined) return undefined;
    let ms = 0;
    for (const [, amount, unit] of parts.matchAll(PART)) ms += Number(amount) * (UNITS[unit ?? ''] ?? 0);
    return new TimeSpan(sign === '-' ? -ms : ms);
  }

  /** Seconds, as CEL writes durations. */
  toString(): string {
    return `${this.ms / 1_000}s`;
  }

  toJSON(): string {
    return this.toString();
  }
}
