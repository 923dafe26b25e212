import { isTaskerError, type Fault } from '@tasker/core';
import { checkTaskQuery, isTaskId } from './task-query';
import type { TaskQuery } from './task-views';

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
  ])('says of %p: %p', (id, expected) => {
    expect(isTaskId(id)).toBe(expected);
  });
});

describe('checkTaskQuery', () => {
  it.each([
    [{}, 50],
    [{ limit: 500, state: 'error', namespace: 'a', name: 'b', cursor: '7' }, 500],
  ] as [TaskQuery, number][])('accepts %p', (query, limit) => {
    expect(checkTaskQuery(query)).toBe(limit);
  });

  it('reports every fault', () => {
    const query = { state: 'done', limit: 501, cursor: 'x', stat: 'error' } as unknown as TaskQuery;
    expect(faultsOf(query).map(({ path }) => path)).toEqual(['stat', 'state', 'limit', 'cursor']);
    expect(faultsOf(query)[0]?.message).toBe('unknown field; did you mean "state"?');
  });
});

function faultsOf(query: TaskQuery): readonly Fault[] {
  try {
    checkTaskQuery(query);
    return [];
  } catch (error) {
    if (!isTaskerError(error)) throw error;
    return error.details;
  }
}
