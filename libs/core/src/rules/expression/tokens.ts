import { ExpressionError } from './expression-fault';
import { readText } from './read-text';

/** A word of an expression. @internal */
export interface Token {
  readonly kind: 'value' | 'word' | 'quoted' | 'sign' | 'end';
  /** As it is written; of a quoted word what stands between the quotes. */
  readonly text: string;
  /** Of a literal. */
  readonly value: string | number;
  /** From 0. */
  readonly at: number;
}

const SPACE = /(?:[ \t\n\f\r]|\/\/[^\n]*)*/y;
const NUMBER = /0[xX][0-9a-fA-F]+|(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const WORD = /[A-Za-z_][A-Za-z0-9_]*/y;
const QUOTED = /`([A-Za-z0-9_./ -]+)`/y;
const SIGN = /&&|\|\||==|!=|<=|>=|[-+*/%<>!?:.,()[\]{}]/y;
/** Long quotes first; a backslash takes the next character with it, but where the text is raw. */
const TEXT = /([rRbB]{0,2})("""|'''|"|')/y;

/**
 * The words of an expression, the end last.
 *
 * @throws {ExpressionError} at what is no word of CEL, or none that has a meaning in JSON
 * @internal
 */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = after(SPACE, text, 0);
  while (at < text.length) {
    const found = textAt(text, at) ?? numberAt(text, at) ?? wordAt(text, at);
    if (!found) throw new ExpressionError(`"${String.fromCodePoint(text.codePointAt(at) ?? 0)}" has no place here`, at);
    tokens.push(found.token);
    at = after(SPACE, text, found.end);
  }
  return [...tokens, { kind: 'end', text: 'the end', value: '', at: text.length }];
}

interface Found {
  readonly token: Token;
  readonly end: number;
}

function textAt(text: string, at: number): Found | undefined {
  const [opening, prefix = '', quote = ''] = matchAt(TEXT, text, at) ?? [];
  if (opening === undefined) return undefined;
  if (/b/i.test(prefix)) throw new ExpressionError('there are no bytes in JSON; write a text', at);
  const start = at + opening.length;
  const isRaw = prefix !== '';
  let end = start;
  while (!text.startsWith(quote, end)) {
    if (end >= text.length || (quote.length === 1 && /[\n\r]/.test(text.charAt(end)))) {
      throw new ExpressionError('the text is not ended', at);
    }
    end += !isRaw && text.charAt(end) === '\\' ? 2 : 1;
  }
  const written = text.slice(start, end);
  const value = isRaw ? written : readText(written, start);
  return { token: { kind: 'value', text: opening, value, at }, end: end + quote.length };
}

function numberAt(text: string, at: number): Found | undefined {
  const [written] = matchAt(NUMBER, text, at) ?? [];
  if (written === undefined) return undefined;
  const [value, end] = [Number(written), at + written.length];
  if (/[uU]/.test(text.charAt(end))) throw new ExpressionError('numbers are of one type; write it without the u', end);
  if (/[A-Za-z0-9_]/.test(text.charAt(end))) throw new ExpressionError('a number ends here', end);
  const isExact = Number.isFinite(value) && (!/^(0[xX].*|\d+)$/.test(written) || Number.isSafeInteger(value));
  if (!isExact) throw new ExpressionError('the number is too large to be exact in JSON', at);
  return { token: { kind: 'value', text: written, value, at }, end };
}

function wordAt(text: string, at: number): Found | undefined {
  const [word] = matchAt(WORD, text, at) ?? [];
  if (word !== undefined) return { token: { kind: 'word', text: word, value: '', at }, end: at + word.length };
  const [quoted, name = ''] = matchAt(QUOTED, text, at) ?? [];
  if (quoted !== undefined) return { token: { kind: 'quoted', text: name, value: '', at }, end: at + quoted.length };
  const [sign] = matchAt(SIGN, text, at) ?? [];
  return sign === undefined ? undefined : { token: { kind: 'sign', text: sign, value: '', at }, end: at + sign.length };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

const after = (pattern: RegExp, text: string, at: number): number => at + (matchAt(pattern, text, at)?.[0].length ?? 0);
