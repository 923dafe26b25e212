import { didYouMean } from '../../data/nearest-name';
import { ExpressionError, type ExpressionFault } from './expression-fault';
import { pathText, readsOf, type ReadPath } from './expression-reads';
import { FUNCTIONS } from './functions';
import { parseExpression } from './parse-expression';
import { staticKind, type StaticKind } from './static-kind';
import { partsOf, type SyntaxNode } from './syntax-tree';

/** Fields of `task`. */
const TASK_FIELDS = [
  ...['id', 'namespace', 'name', 'version', 'priority', 'tags', 'initiator', 'correlationId', 'requestedAt'],
];
/** Faults told of one expression. */
const MAX_FAULTS = 10;

/** Where an expression stands: what it may read, and what it has to give. @public */
export interface ExpressionScope {
  /** Variables besides `context`, `parents` and `task`: `now`, and in a map `item` and `index`. */
  readonly variables: readonly ('now' | 'item' | 'index')[];
  /** Whether a step runs before this one. */
  readonly isBefore: (step: string) => boolean;
  /** Names of all steps, for hints. */
  readonly steps: Iterable<string>;
  /** What it has to give, as far as the text tells; null: anything. */
  readonly gives: readonly StaticKind[] | null;
}

/**
 * What is wrong with an expression: syntax, unknown variables, functions and fields of the task, parents that do not run
 * before the step, and what can never be of the right kind.
 *
 * @internal
 */
export function expressionFaults(text: string, scope: ExpressionScope): ExpressionFault[] {
  let tree: SyntaxNode;
  try {
    tree = parseExpression(text);
  } catch (error) {
    if (error instanceof ExpressionError) return [error.fault];
    throw error;
  }
  const found = [...callFaults(tree), ...readsOf(tree).flatMap((read) => readFaults(read, scope)), ...kindFaults(tree)];
  const kind = staticKind(tree);
  if (kind !== undefined && scope.gives && !scope.gives.includes(kind)) {
    found.push(new ExpressionError(`must give ${scope.gives.join(' or ')}, and gives ${kind}`, 0));
  }
  return found.slice(0, MAX_FAULTS).map(({ fault }) => fault);
}

function callFaults(node: SyntaxNode): ExpressionError[] {
  const below = partsOf(node).flatMap(callFaults);
  if (node.kind !== 'call') return below;
  const { name, target, args, at } = node;
  const called = FUNCTIONS.get(name);
  if (!called) return [new ExpressionError(unknownFunction(name), at), ...below];
  if (called.method !== null && called.method !== (target !== null)) {
    const written = called.method ? `value.${name}(…)` : `${name}(value)`;
    return [new ExpressionError(`${name}() is written ${written}`, at), ...below];
  }
  const [least, most] = called.args;
  const given = args.length + (target ? 1 : 0);
  if (given >= least && given <= most) return below;
  return [new ExpressionError(`${name}() has ${given < least ? 'too few' : 'too many'} arguments`, at), ...below];
}

function unknownFunction(name: string): string {
  if (name !== 'matches') return `there is no function ${name}()${didYouMean(name, FUNCTIONS.keys())}`;
  return 'there is no matches(): a regular expression may never end; use contains, startsWith or endsWith';
}

function readFaults({ path, at }: ReadPath, scope: ExpressionScope): ExpressionError[] {
  const [variable, first] = path;
  const fault = (message: string): ExpressionError[] => [new ExpressionError(message, at)];
  if (variable === 'context') return [];
  if (variable === 'parents') return typeof first === 'string' ? stepFaults(path, at, scope) : fault(UNNAMED_PARENT);
  if (variable === 'task') {
    if (first === undefined || TASK_FIELDS.includes(String(first))) return [];
    return fault(`a task has no "${first}"${didYouMean(String(first), TASK_FIELDS)}`);
  }
  if ((scope.variables as readonly unknown[]).includes(variable)) return [];
  if (variable === 'now') return fault('now has no place here: the answer must be the same whenever it is asked');
  const known = ['context', 'parents', 'task', ...scope.variables];
  return fault(`there is no variable "${variable}"${didYouMean(String(variable), known)}`);
}

const UNNAMED_PARENT = 'parents is read by the names of steps, such as parents.charge or parents["charge-card"]';

function stepFaults(path: ReadPath['path'], at: number, { isBefore, steps }: ExpressionScope): ExpressionError[] {
  const name = String(path[1]);
  if (isBefore(name)) return [];
  const all = new Set(steps);
  if (all.has(name)) return [new ExpressionError(`the step "${name}" does not run before this one`, at)];
  const near = [...all].filter(isBefore).find((step) => step.startsWith(`${name}-`) || step.startsWith(`${name}.`));
  const hint = near === undefined ? didYouMean(name, all) : `; write ${pathText(['parents', near])} for "${near}"`;
  return [new ExpressionError(`there is no step "${name}"${hint}`, at)];
}

/** Conditions inside an expression that can never be true or false. */
function kindFaults(node: SyntaxNode): ExpressionError[] {
  const below = partsOf(node).flatMap(kindFaults);
  return [...conditionsOf(node).flatMap(notBoolean), ...below];
}

function conditionsOf(node: SyntaxNode): SyntaxNode[] {
  if (node.kind === 'logic') return [node.left, node.right];
  if (node.kind === 'choose') return [node.test];
  if (node.kind === 'unary' && node.operator === '!') return [node.of];
  if (node.kind !== 'loop') return [];
  return [...(node.filter ? [node.filter] : []), ...(node.name === 'map' ? [] : [node.body])];
}

function notBoolean(node: SyntaxNode): ExpressionError[] {
  const kind = staticKind(node);
  if (kind === undefined || kind === 'true or false') return [];
  return [new ExpressionError(`must give true or false, and gives ${kind}`, node.at)];
}
