import type { Fault } from '../errors/tasker-error';
import { childPath } from './fault-path';

/** A value or a sign of JSON. Texts in long stretches: a step of the expression for every character would overflow. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[[\]{},:]/gy;
const SPACE = /(?:true|false|null|[ \t\n\r])+/y;
const LONG_INTEGER = /\d{16}/;

/**
 * Reads JSON text as the numbers in it were meant: an integer that JavaScript would round is a fault instead of another
 * number, because whoever sent it (an id, most of the time) would look for the wrong thing ever after.
 *
 * @param path of the value itself, the start of every reported path
 * @param faults receives at most one
 * @returns meaningless when a fault was reported
 * @throws {SyntaxError} when the text is no JSON
 * @internal
 */
export function parseJson(text: string, path: string, faults: Fault[]): unknown {
  const value: unknown = JSON.parse(text);
  if (!LONG_INTEGER.test(text)) return value;
  const place = firstRounded(text, path);
  if (place !== undefined) {
    faults.push({ path: place, message: 'must be an integer that a double can hold; send it as text' });
  }
  return value;
}

/** A list by the index of the entry that is read, an object by its key. */
interface Level {
  at: number | string | undefined;
}

/** Where the first integer is that would be rounded; the text is sound JSON. */
function firstRounded(text: string, path: string): string | undefined {
  const levels: Level[] = [];
  for (let token = nextToken(text, 0); token !== undefined; token = nextToken(text, token.end)) {
    const [first = ''] = token.text;
    const level = levels.at(-1);
    if (first === '[') levels.push({ at: 0 });
    else if (first === '{') levels.push({ at: undefined });
    else if (first === ']' || first === '}') levels.pop();
    else if (first === ',') nextEntry(level);
    else if (first === '"' && level && typeof level.at !== 'number') level.at ??= JSON.parse(token.text) as string;
    else if (isRounded(token.text)) return levels.reduce((parent, { at = 0 }) => childPath(parent, at), path);
  }
  return undefined;
}

function nextEntry(level: Level | undefined): void {
  if (level) level.at = typeof level.at === 'number' ? level.at + 1 : undefined;
}

function nextToken(text: string, from: number): { readonly text: string; readonly end: number } | undefined {
  SPACE.lastIndex = from;
  TOKEN.lastIndex = SPACE.test(text) ? SPACE.lastIndex : from;
  const [found] = TOKEN.exec(text) ?? [];
  return found === undefined ? undefined : { text: found, end: TOKEN.lastIndex };
}

const isRounded = (token: string): boolean => /^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token));
