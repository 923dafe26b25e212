import { readFileSync } from 'node:fs';
import { parseJson, type Fault } from '@tasker/core';
import { InvalidArgumentError } from 'commander';

/** For options and arguments: each turns text into a value, or says what it should have been. */

/** A whole number within bounds, both included. @internal */
export const integer =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^-?\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };

/** Tasks per second; `none`: infinite. Not null, which commander would take for a missing value. @internal */
export function rate(text: string): number {
  const value = text === 'none' ? Infinity : Number(text);
  if (value > 0 && text !== 'Infinity') return value;
  throw new InvalidArgumentError('It must be a positive number, or none.');
}

/** JSON text; `@file` reads it from a file, `@-` from standard input. @internal */
export function json(text: string): unknown {
  const source = text.startsWith('@') ? read(text.slice(1)) : text;
  const faults: Fault[] = [];
  let value: unknown;
  try {
    value = parseJson(source, '', faults);
  } catch (error) {
    throw new InvalidArgumentError(`It must be JSON, or @file, or @- for standard input: ${(error as Error).message}`);
  }
  const [fault] = faults;
  if (!fault) return value;
  throw new InvalidArgumentError(`${fault.path === '' ? 'It' : fault.path} ${fault.message}.`);
}

/** A JSON object; see {@link json}. @internal */
export function jsonObject(text: string): Record<string, unknown> {
  const value = json(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new InvalidArgumentError('It must be a JSON object.');
}

/** For options that may be given several times, or once with commas. @internal */
export const list = (text: string, before: readonly string[] = []): string[] => [
  ...before,
  ...text.split(',').map((word) => word.trim()),
];

const DURATION = /^(\d+)(ms|s|m|h|d|w)$/;
const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/** An instant: ISO 8601, or how long ago (`15m`, `2h`, `7d`). @internal */
export function instant(text: string): string {
  const [, count, unit] = DURATION.exec(text) ?? [];
  if (count !== undefined) {
    return new Date(Date.now() - Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS]).toISOString();
  }
  if (/^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(Date.parse(text))) return new Date(text).toISOString();
  throw new InvalidArgumentError('It must be a time such as 2026-01-31T12:00:00Z, or an age such as 15m, 2h, 7d.');
}

/** How long, in seconds: `30s`, `15m`, `2h`, `7d`. @internal */
export function seconds(text: string): number {
  const [, count, unit] = DURATION.exec(text) ?? [];
  if (count === undefined) throw new InvalidArgumentError('It must be a duration such as 30s, 15m, 2h or 90d.');
  return (Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS]) / 1_000;
}

function read(path: string): string {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}
