import { ExpressionError } from './expression-fault';
import { isList, isMap, kindOfValue, type ExpressionValue } from './expression-value';
import { FUNCTIONS, Refusal } from './functions';
import { compileLoop } from './loops';
import { negated, OPERATIONS } from './operators';
import type { Evaluation } from './evaluation';
import type { SyntaxNode } from './syntax-tree';

/** A node made runnable; no code is generated. @internal */
export type Runnable = (evaluation: Evaluation) => ExpressionValue;

/**
 * Makes a tree runnable: one function per node, each of which counts as a step of the evaluation.
 *
 * @param locals names that macros have given to entries, outermost first; they go before variables of the same name
 * @internal
 */
export function compileNode(node: SyntaxNode, locals: readonly string[]): Runnable {
  const run = bodyOf(node, locals);
  return (evaluation) => {
    evaluation.spend(1, node.at);
    return run(evaluation);
  };
}

function bodyOf(node: SyntaxNode, locals: readonly string[]): Runnable {
  const compiled = (part: SyntaxNode): Runnable => compileNode(part, locals);
  switch (node.kind) {
    case 'value':
      return () => node.value;
    case 'name':
      return valueOf(node.name, locals.lastIndexOf(node.name));
    case 'field': {
      const of = compiled(node.of);
      return (evaluation) => fieldOf(of(evaluation), node.key, node.at);
    }
    case 'has': {
      const of = compiled(node.of);
      return (evaluation) => hasField(of(evaluation), node.key, node.at);
    }
    case 'index': {
      const [of, index] = [compiled(node.of), compiled(node.index)];
      return (evaluation) => entryOf(of(evaluation), index(evaluation), node.at);
    }
    case 'list':
      return all(node.items.map(compiled));
    case 'map':
      return compileMap(node, compiled);
    case 'call':
      return compileCall(node, compiled);
    case 'unary':
      return compileUnary(node, compiled(node.of));
    case 'binary':
      return compileBinary(node, compiled(node.left), compiled(node.right));
    case 'logic':
      return compileLogic(node, compiled);
    case 'choose': {
      const [test, yes, no] = [compiled(node.test), compiled(node.yes), compiled(node.no)];
      return (evaluation) => (truth(test(evaluation), '?', node.at) ? yes(evaluation) : no(evaluation));
    }
    case 'loop':
      return compileLoop(
        node,
        compiled(node.over),
        (part) => compileNode(part, [...locals, node.variable]),
        locals.length,
      );
  }
}

type Compile = (part: SyntaxNode) => Runnable;
type Node<K extends SyntaxNode['kind']> = Extract<SyntaxNode, { kind: K }>;

const all =
  (items: readonly Runnable[]): ((evaluation: Evaluation) => readonly ExpressionValue[]) =>
  (evaluation) =>
    items.map((item) => item(evaluation));

const valueOf = (name: string, local: number): Runnable =>
  local === -1 ? ({ variables }) => variables[name] ?? null : ({ entries }) => entries[local] ?? null;

function compileUnary({ operator, at }: Node<'unary'>, of: Runnable): Runnable {
  if (operator === '!') return (evaluation) => !truth(of(evaluation), '!', at);
  return (evaluation) => refusing(at, () => negated(of(evaluation)));
}

function compileBinary({ operator, at }: Node<'binary'>, left: Runnable, right: Runnable): Runnable {
  const operation = OPERATIONS[operator];
  return (evaluation) => {
    const [one, other] = [left(evaluation), right(evaluation)];
    return refusing(at, () => operation(one, other, (steps) => evaluation.spend(steps, at)));
  };
}

function compileMap(node: Node<'map'>, compiled: Compile): Runnable {
  const entries = node.entries.map(([key, value]) => [compiled(key), compiled(value), key.at] as const);
  return (evaluation) => {
    const made = entries.map(([key, value, at]) => {
      const name = key(evaluation);
      if (typeof name !== 'string') throw new ExpressionError(`a key is a text, not ${kindOfValue(name)}`, at);
      return [name, value(evaluation)] as const;
    });
    return Object.fromEntries(made);
  };
}

function compileCall(node: Node<'call'>, compiled: Compile): Runnable {
  const called = FUNCTIONS.get(node.name);
  if (!called) throw new ExpressionError(`there is no function ${node.name}()`, node.at);
  const args = all((node.target ? [node.target, ...node.args] : node.args).map(compiled));
  return (evaluation) => {
    const values = args(evaluation);
    return refusing(node.at, () => called.run(values, (steps) => evaluation.spend(steps, node.at)));
  };
}

/** As CEL has it: what decides alone decides, even beside an operand that fails. */
function compileLogic(node: Node<'logic'>, compiled: Compile): Runnable {
  const [left, right] = [compiled(node.left), compiled(node.right)];
  const decisive = node.operator === '||';
  const ask = (operand: Runnable, evaluation: Evaluation): boolean =>
    truth(operand(evaluation), node.operator, node.at);
  return (evaluation) => {
    let failure: ExpressionError | undefined;
    for (const operand of [left, right]) {
      try {
        if (ask(operand, evaluation) === decisive) return decisive;
      } catch (error) {
        if (!(error instanceof ExpressionError) || error.isFinal) throw error;
        failure ??= error;
      }
    }
    if (failure) throw failure;
    return !decisive;
  };
}

/** @internal */
export function truth(value: ExpressionValue, what: string, at: number): boolean {
  if (typeof value === 'boolean') return value;
  throw new ExpressionError(`${what} takes true or false, not ${kindOfValue(value)}`, at);
}

function fieldOf(value: ExpressionValue, key: string, at: number): ExpressionValue {
  if (isMap(value) && Object.hasOwn(value, key)) return value[key] ?? null;
  throw new ExpressionError(isMap(value) ? `there is no "${key}"` : `${kindOfValue(value)} has no "${key}"`, at);
}

function hasField(value: ExpressionValue, key: string, at: number): boolean {
  if (isMap(value)) return Object.hasOwn(value, key);
  throw new ExpressionError(`${kindOfValue(value)} has no fields to ask for`, at);
}

function entryOf(value: ExpressionValue, index: ExpressionValue, at: number): ExpressionValue {
  if (typeof index === 'string') return fieldOf(value, index, at);
  if (!isList(value)) throw new ExpressionError(`${kindOfValue(value)} has no entry ${kindOfValue(index)}`, at);
  if (typeof index !== 'number' || !Number.isInteger(index)) {
    throw new ExpressionError(
      `an index is a whole number, not ${typeof index === 'number' ? index : kindOfValue(index)}`,
      at,
    );
  }
  if (index < 0 || index >= value.length)
    throw new ExpressionError(`there is no entry ${index} of ${value.length}`, at);
  return value[index] ?? null;
}

function refusing(at: number, run: () => ExpressionValue): ExpressionValue {
  try {
    return run();
  } catch (error) {
    throw error instanceof Refusal ? new ExpressionError(error.message, at) : error;
  }
}
