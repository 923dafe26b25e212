import { runInNewContext } from 'node:vm';
import { PermanentError, RetryableError } from '../../errors/step-errors';
import { TaskerError } from '../../errors/tasker-error';
import { describeFailure } from './describe-failure';

describe('a described failure', () => {
  it('has name, message, stack and string code of an ordinary error', () => {
    const error = Object.assign(new TypeError('no'), { code: 'ECONNRESET' });
    const { failure, retryAfterMs } = describeFailure(error);
    expect(failure).toMatchObject({ kind: 'error', name: 'TypeError', message: 'no', code: 'ECONNRESET' });
    expect(failure.stack).toContain('TypeError: no');
    expect(retryAfterMs).toBeUndefined();
  });

  it('has the code of an error of ours', () => {
    expect(describeFailure(new TaskerError('TSK_RESULT_INVALID', 'x')).failure.code).toBe('TSK_RESULT_INVALID');
  });

  it('has kind, code, context and cause of an error thrown on purpose', () => {
    const cause = new RangeError('deeper');
    const error = new PermanentError('no', { code: 'HTTP_422', context: { field: 'a' }, cause });
    expect(describeFailure(error).failure).toMatchObject({
      ...{ kind: 'permanent', code: 'HTTP_422', context: { field: 'a' } },
      cause: { name: 'RangeError', message: 'deeper' },
    });
  });

  it('says when a retryable error wants to be tried again', () => {
    expect(describeFailure(new RetryableError('busy', { retryAfterMs: 5 }))).toMatchObject({
      failure: { kind: 'error', name: 'RetryableError' },
      retryAfterMs: 5,
    });
    expect(describeFailure(new RetryableError('busy', { retryAfterMs: NaN })).retryAfterMs).toBeUndefined();
  });

  it('is that of an error of another realm as of one of ours', () => {
    const far: unknown = runInNewContext(
      `Object.assign(new TypeError('far', { cause: new Error('why') }), { code: 'ENOENT' })`,
    );
    expect(far).not.toBeInstanceOf(Error);
    const { failure } = describeFailure(far);
    expect(failure).toMatchObject({ name: 'TypeError', message: 'far', code: 'ENOENT', cause: { message: 'why' } });
    expect(failure.stack).toContain('TypeError: far');
  });

  it('says of several errors in one what each of them says', () => {
    const errors = [Object.assign(new Error('refused ::1'), { code: 'ECONNREFUSED' }), new Error('refused 127.0.0.1')];
    expect(describeFailure(new AggregateError(errors)).failure).toMatchObject({
      ...{ name: 'AggregateError', message: 'refused ::1; refused 127.0.0.1' },
      cause: { name: 'Error', message: 'refused ::1; refused 127.0.0.1', code: 'ECONNREFUSED' },
    });
    expect(describeFailure(new AggregateError(errors, 'none went')).failure.message).toBe('none went');
  });

  it('has the causes behind the cause, with their codes, to a limit', () => {
    const chain = ['d', 'c', 'b', 'a'].reduce<Error | undefined>(
      (cause, message) => Object.assign(new Error(message, { cause }), { code: message.toUpperCase() }),
      undefined,
    );
    const { failure } = describeFailure(new Error('top', { cause: chain }));
    const [a, b, c] = ['a', 'b', 'c'].map((message) => ({ name: 'Error', message, code: message.toUpperCase() }));
    expect(failure.cause).toEqual({ ...a, cause: { ...b, cause: c } });
    const own = new Error('own');
    own.cause = own;
    expect(describeFailure(own).failure.cause).toMatchObject({ message: 'own' });
  });

  it.each<[unknown, string]>([
    ['a text', 'a text'],
    [7, '7'],
    [{ status: 503 }, '{"status":503}'],
  ])('has a cause that is no error: %p', (cause, message) => {
    expect(describeFailure(new Error('x', { cause })).failure.cause).toEqual({ name: 'Error', message });
  });

  it('is that of an object that looks like an error', () => {
    const thrown = { name: 'AxiosError', message: 'Request failed', code: 'ERR_BAD_RESPONSE' };
    expect(describeFailure(thrown).failure).toEqual({ kind: 'error', ...thrown });
  });

  it('is bounded', () => {
    const error = new PermanentError('m'.repeat(10_000), { context: { big: 'x'.repeat(50_000) } });
    error.stack = 's'.repeat(50_000);
    const { failure } = describeFailure(error);
    expect([failure.message.length, failure.stack?.length]).toEqual([4_000, 8_000]);
    expect(JSON.stringify(failure.context).length).toBeLessThan(40_000);
    expect(failure.context).toHaveProperty('truncated');
  });

  it.each<[string, unknown, unknown]>([
    ['NUL', { 'k\u0000': 'a\u0000b' }, { k: 'ab' }],
    ['half a pair', { t: '\ud83d', pair: '😀' }, { t: '\ufffd', pair: '😀' }],
    ['an escaped backslash before u0000', { t: '\\u0000' }, { t: '\\u0000' }],
    ['a backslash before a real NUL', { t: '\\\u0000' }, { t: '\\' }],
  ])('has a context PostgreSQL can hold: %s', (_what, context, stored) => {
    const error = new PermanentError('x', { context: context as Record<string, unknown> });
    expect(describeFailure(error).failure.context).toEqual(stored);
  });

  it.each<[string, unknown, string]>([
    ['a text', 'no', 'no'],
    ['an object', { status: 503 }, '{"status":503}'],
    ['nothing', undefined, 'undefined'],
    ['a bigint', 5n, '[object BigInt]'],
  ])('has a message when %s was thrown', (_what, thrown, message) => {
    expect(describeFailure(thrown).failure).toMatchObject({ kind: 'error', name: 'Error', message });
  });

  it('has texts PostgreSQL can hold', () => {
    expect(describeFailure(new Error('a\u0000b\ud800')).failure.message).toBe('ab\ufffd');
  });

  it('has no more than there is', () => {
    const bare = Object.assign(new Error('x'), { stack: undefined, code: 7, context: { not: 'on purpose' } });
    expect(Object.keys(describeFailure(bare).failure)).toEqual(['kind', 'name', 'message']);
  });

  it('keeps a context up to its limit', () => {
    const contextOf = (context: Record<string, unknown>) =>
      describeFailure(new PermanentError('x', { context })).failure.context;
    const longest = { a: 'x'.repeat(16_000 - '{"a":""}'.length) };
    expect(contextOf(longest)).toEqual(longest);
    expect(contextOf({ a: `${longest.a}x` })).toEqual({ truncated: `{"a":"${longest.a}x"}`.slice(0, 16_000) });
  });

  it('keeps what JSON can hold of a context, and says what stood in the place of all else', () => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    const context = {
      big: 1n,
      ratio: NaN,
      seen: new Map(),
      cause: new TypeError('no'),
      cycle,
      at: new Date(0),
      run: () => 1,
    };
    expect(describeFailure(new PermanentError('x', { context })).failure.context).toEqual({
      ...{ big: '1', ratio: 'NaN', seen: '(must be JSON data, not a Map)', cause: 'TypeError: no' },
      ...{ cycle: { self: '(must not contain itself)' }, at: '1970-01-01T00:00:00.000Z' },
      run: '(must be JSON data, not a function)',
    });
  });

  it('reads no more of a context than it may keep', () => {
    let shared: unknown = 'leaf';
    for (let level = 0; level < 60; level++) shared = [shared, shared];
    expect(describeFailure(new PermanentError('x', { context: { shared } })).failure.context).toHaveProperty(
      'truncated',
    );
  });

  const hostile = new Proxy(new Error('x'), {
    get: () => {
      throw new Error('trap');
    },
  });
  it.each<[string, unknown]>([
    ['a proxy that throws', hostile],
    ['fields of the wrong type', Object.assign(new Error('x'), { name: 1, message: null, stack: {}, code: 2 })],
    ['an object without prototype', Object.create(null)],
    ['an object whose toJSON throws', { toJSON: () => hostile.message }],
  ])('can be made of %s', (_what, thrown) => {
    const { failure } = describeFailure(thrown);
    expect([typeof failure.name, typeof failure.message, typeof (failure.code ?? '')]).toEqual(Array(3).fill('string'));
  });

  it('says so when it cannot be read', () => {
    expect(describeFailure(hostile).failure).toMatchObject({ kind: 'error', name: 'Error' });
  });
});
