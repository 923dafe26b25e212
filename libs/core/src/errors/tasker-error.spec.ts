import { ERROR_CODES } from './error-codes';
import { isPermanentError, isRetryableError, PermanentError, RetryableError } from './step-errors';
import { isTaskerError, TaskerError } from './tasker-error';

describe('an error of Tasker', () => {
  it('has kind and hint of its code', () => {
    const error = new TaskerError('TSK_DUPLICATE_TASK', 'there is one');
    expect(error).toMatchObject({ kind: 'conflict', hint: ERROR_CODES.TSK_DUPLICATE_TASK.hint, details: [], data: {} });
    expect([error.name, error.message, 'cause' in error]).toEqual(['TaskerError', 'there is one', false]);
  });

  it('says every fault in its message, each with its path', () => {
    const details = [
      { path: 'a.b', message: 'is wrong' },
      { path: '', message: 'as a whole' },
    ];
    const error = new TaskerError('TSK_OPTIONS_INVALID', 'The options are invalid.', { details });
    expect(error.message).toBe('The options are invalid.\n  - a.b: is wrong\n  - as a whole');
    expect(error.details).toBe(details);
  });

  it('keeps cause, data and a hint of its own', () => {
    const cause = new Error('x');
    const error = new TaskerError('TSK_TASK_NOT_FOUND', 'm', { cause, data: { id: '1' }, hint: 'Look.' });
    expect(error).toMatchObject({ cause, data: { id: '1' }, hint: 'Look.' });
  });

  it('is recognised when another copy of the package made it', () => {
    const foreign = Object.defineProperty(new Error('x'), Symbol.for('tasker.error'), { value: true });
    expect([foreign, new TaskerError('TSK_TASK_NOT_FOUND', 'm'), new Error('x'), null, 'x'].map(isTaskerError)).toEqual(
      [...[true, true, false, false, false]],
    );
  });
});

describe('the errors a handler throws on purpose', () => {
  class OrderGone extends PermanentError {}

  it('are recognised, subclasses and other copies included', () => {
    const foreign = Object.defineProperty(new Error('x'), Symbol.for('tasker.retryable-error'), { value: true });
    const thrown = [
      new OrderGone('x'),
      new PermanentError('x'),
      new RetryableError('x'),
      foreign,
      new Error('x'),
      null,
    ];
    expect(thrown.map(isPermanentError)).toEqual([true, true, false, false, false, false]);
    expect(thrown.map(isRetryableError)).toEqual([false, false, true, true, false, false]);
  });

  it('carry the name of their class and what they are given', () => {
    expect(new OrderGone('x').name).toBe('OrderGone');
    const error = new RetryableError('busy', { retryAfterMs: 5, code: 'C', context: { a: 1 }, cause: 'why' });
    expect(error).toMatchObject({ retryAfterMs: 5, code: 'C', context: { a: 1 }, cause: 'why' });
  });
});
