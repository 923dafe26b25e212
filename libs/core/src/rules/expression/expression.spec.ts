import { isPermanentError, type PermanentError } from '../../errors/step-errors';
import { expressionFaults, type ExpressionScope } from './check-expression';
import { compileExpression, Expression, type ExpressionValues } from './expression';

const task = {
  ...{ id: '7', namespace: 'default', name: 'order', version: '1.0.0', priority: 0, tags: [] },
  ...{ initiator: null, correlationId: 'c', requestedAt: new Date('2026-01-01T10:00:00Z') },
};

const values = (context: unknown, parents: Record<string, unknown> = {}): ExpressionValues => ({
  ...{ context, parents, task, now: new Date('2026-01-01T11:00:00Z') },
});

function failureOf(run: () => unknown): PermanentError {
  try {
    run();
  } catch (error) {
    if (isPermanentError(error)) return error;
  }
  throw new Error('it did not fail as expressions do');
}

describe('an expression', () => {
  it('names the parents it reads, however they are written', () => {
    const { parents } = Expression.of('parents.a.x > 1 || parents["b-c"] == null || has(parents.d.y)');
    expect([...parents]).toEqual(['a', 'b-c', 'd']);
    expect([...Expression.of('context.list.exists(parents, parents.x)').parents]).toEqual([]);
  });

  it('names the variables it reads', () => {
    expect([...Expression.of('context.list.all(now, now > task.priority)').variables]).toEqual(['context', 'task']);
  });

  it('is made once for its owner', () => {
    const owner = {};
    expect(compileExpression('1 == 1', owner)).toBe(compileExpression('1 == 1', owner));
    expect(compileExpression('1 == 1', {})).not.toBe(compileExpression('1 == 1', owner));
  });

  it('tells what it read: short, lists and maps by their size alone', () => {
    const text =
      'context.total > 10 && context.lines[0].sku == "x" && parents["b-c"] != context.gone && now > task.requestedAt';
    const read = Expression.of(text).valuesRead(
      values({ total: 5, lines: [{ sku: 'y'.repeat(500) }] }, { 'b-c': { z: 1 } }),
    );
    expect(read).toEqual({
      'context.total': 5,
      'context.lines[0].sku': `${'y'.repeat(200)}…`,
      'parents["b-c"]': '(map of 1)',
      'context.gone': '(absent)',
      now: '2026-01-01T11:00:00.000Z',
      'task.requestedAt': '2026-01-01T10:00:00.000Z',
    });
  });

  it('tells at most twenty values', () => {
    const text = Array.from({ length: 30 }, (_, i) => `context.f${i} == 1`).join(' || ');
    expect(Object.keys(Expression.of(text).valuesRead(values({})))).toHaveLength(20);
  });

  it('fails for good, with itself, the place and the values', () => {
    const failure = failureOf(() => Expression.of('1 < context.amount').holds(values({ amount: 'ten' })));
    expect(failure.code).toBe('TSK_EXPRESSION_FAILED');
    expect(failure.message).toBe('The expression failed at character 3: < has no meaning for a number and a text.');
    expect(failure.context).toEqual({
      ...{ expression: '1 < context.amount', position: 3 },
      values: { 'context.amount': 'ten' },
    });
  });

  it('is no condition when it gives anything but true or false', () => {
    expect(failureOf(() => Expression.of('context.amount').holds(values({ amount: 1 }))).message).toBe(
      'The expression failed at character 1: a condition takes true or false, not a number.',
    );
    expect(Expression.of('context.amount').evaluate(values({ amount: 1 }))).toBe(1);
  });

  it('sees own fields alone', () => {
    expect(Expression.of('has(context.constructor) || "toString" in context').holds(values({}))).toBe(false);
    expect(Expression.of('{"__proto__": 1}.__proto__').evaluate(values({}))).toBe(1);
    expect(failureOf(() => Expression.of('context.constructor').evaluate(values({}))).code).toBe(
      'TSK_EXPRESSION_FAILED',
    );
  });

  it('spends steps on what is long, not only on what is written', () => {
    const long = Array.from({ length: 1_000 }, (_, i) => i);
    const product = Expression.of('context.a.all(x, context.a == context.b)');
    expect(failureOf(() => product.holds(values({ a: long, b: [...long] }))).message).toContain('100000 steps');
    const sums = Expression.of('context.a.map(x, context.a + context.a)');
    expect(failureOf(() => sums.evaluate(values({ a: long }))).message).toContain('100000 steps');
    expect(Expression.of('context.a.all(x, x >= 0)').holds(values({ a: long }))).toBe(true);
  });
});

describe('the check of an expression', () => {
  const scope: ExpressionScope = {
    variables: ['now'],
    isBefore: (step) => ['check', 'charge-card'].includes(step),
    steps: ['check', 'charge-card', 'ship'],
    gives: ['true or false'],
  };
  const told = (text: string, other: Partial<ExpressionScope> = {}): string[] =>
    expressionFaults(text, { ...scope, ...other }).map(({ message, position }) => `${position}: ${message}`);

  it.each([
    ['context.a > 1 && parents.check.ok && parents["charge-card"] != null && now > task.requestedAt', []],
    ['context.a >', ['12: ends where something has to follow']],
    ['contxt.a > 1', ['1: there is no variable "contxt"; did you mean "context"?']],
    ['item.a > 1', ['1: there is no variable "item"']],
    ['parents.ship.ok', ['1: the step "ship" does not run before this one']],
    ['parents.chek.ok', ['1: there is no step "chek"; did you mean "check"?']],
    [
      'parents.charge-card == 1',
      [
        '1: there is no step "charge"; write parents["charge-card"] for "charge-card"',
        '16: there is no variable "card"',
      ],
    ],
    [
      'size(parents) > 1',
      ['6: parents is read by the names of steps, such as parents.charge or parents["charge-card"]'],
    ],
    ['task.nam == "x"', ['1: a task has no "nam"; did you mean "name"?']],
    [
      'context.name.matches("^a")',
      ['14: there is no matches(): a regular expression may never end; use contains, startsWith or endsWith'],
    ],
    ['context.name.startWith("a")', ['14: there is no function startWith(); did you mean "startsWith"?']],
    ['contains(context.name, "a")', ['1: contains() is written value.contains(…)']],
    ['context.name.contains()', ['14: contains() has too few arguments']],
    ['size(context.a, 1) == 1', ['1: size() has too many arguments']],
    ['context.a + 1', []],
    ['context.a * 2', ['1: must give true or false, and gives a number']],
    ['"yes"', ['1: must give true or false, and gives a text']],
    ['context.a && 1', ['14: must give true or false, and gives a number']],
    ['context.a == b"x"', ['14: there are no bytes in JSON; write a text']],
  ])('of %s', (text, faults) => {
    expect(told(text)).toEqual(faults);
  });

  it('refuses now where the answer must not depend on the time, and too long a text', () => {
    expect(told('now > task.requestedAt', { variables: [] })[0]).toMatch('1: now has no place here');
    expect(told(`context.a == "${'x'.repeat(4_096)}"`)).toEqual(['4097: has more than 4096 characters']);
  });

  it('stops after ten faults', () => {
    expect(told(Array.from({ length: 30 }, (_, i) => `v${i} == 1`).join(' || '))).toHaveLength(10);
  });
});
