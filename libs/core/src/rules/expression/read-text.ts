import { ExpressionError } from './expression-fault';

/** What a letter after a backslash stands for. */
const SIMPLE: ReadonlyMap<string, string> = new Map([
  ...[...'\\?"\'`'].map((character) => [character, character] as const),
  ...([
    ['a', '\u0007'],
    ['b', '\b'],
    ['f', '\f'],
    ['n', '\n'],
    ['r', '\r'],
    ['t', '\t'],
    ['v', '\v'],
  ] as const),
]);

/** Code points by their number: `\x41`, `\u0041`, `\U00000041`, and in octal `\101`. */
const NUMBERED = /(?:[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2}))/y;

/**
 * The text that stands between quotes.
 *
 * @param at where it begins in the expression
 * @throws {ExpressionError} at an escape that means nothing
 * @internal
 */
export function readText(written: string, at: number): string {
  if (!written.includes('\\')) return written;
  let text = '';
  for (let index = 0; index < written.length;) {
    const character = written.charAt(index++);
    if (character !== '\\') {
      text += character;
      continue;
    }
    const simple = SIMPLE.get(written.charAt(index));
    NUMBERED.lastIndex = index;
    const [numbered, x, u, long, octal] = simple === undefined ? (NUMBERED.exec(written) ?? []) : [];
    const code = octal === undefined ? parseInt(x ?? u ?? long ?? '', 16) : parseInt(octal, 8);
    if (simple === undefined && !isCharacter(code)) {
      throw new ExpressionError(`\\${written.charAt(index)} is no escape that means a character`, at + index - 1);
    }
    text += simple ?? String.fromCodePoint(code);
    index += numbered?.length ?? 1;
  }
  return text;
}

/** Neither beyond Unicode nor half of a pair. */
const isCharacter = (code: number): boolean => code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
