import { isList, isMap, type ExpressionValue } from './expression-value';
import { partsOf, type SyntaxNode } from './syntax-tree';

/** Values told beside a failure or a decision. */
const MAX_READS = 20;
/** Characters of a text among them. */
const MAX_TEXT = 200;
const WORD = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** A way from a variable to what an expression reads: keys, and indexes that are written out. @internal */
export interface ReadPath {
  readonly path: readonly (string | number)[];
  readonly at: number;
}

/** What a tree reads of variables, in the order of the text; names that macros give are passed over. @internal */
export function readsOf(node: SyntaxNode, locals: readonly string[] = []): ReadPath[] {
  const whole = pathOf(node);
  if (whole) return locals.includes(String(whole.path[0])) ? [] : [whole];
  if (node.kind !== 'loop') return partsOf(node).flatMap((part) => readsOf(part, locals));
  const inner = [...locals, node.variable];
  const parts = node.filter ? [node.filter, node.body] : [node.body];
  return [...readsOf(node.over, locals), ...parts.flatMap((part) => readsOf(part, inner))];
}

function pathOf(node: SyntaxNode): ReadPath | undefined {
  if (node.kind === 'name') return { path: [node.name], at: node.at };
  if (node.kind !== 'field' && node.kind !== 'has' && node.kind !== 'index') return undefined;
  const before = pathOf(node.of);
  if (node.kind !== 'index') return before && { path: [...before.path, node.key], at: before.at };
  const { index } = node;
  return before && index.kind === 'value' && typeof index.value === 'number'
    ? { path: [...before.path, index.value], at: before.at }
    : undefined;
}

/** What stood where an expression reads, by the text of each path: short, and of lists and maps the size alone. @internal */
export function valuesRead(
  reads: readonly ReadPath[],
  variables: Readonly<Record<string, ExpressionValue>>,
): Record<string, string | number | boolean | null> {
  const told = reads.slice(0, MAX_READS).map(({ path }) => [pathText(path), short(valueAt(path, variables))] as const);
  return Object.fromEntries(told);
}

/** As it would be written in an expression. @internal */
export const pathText = ([variable, ...keys]: ReadPath['path']): string =>
  keys.reduce<string>((text, key) => text + keyText(key), String(variable));

function keyText(key: string | number): string {
  if (typeof key === 'number') return `[${key}]`;
  return WORD.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

function valueAt(path: ReadPath['path'], variables: ExpressionValue): ExpressionValue | undefined {
  let value: ExpressionValue | undefined = variables;
  for (const key of path) {
    if (value === undefined) return undefined;
    if (isMap(value)) value = typeof key === 'string' && Object.hasOwn(value, key) ? value[key] : undefined;
    else value = isList(value) && typeof key === 'number' ? value[key] : undefined;
  }
  return value;
}

function short(value: ExpressionValue | undefined): string | number | boolean | null {
  if (value === undefined) return '(absent)';
  if (typeof value === 'string') return value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…`.toWellFormed() : value;
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return `(list of ${value.length})`;
  if (isMap(value)) return `(map of ${Object.keys(value).length})`;
  return value instanceof Date ? value.toISOString() : value.toString();
}
