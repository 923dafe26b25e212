import type { TaskerError } from '../../errors/tasker-error';
import { checkIdentity, checkTaskRequest } from './check-task-request';
import type { TaskRequest } from './task-request';

function faultsOf(request: object): string[] {
  try {
    checkTaskRequest(request as TaskRequest);
    return [];
  } catch (error) {
    expect(error).toMatchObject({ code: 'TSK_REQUEST_INVALID' });
    return (error as TaskerError).details.map(({ path, message }) => `${path} ${message}`);
  }
}

describe('a request for a task', () => {
  it('may have every field there is', () => {
    const request: Required<TaskRequest> = {
      ...{
        name: 'order',
        namespace: 'shop',
        version: '1.0.0',
        context: { a: 1 },
        identity: 'x',
        onDuplicate: 'return',
      },
      ...{ priority: -100, initiator: 'ann', sourceSystem: 'web', reason: 'r', tags: ['a'], bypassSteps: ['s'] },
      ...{ correlationId: 'c', traceParent: 't' },
    };
    expect(faultsOf(request)).toEqual([]);
  });

  it('needs nothing but a name', () => {
    expect(faultsOf({ name: 'order' })).toEqual([]);
    expect(faultsOf({})).toEqual(['name is required']);
  });

  it('is told all its faults at once, each with its path', () => {
    const request = {
      ...{ name: '', priority: 101, onDuplicate: 'ignore', tags: ['ok', '', 5], bypassSteps: 'all', identiy: 'x' },
      ...{ version: '1.0.0-this-is-much-too-long', reason: 7 },
    };
    expect(faultsOf(request)).toEqual([
      'identiy unknown field; did you mean "identity"?',
      'name must have 1 to 64 characters',
      'version must have 1 to 16 characters',
      'reason must be a string',
      'priority must be an integer from -100 to 100',
      'onDuplicate must be "reject" or "return"',
      'tags[1] must have 1 to 128 characters',
      'tags[2] must be a string',
      'bypassSteps must be a list of strings',
    ]);
  });

  it.each([
    ['identity', 'a\u0000'],
    ['initiator', '\ud800'],
  ])('refuses text in %s that PostgreSQL cannot hold', (field, text) => {
    expect(faultsOf({ name: 'x', [field]: text })).toEqual([`${field} must not contain NUL or half a surrogate pair`]);
  });

  it.each([null, undefined, 'order', [], 7])('is an object, not %p', (request) => {
    expect(faultsOf(request as unknown as object)).toEqual([' must be an object']);
  });

  it.each([1.5, NaN, '5', -101])('refuses the priority %p', (priority) => {
    expect(faultsOf({ name: 'x', priority })).toEqual(['priority must be an integer from -100 to 100']);
  });

  it('has no holes in its lists', () => {
    const tags = ['a'];
    tags[2] = 'c';
    expect(faultsOf({ name: 'x', tags })).toEqual(['tags[1] must be a string']);
  });

  it('bounds lists', () => {
    expect(faultsOf({ name: 'x', tags: Array(51).fill('t') })).toEqual(['tags must have at most 50 entries']);
  });
});

describe('an identity that a strategy of the host gave', () => {
  it.each([
    ['order:7', 'order:7'],
    [undefined, null],
    [null, null],
  ])('is taken: %p', (given, identity) => {
    expect(checkIdentity(given)).toBe(identity);
  });

  it.each(['', 5, {}, 'x'.repeat(9_000), 'a\u0000b'])('is refused like one of the request: %p', (given) => {
    expect(() => checkIdentity(given)).toThrow(expect.objectContaining({ code: 'TSK_REQUEST_INVALID' }));
  });
});
