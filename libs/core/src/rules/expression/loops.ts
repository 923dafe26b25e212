import type { Runnable } from './compile-node';
import type { Evaluation } from './evaluation';
import { ExpressionError } from './expression-fault';
import { isList, isMap, kindOfValue, type ExpressionValue } from './expression-value';
import type { SyntaxNode } from './syntax-tree';

type LoopNode = Extract<SyntaxNode, { kind: 'loop' }>;

/** The parts of a macro, runnable for the entry that stands in its slot. */
interface Loop {
  readonly at: number;
  readonly body: Runnable;
  readonly filter: Runnable | null;
  /** Puts an entry where the parts find it. */
  enter(entry: ExpressionValue): void;
}

/**
 * Makes a macro runnable.
 *
 * @param over what is gone through
 * @param compiled compiles a part that sees the entry
 * @param slot where the entry stands
 * @internal
 */
export function compileLoop(
  node: LoopNode,
  over: Runnable,
  compiled: (part: SyntaxNode) => Runnable,
  slot: number,
): Runnable {
  const parts = { at: node.at, body: compiled(node.body), filter: node.filter && compiled(node.filter) };
  const run = RUNS[node.name];
  return (evaluation) => {
    const entries = entriesOf(over(evaluation), node);
    return run({ ...parts, enter: (entry) => (evaluation.entries[slot] = entry) }, entries, evaluation);
  };
}

const RUNS: Readonly<
  Record<LoopNode['name'], (loop: Loop, entries: readonly ExpressionValue[], evaluation: Evaluation) => ExpressionValue>
> = {
  all: (loop, entries, evaluation) => !isAny(loop, entries, evaluation, false),
  exists: (loop, entries, evaluation) => isAny(loop, entries, evaluation, true),
  exists_one: (loop, entries, evaluation) =>
    entries.filter((entry) => holds(loop, loop.body, entry, evaluation)).length === 1,
  filter: (loop, entries, evaluation) => entries.filter((entry) => holds(loop, loop.body, entry, evaluation)),
  map: (loop, entries, evaluation) => {
    const { filter, body } = loop;
    const taken = filter ? entries.filter((entry) => holds(loop, filter, entry, evaluation)) : entries;
    return taken.map((entry) => {
      loop.enter(entry);
      return body(evaluation);
    });
  },
};

/** As `||` over all entries: one that decides decides, even beside entries for which the expression fails. */
function isAny(loop: Loop, entries: readonly ExpressionValue[], evaluation: Evaluation, decisive: boolean): boolean {
  let failure: ExpressionError | undefined;
  for (const entry of entries) {
    try {
      if (holds(loop, loop.body, entry, evaluation) === decisive) return true;
    } catch (error) {
      if (!(error instanceof ExpressionError) || error.isFinal) throw error;
      failure ??= error;
    }
  }
  if (failure) throw failure;
  return false;
}

function holds(loop: Loop, asked: Runnable, entry: ExpressionValue, evaluation: Evaluation): boolean {
  loop.enter(entry);
  const value = asked(evaluation);
  if (typeof value === 'boolean') return value;
  throw new ExpressionError(`asks for true or false, not ${kindOfValue(value)}`, loop.at);
}

/** Of a map these are its keys. */
function entriesOf(value: ExpressionValue, { name, at }: LoopNode): readonly ExpressionValue[] {
  if (isList(value)) return value;
  if (isMap(value)) return Object.keys(value);
  throw new ExpressionError(`${name}() goes through a list or a map, not ${kindOfValue(value)}`, at);
}
