import ts from 'typescript';
import { parse, place, specFiles } from './support/source-files';

/** Reading a clock. */
const CLOCK = /^(performance\.now|Date\.now|process\.hrtime(\.bigint)?|hrtime)$/;
const UPPER_BOUND = /^toBeLessThan(OrEqual)?$/;

/** Promises in time that users are given, and why a slow machine keeps them, too. Anything else belongs in bench/. */
const PROMISES: Record<string, string> = {
  'test/chaos/worker-killed.spec.ts': 'lost work is taken over within the lease and a second',
  'test/chaos/freeze.chaos-spec.ts': 'lost work is taken over within the lease and a second',
  'test/chaos/sigkill.chaos-spec.ts': 'lost work is taken over within the lease and a second',
  'test/connections/waiting.e2e-spec.ts': 'the boot waits for a database connectTimeoutMs and no longer',
  'test/engine/clock-leaps.spec.ts': 'a dead worker is found within two leases although the clock went back',
  'test/engine/worker-loss.spec.ts': 'lost work is taken over within the lease and a second',
  'test/health/probes.e2e-spec.ts': 'readiness answers within readyTimeoutMs when the database does not',
  'test/operators/hot-task.spec.ts':
    'an operator does not starve: five times what being the victim of a deadlock costs',
  'test/operating/silence.e2e-spec.ts': 'reads end, and processes close, within a bound when connections fall silent',
};

describe('assertions on how long something took', () => {
  it.each([
    ['const since = performance.now(); expect(performance.now() - since).toBeLessThan(5);', 1],
    ['const at = Date.now(); work(); const took = Date.now() - at; expect(took / 2).toBeLessThanOrEqual(5);', 1],
    ['async function timed() { const a = hrtime(); return { ms: a }; } expect((await timed()).ms).toBeLessThan(5);', 1],
    ['took.push(performance.now() - at); expect(Math.min(...took)).toBeLessThan(5);', 1],
    ['const until = Date.now() + 5; while (Date.now() < until) await next(); expect(rows.length).toBeLessThan(5);', 0],
    ['const seed = Date.now(); it("x", () => { expect(count).toBeLessThan(5); });', 0],
  ])('are seen in: %s', (text, count) => {
    expect(timedAssertions('test/sample.spec.ts', text)).toHaveLength(count);
  });

  it('are about what users are promised, and nothing else', () => {
    const found = specFiles().flatMap((file) => timedAssertions(file));
    expect(found.filter((where) => !PROMISES[where.split(':')[0] ?? ''])).toEqual([]);
    // A promise that is tested no more leaves the list.
    expect(Object.keys(PROMISES).filter((file) => !found.some((where) => where.startsWith(`${file}:`)))).toEqual([]);
  });
});

/** Places of upper bounds on a value that comes from a clock: directly, or by names that were given such a value. */
function timedAssertions(file: string, text?: string): string[] {
  const source = parse(file, text);
  const timed = namesOfTimes(source);
  const found: string[] = [];
  visitAll(source, (node) => {
    if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return;
    const { name, expression } = node.expression;
    if (UPPER_BOUND.test(name.text) && isTimed(expression, timed)) found.push(place(node));
  });
  return found;
}

/** Names of variables, lists, properties and functions that hold or return a time; found until no more are found. */
function namesOfTimes(source: ts.SourceFile): ReadonlySet<string> {
  const timed = new Set<string>();
  for (let size = -1; size !== timed.size;) {
    size = timed.size;
    visitAll(source, (node) => {
      const named = namedValue(node);
      if (named && isTimed(named.value, timed)) named.names.forEach((name) => timed.add(name));
    });
  }
  return timed;
}

/** `const name = value`, `{ name: value }`, `name = value`, `name.push(value)`, `function name() { return value }`. */
function namedValue(node: ts.Node): { names: string[]; value: ts.Node } | undefined {
  if (ts.isVariableDeclaration(node) && node.initializer) return { names: bound(node.name), value: node.initializer };
  if (ts.isPropertyAssignment(node)) return { names: [node.name.getText()], value: node.initializer };
  if (ts.isFunctionDeclaration(node) && node.name && node.body) {
    const returned = returns(node.body);
    return returned && { names: [node.name.text], value: returned };
  }
  if (
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    ts.isIdentifier(node.left)
  )
    return { names: [node.left.text], value: node.right };
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined;
  const [value] = node.arguments;
  const { name, expression } = node.expression;
  return name.text === 'push' && value ? { names: [expression.getText()], value } : undefined;
}

const bound = (name: ts.BindingName): string[] =>
  ts.isIdentifier(name)
    ? [name.text]
    : name.elements.flatMap((element) => (ts.isBindingElement(element) ? bound(element.name) : []));

function returns(body: ts.Block): ts.Node | undefined {
  let returned: ts.Node | undefined;
  visitAll(body, (node) => {
    if (ts.isReturnStatement(node)) returned = node.expression ?? returned;
  });
  return returned;
}

function isTimed(node: ts.Node, timed: ReadonlySet<string>): boolean {
  let found = false;
  visitAll(node, (inner) => {
    if (ts.isCallExpression(inner) && CLOCK.test(inner.expression.getText())) found = true;
    if (ts.isIdentifier(inner) && timed.has(inner.text)) found = true;
  });
  return found;
}

function visitAll(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => visitAll(child, visit));
}
