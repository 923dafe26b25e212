import { runInNewContext } from 'node:vm';
import { errorText } from './error-text';

const refused = (address: string): Error => new Error(`connect ECONNREFUSED ${address}`);
const hostile = new Proxy(new Error('x'), {
  get: () => {
    throw new Error('trap');
  },
});

describe('what an error says', () => {
  it.each<[string, unknown, string]>([
    ['an error', new Error('no'), 'no'],
    ['one of another realm', runInNewContext(`new TypeError('far')`), 'far'],
    [
      'several in one',
      new AggregateError([refused('::1'), refused('127.0.0.1')]),
      'connect ECONNREFUSED ::1; connect ECONNREFUSED 127.0.0.1',
    ],
    ['several of the same', new AggregateError([refused('x'), refused('x')]), 'connect ECONNREFUSED x'],
    ['several inside several', new AggregateError([new AggregateError([refused('x')])]), 'connect ECONNREFUSED x'],
    ['only a cause', new Error('', { cause: new Error('deep') }), 'deep'],
    ['a text as cause', new Error('', { cause: 'why' }), 'why'],
    ['only a code', Object.assign(new Error(''), { code: 'EPIPE' }), 'EPIPE'],
    ['nothing but its name', new RangeError(''), 'RangeError'],
    ['a text', 'no', 'no'],
    ['an empty text', '', 'an error without a message'],
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a plain object', { status: 503 }, '{"status":503}'],
    ['a symbol', Symbol('s'), 'Symbol(s)'],
    ['what throws when it is read', hostile, 'an error that cannot be read'],
  ])('is told of %s', (_what, thrown, text) => {
    expect(errorText(thrown)).toBe(text);
  });

  it('ends, also when an error is its own cause', () => {
    const error = new Error('');
    error.cause = error;
    expect(errorText(error)).toBe('Error');
    expect(errorText(new Error('x'.repeat(5_000)))).toHaveLength(1_000);
  });
});
