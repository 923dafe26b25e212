import { isTaskerError, type Fault } from '../../errors/tasker-error';
import { checkTaskFilter, isTaskId } from './check-task-filter';
import type { TaskFilter } from './task-filter';

describe('isTaskId', () => {
  it.each([
    ['1', true],
    ['9223372036854775807', true],
    ['9223372036854775808', false],
    ['0', false],
    ['-1', false],
    ['1.5', false],
    ['', false],
    ['1 or true', false],
    [7, false],
  ])('says of %p: %p', (id, expected) => {
    expect(isTaskId(id)).toBe(expected);
  });
});

describe('checkTaskFilter', () => {
  it.each([
    {},
    { ids: ['1'], state: 'error', namespace: 'a', name: 'b', version: '1.0.0', hold: false, tags: ['x'] },
    { state: ['error', 'complete'], namespace: ['a', 'b'], stepState: ['ready'], step: 's' },
    { context: { a: [1, null, { b: 'ü😀 \\u0000' }] }, annotation: { type: 'note', contains: 5 } },
    {
      requestedAfter: new Date(),
      requestedBefore: '2026-01-31T12:00:00.123+02:00',
      finishedAfter: '2026-01-31T12:00Z',
    },
    {
      attributes: { customer: 'c1', total: { gte: 10, lt: 20 }, vip: true, due: { gt: new Date(0), lte: 'z' }, x: '' },
    },
    { attributes: { placed: new Date(0), score: -0.5, __proto: 1 } },
    { context: { a: 'x'.repeat(10_000 - '{"a":""}'.length) } },
    { annotation: { type: 'note' } },
    { errorKind: 'timeout', errorFingerprint: 'abc', name: undefined },
  ] as TaskFilter[])('accepts %j', (filter) => {
    expect(faultsOf(filter)).toEqual([]);
  });

  it.each([
    [{ ids: [] }, 'ids', /1 to 1000/],
    [{ ids: ['1', 'x'] }, 'ids[1]', /id of a task/],
    [{ state: 'done' }, 'state', /one of pending/],
    [{ state: ['error', 5] }, 'state[1]', /one of pending/],
    [{ namespace: '' }, 'namespace', /1 to 64/],
    [{ name: 5 }, 'name', /a string/],
    [{ name: 'a\u0000' }, 'name', /NUL/],
    [{ identity: '\ud800' }, 'identity', /surrogate/],
    [{ hold: 'yes' }, 'hold', /true or false/],
    [{ tags: 'x' }, 'tags', /a list/],
    [{ requestedAfter: '2026-01-31' }, 'requestedAfter', /with its zone/],
    [{ requestedAfter: '2026-13-31T00:00:00Z' }, 'requestedAfter', /with its zone/],
    [{ finishedBefore: new Date(NaN) }, 'finishedBefore', /with its zone/],
    [{ context: [] }, 'context', /an object/],
    [{ context: { a: 'x\u0000' } }, 'context', /NUL/],
    [{ context: { a: '\udfff' } }, 'context', /surrogate/],
    [{ context: { a: 1n } }, 'context', /JSON/],
    [{ context: { a: 'x'.repeat(10_001) } }, 'context', /10000 characters/],
    [{ attributes: [] }, 'attributes', /an object/],
    [{ attributes: {} }, 'attributes', /1 to 20/],
    [{ attributes: { a: null } }, 'attributes.a', /a string, a number/],
    [{ attributes: { a: undefined } }, 'attributes.a', /a string, a number/],
    [{ attributes: { a: [1] } }, 'attributes.a', /a string, a number/],
    [{ attributes: { a: NaN } }, 'attributes.a', /a string, a number/],
    [{ attributes: { a: new Date(NaN) } }, 'attributes.a', /a string, a number/],
    [{ attributes: { a: {} } }, 'attributes.a', /bounds/],
    [{ attributes: { a: { gt: undefined } } }, 'attributes.a', /bounds/],
    [{ attributes: { a: { gt: true } } }, 'attributes.a.gt', /a number, a string or a time/],
    [{ attributes: { a: { gtt: 1 } } }, 'attributes.a.gtt', /did you mean "gt"/],
    [{ attributes: { a: { gt: 1, lt: 'b' } } }, 'attributes.a', /of one kind/],
    [{ attributes: { '': 1 } }, 'attributes.', /1 to 64/],
    [{ attributes: { a: 'x\u0000' } }, 'attributes', /NUL/],
    [{ attributes: { a: 'x'.repeat(10_001) } }, 'attributes', /10000 characters/],
    [{ annotation: { contains: 1 } }, 'annotation.type', /a string/],
    [{ annotation: { type: 'a', contians: 1 } }, 'annotation.contians', /did you mean "contains"/],
    [{ context: null }, 'context', /an object/],
    [{ context: 'text' }, 'context', /an object/],
    [{ annotation: null }, 'annotation', /an object/],
    [{ annotation: 'note' }, 'annotation', /an object/],
    [{ annotation: [] }, 'annotation', /an object/],
    [{ annotation: { type: 'note', contains: 'a\u0000' } }, 'annotation.contains', /NUL/],
    [{ errorKind: 'oops' }, 'errorKind', /one of error/],
    [{ stepState: 'error' }, 'stepState', /needs step/],
    [{ naem: 'x' }, 'naem', /did you mean "name"/],
    [{ zzzzzz: 1 }, 'zzzzzz', /known: ids/],
    [{ constructor: 1 }, 'constructor', /unknown field/],
  ])('refuses %j', (filter, path, message) => {
    const faults = faultsOf(filter as TaskFilter);
    expect(faults.map((fault) => fault.path)).toEqual([path]);
    expect(faults[0]?.message).toMatch(message);
  });

  it('reports every fault at once', () => {
    const filter = { state: 'x', tags: [1], stat: 1, limit: 5 } as unknown as TaskFilter;
    expect(faultsOf(filter).map(({ path }) => path)).toEqual(['state', 'tags[0]', 'stat', 'limit']);
  });

  it('refuses JSON that is nested too deeply to be written', () => {
    let deep: unknown = 1;
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(faultsOf({ context: { deep } })[0]?.path).toBe('context');
  });
});

function faultsOf(filter: TaskFilter): readonly Fault[] {
  try {
    checkTaskFilter(filter);
    return [];
  } catch (error) {
    if (!isTaskerError(error)) throw error;
    expect(error.details).not.toEqual([]);
    return error.details;
  }
}
