import { PermanentError } from '../../errors/step-errors';
import { compileNode, truth, type Runnable } from './compile-node';
import { Evaluation } from './evaluation';
import { ExpressionError } from './expression-fault';
import { readsOf, valuesRead, type ReadPath } from './expression-reads';
import type { ExpressionValue } from './expression-value';
import { parseExpression } from './parse-expression';
import type { SyntaxNode } from './syntax-tree';

/** What an expression sees of the task it is part of. @public */
export interface TaskValues {
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly priority: number;
  readonly tags: readonly string[];
  readonly initiator: string | null;
  readonly correlationId: string;
  readonly requestedAt: Date;
}

/** What the variables of an expression stand for when it is evaluated. All of it is JSON but for the times. @public */
export interface ExpressionValues {
  readonly context: unknown;
  /** Results by the names in `Expression.parents`; null for a step that was left out. */
  readonly parents: Readonly<Record<string, unknown>>;
  readonly task: TaskValues;
  /** When it is decided. */
  readonly now: Date;
  /** Of a map. */
  readonly item?: unknown;
  readonly index?: number;
}

/** A text of CEL that was found sound, ready to be evaluated. Immutable. @public */
export class Expression {
  /** Names of the steps whose results it reads: what has to be fetched before it is evaluated. */
  readonly parents: ReadonlySet<string>;
  /** Names of the variables it reads, such as `task` and `now`. */
  readonly variables: ReadonlySet<string>;
  private readonly run: Runnable;
  private readonly reads: readonly ReadPath[];

  private constructor(
    readonly text: string,
    tree: SyntaxNode,
  ) {
    this.run = compileNode(tree, []);
    this.reads = readsOf(tree);
    this.variables = new Set(this.reads.map(({ path: [name] }) => String(name)));
    this.parents = new Set(this.reads.flatMap(({ path: [name, step] }) => (name === 'parents' ? String(step) : [])));
  }

  /** @throws {ExpressionError} for a text that is no expression */
  static of(text: string): Expression {
    return new Expression(text, parseExpression(text));
  }

  /**
   * Evaluates it. The same values always give the same result.
   *
   * @throws {PermanentError} TSK_EXPRESSION_FAILED, whose context has the expression, the position, and the values read
   */
  evaluate(values: ExpressionValues): ExpressionValue {
    return this.evaluated(values, (value) => value);
  }

  /**
   * Evaluates a condition.
   *
   * @throws {PermanentError} TSK_EXPRESSION_FAILED as `evaluate`, and when it gives anything but true or false
   */
  holds(values: ExpressionValues): boolean {
    return this.evaluated(values, (value) => truth(value, 'a condition', 0));
  }

  /** What it reads of these values, by path: short, for whoever asks why it was decided so. */
  valuesRead(values: ExpressionValues): Record<string, string | number | boolean | null> {
    return valuesRead(this.reads, variablesOf(values));
  }

  private evaluated<T>(values: ExpressionValues, use: (value: ExpressionValue) => T): T {
    try {
      return use(this.run(new Evaluation(variablesOf(values))));
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      const { message, position } = error.fault;
      throw new PermanentError(`The expression failed at character ${position}: ${message}.`, {
        code: 'TSK_EXPRESSION_FAILED',
        context: { expression: this.text, position, values: this.valuesRead(values) },
      });
    }
  }
}

/** Results and contexts are JSON, whatever the type says: they came out of the database. */
const variablesOf = (values: ExpressionValues): Record<string, ExpressionValue> =>
  values as unknown as Record<string, ExpressionValue>;

const compiled = new WeakMap<object, Map<string, Expression>>();

/**
 * The expression of a text of a template, made once for as long as its owner lives.
 *
 * @param owner the step that has it
 * @throws {ExpressionError} for a text that is no expression; the check of templates finds those
 * @public
 */
export function compileExpression(text: string, owner: object): Expression {
  const own = compiled.get(owner) ?? new Map<string, Expression>();
  compiled.set(owner, own);
  const known = own.get(text) ?? Expression.of(text);
  own.set(text, known);
  return known;
}
