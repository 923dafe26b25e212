import { ExpressionError } from './expression-fault';
import type { LoopName, SyntaxNode } from './syntax-tree';

/** Macros by name, with the numbers of arguments they take. */
const LOOPS: ReadonlyMap<string, readonly number[]> = new Map<LoopName, readonly number[]>([
  ['all', [2]],
  ['exists', [2]],
  ['exists_one', [2]],
  ['filter', [2]],
  ['map', [2, 3]],
]);

/** With a text that is written out, `of["key"]` is the field that `of.key` is. @internal */
export function accessOf(of: SyntaxNode, index: SyntaxNode, at: number): SyntaxNode {
  if (index.kind === 'value' && typeof index.value === 'string') return { kind: 'field', of, key: index.value, at };
  return { kind: 'index', of, index, at };
}

/** A function, or the macro `has`. @internal */
export function callOf(name: string, args: readonly SyntaxNode[], at: number): SyntaxNode {
  if (name !== 'has') return { kind: 'call', name, target: null, args, at };
  const [asked] = args;
  if (asked?.kind !== 'field' || args.length !== 1) {
    throw new ExpressionError('has() takes one field, such as has(context.customer.email)', at);
  }
  return { kind: 'has', of: asked.of, key: asked.key, at: asked.at };
}

/** A function behind its first argument, or one of the macros that go through a list. @internal */
export function methodOf(name: string, target: SyntaxNode, args: readonly SyntaxNode[], at: number): SyntaxNode {
  const takes = LOOPS.get(name);
  if (!takes) return { kind: 'call', name, target, args, at };
  const [variable, second, third] = args;
  if (!takes.includes(args.length) || variable?.kind !== 'name' || !second) {
    throw new ExpressionError(`${name}() takes a name and an expression, such as lines.${name}(line, …)`, at);
  }
  const parts = { filter: third ? second : null, body: third ?? second };
  return { kind: 'loop', name: name as LoopName, over: target, variable: variable.name, ...parts, at };
}
