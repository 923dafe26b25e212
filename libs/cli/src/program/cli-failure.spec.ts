import { ERROR_CODES, TaskerError, type ErrorCode } from '@tasker/core';
import { CliFailure } from './cli-failure';

const codeOf = (error: unknown): string =>
  `${CliFailure.from(error).exitCode} ${CliFailure.from(error).facts.errorCode}`;

describe('what ends the program', () => {
  it.each<[ErrorCode, number]>([
    ['TSK_STATE_REFUSED', 1],
    ['TSK_CONTEXT_INVALID', 1],
    ['TSK_SCHEMA_MISMATCH', 1],
    ['TSK_REQUEST_INVALID', 2],
    ['TSK_OPTIONS_INVALID', 2],
    ['TSK_TASK_NOT_FOUND', 3],
    ['TSK_SATURATED', 4],
    ['TSK_DATABASE_UNAVAILABLE', 4],
    ['TSK_UNAUTHENTICATED', 5],
    ['TSK_FORBIDDEN', 5],
  ])('%s is exit code %i', (code, exitCode) => {
    expect(codeOf(new TaskerError(code, 'x'))).toBe(`${exitCode} ${code}`);
  });

  it('has an exit code for every code there is', () => {
    const codes = Object.keys(ERROR_CODES) as ErrorCode[];
    expect(
      codes.filter((code) => ![1, 2, 3, 4, 5].includes(CliFailure.from(new TaskerError(code, 'x')).exitCode)),
    ).toEqual([]);
  });

  it('says of an error without a message what is inside', () => {
    const error = new AggregateError([new Error('one'), new Error('two')]);
    expect(CliFailure.from(error).facts).toMatchObject({ errorCode: 'CLI_FAILED', message: 'one; two' });
  });

  it('says the faults of an error once, in the details', () => {
    const details = [{ path: 'a', message: 'is wrong' }];
    expect(CliFailure.from(new TaskerError('TSK_REQUEST_INVALID', 'Bad.', { details })).facts).toMatchObject({
      message: 'Bad.',
      details,
    });
  });

  it('takes everything else for a failure', () => {
    expect([new Error('x'), 'text', Object.assign(new Error('x'), { code: '42703' })].map(codeOf)).toEqual(
      Array(3).fill('1 CLI_FAILED'),
    );
  });
});
