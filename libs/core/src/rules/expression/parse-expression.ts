import { TEXT_LIMITS } from '../request/field-limits';
import { accessOf, callOf, methodOf } from './calls';
import { ExpressionError } from './expression-fault';
import { partsOf, type BinaryOperator, type SyntaxNode } from './syntax-tree';
import { tokensOf, type Token } from './tokens';

/** How tightly an operator binds; those of one number are taken from left to right. */
const BINDS: ReadonlyMap<string, number> = new Map([
  ...([
    ['||', 1],
    ['&&', 2],
  ] as const),
  ...['==', '!=', '<', '<=', '>', '>=', 'in'].map((relation) => [relation, 3] as const),
  ...([
    ['+', 4],
    ['-', 4],
    ['*', 5],
    ['/', 5],
    ['%', 5],
  ] as const),
]);

/** Levels of a tree: an evaluation goes as deep, and has to fit on any stack. */
const MAX_DEPTH = 250;
/** Levels of brackets, for the same reason. */
const MAX_NESTING = 100;

const LITERALS: ReadonlyMap<string, null | boolean> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);

/** Words that CEL keeps for the languages it stands in; as fields they are names like any other. */
const RESERVED: ReadonlySet<string> = new Set([
  ...['as', 'break', 'const', 'continue', 'else', 'for', 'function', 'if', 'import', 'in', 'let', 'loop', 'namespace'],
  ...['package', 'return', 'var', 'void', 'while'],
]);

/**
 * Reads the text of an expression.
 *
 * @throws {ExpressionError} at what is no CEL, or is CEL that has no meaning for JSON, such as bytes
 * @internal
 */
export function parseExpression(text: string): SyntaxNode {
  if (text.length > TEXT_LIMITS.expression) {
    throw new ExpressionError(`has more than ${TEXT_LIMITS.expression} characters`, TEXT_LIMITS.expression);
  }
  const tree = new Parser(tokensOf(text)).whole();
  checkDepth(tree);
  return tree;
}

class Parser {
  private position = 0;
  private nesting = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  whole(): SyntaxNode {
    const node = this.expression();
    if (this.next.kind !== 'end') throw unexpected(this.next);
    return node;
  }

  private expression(): SyntaxNode {
    if (++this.nesting > MAX_NESTING) throw new ExpressionError('is nested too deeply', this.next.at);
    const test = this.operation(1);
    let node = test;
    const { at } = this.next;
    if (this.take('?')) {
      const yes = this.operation(1);
      this.expect(':');
      node = { kind: 'choose', test, yes, no: this.expression(), at };
    }
    this.nesting--;
    return node;
  }

  /** Operands joined by operators that bind at least so tightly. */
  private operation(least: number): SyntaxNode {
    let left = this.unary();
    for (;;) {
      const { text, kind, at } = this.next;
      const binds = kind === 'sign' || text === 'in' ? BINDS.get(text) : undefined;
      if (binds === undefined || binds < least) return left;
      this.position++;
      left = joined(text, left, this.operation(binds + 1), at);
    }
  }

  private unary(): SyntaxNode {
    const signs: ['!' | '-', number][] = [];
    for (const sign of ['!', '-'] as const) {
      if (signs.length === 0) for (let at = this.next.at; this.take(sign); at = this.next.at) signs.push([sign, at]);
    }
    return signs.reduceRight<SyntaxNode>((of, [operator, at]) => ({ kind: 'unary', operator, of, at }), this.member());
  }

  private member(): SyntaxNode {
    let node = this.primary();
    for (;;) {
      const { at } = this.next;
      if (this.take('.')) node = this.selected(node, at);
      else if (this.take('[')) {
        node = accessOf(node, this.expression(), at);
        this.expect(']');
      } else return node;
    }
  }

  private selected(of: SyntaxNode, at: number): SyntaxNode {
    const name = this.next;
    if (name.kind !== 'word' && name.kind !== 'quoted') throw unexpected(name);
    this.position++;
    if (name.kind === 'word' && this.take('(')) return methodOf(name.text, of, this.list(')'), name.at);
    return { kind: 'field', of, key: name.text, at };
  }

  private primary(): SyntaxNode {
    const token = this.next;
    const { kind, text, value, at } = token;
    if (kind === 'value') return (this.position++, { kind: 'value', value, at });
    if (kind === 'word') return this.named(token);
    if (this.take('(')) {
      const node = this.expression();
      this.expect(')');
      return node;
    }
    if (this.take('[')) return { kind: 'list', items: this.list(']'), at };
    if (this.take('{')) return { kind: 'map', entries: this.entries(), at };
    throw text === '.' ? new ExpressionError('a name begins without a dot', at) : unexpected(token);
  }

  private named({ text, at }: Token): SyntaxNode {
    const value = LITERALS.get(text);
    if (RESERVED.has(text)) throw new ExpressionError(`"${text}" is a word that CEL keeps for itself`, at);
    this.position++;
    if (value !== undefined) return { kind: 'value', value, at };
    return this.take('(') ? callOf(text, this.list(')'), at) : { kind: 'name', name: text, at };
  }

  /** Expressions with commas between them, and one after the last as it pleases. */
  private list(end: string): SyntaxNode[] {
    const items: SyntaxNode[] = [];
    while (!this.take(end)) {
      items.push(this.expression());
      if (!this.take(',') && this.next.text !== end) throw unexpected(this.next);
    }
    return items;
  }

  private entries(): (readonly [SyntaxNode, SyntaxNode])[] {
    const entries: (readonly [SyntaxNode, SyntaxNode])[] = [];
    while (!this.take('}')) {
      const key = this.expression();
      this.expect(':');
      entries.push([key, this.expression()]);
      if (!this.take(',') && this.next.text !== '}') throw unexpected(this.next);
    }
    return entries;
  }

  private get next(): Token {
    return this.tokens[this.position] as Token;
  }

  private take(sign: string): boolean {
    const isIt = this.next.kind === 'sign' && this.next.text === sign;
    if (isIt) this.position++;
    return isIt;
  }

  private expect(sign: string): void {
    if (!this.take(sign)) throw new ExpressionError(`expected "${sign}", found ${told(this.next)}`, this.next.at);
  }
}

const joined = (operator: string, left: SyntaxNode, right: SyntaxNode, at: number): SyntaxNode =>
  operator === '&&' || operator === '||'
    ? { kind: 'logic', operator, left, right, at }
    : { kind: 'binary', operator: operator as BinaryOperator, left, right, at };

const told = ({ kind, text }: Token): string => (kind === 'end' ? text : `"${text}"`);

const unexpected = (token: Token): ExpressionError =>
  new ExpressionError(
    token.kind === 'end' ? 'ends where something has to follow' : `${told(token)} has no place here`,
    token.at,
  );

/** With a stack of its own, for what is too deep to be walked. */
function checkDepth(tree: SyntaxNode): void {
  const open: (readonly [SyntaxNode, number])[] = [[tree, 1]];
  for (let entry = open.pop(); entry; entry = open.pop()) {
    const [node, depth] = entry;
    if (depth > MAX_DEPTH) throw new ExpressionError('is nested too deeply', node.at);
    for (const part of partsOf(node)) open.push([part, depth + 1]);
  }
}
