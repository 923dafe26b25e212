import { runInNewContext } from 'node:vm';
import { StaleOutcomesError, StoreRefusedError, StoreUnavailableError, WorkerLostError } from '@tasker/core';
import { readStoreError } from './store-errors';

/** An error as the driver passes it on from the server. */
const fromServer = (code: string, rest: object = {}): Error =>
  Object.assign(new Error('m'), { code, severity: 'ERROR', ...rest });

describe('what a failed statement means', () => {
  it.each([
    ['the network broke', Object.assign(new Error('x'), { code: 'ECONNRESET' })],
    ['a code of Node that looks like an SQLSTATE', Object.assign(new Error('x'), { code: 'EPIPE' })],
    ['no answer in time', new Error('Query read timeout')],
    ['an administrator ended the session', fromServer('57P01')],
    ['the server crashed', fromServer('57P02')],
    ['the server is starting', fromServer('57P03')],
    ['too many sessions', fromServer('53300')],
    ['the connection is in doubt', fromServer('08006')],
    ['a standby after a failover', fromServer('25006')],
    ['the database does not exist', fromServer('3D000')],
    ['the password is refused', fromServer('28P01')],
    ['a socket is missing', Object.assign(new Error('x'), { code: 'ENOENT', syscall: 'connect', path: '/s.PGSQL.1' })],
    ['several addresses refuse', new AggregateError([new Error('x')])],
  ])('is that nobody knows, when %s', (_what, thrown) => {
    const read = readStoreError(thrown);
    expect(read).toMatchObject({ connectionUsable: false, lostRace: false });
    expect(read.error).toBeInstanceOf(StoreUnavailableError);
    expect(read.error).toMatchObject({ cause: thrown });
  });

  it.each<[string, unknown]>([
    ['a file that is missing', Object.assign(new Error('x'), { code: 'ENOENT', syscall: 'open', path: '/x.sql' })],
    ['a mistake in code', new TypeError('x')],
    ['one of another realm', runInNewContext(`new RangeError('x')`)],
    ['a text', 'thrown'],
    ['nothing', undefined],
  ])('is a fault of this process: %s', (_what, thrown) => {
    expect(readStoreError(thrown)).toEqual({ error: thrown, connectionUsable: false, lostRace: false });
  });

  it.each([['40001'], ['40P01'], ['55P03']])('is that a race was lost (%s): the same may be sent again', (code) => {
    expect(readStoreError(fromServer(code))).toMatchObject({ connectionUsable: true, lostRace: true });
  });

  it.each([
    ['22P05', true],
    ['22003', true],
    ['54001', true],
    ['23505', false],
    ['57014', false],
    ['42P01', false],
  ])('is that the server refused it (%s), data it cannot hold: %p', (code, unstorable) => {
    const { error, connectionUsable, lostRace } = readStoreError(fromServer(code));
    expect([connectionUsable, lostRace]).toEqual([true, false]);
    expect(error).toBeInstanceOf(StoreRefusedError);
    expect(error).toMatchObject({ unstorable, message: 'm' });
  });

  it('is which outcomes are stale', () => {
    const { error } = readStoreError(fromServer('TSK01', { detail: '0,2,11' }));
    expect(error).toBeInstanceOf(StaleOutcomesError);
    expect(error).toMatchObject({ indexes: [0, 2, 11] });
  });

  it('is which worker lost its lease', () => {
    const { error } = readStoreError(fromServer('TSK02', { message: 'worker 12 has lost its lease' }));
    expect(error).toBeInstanceOf(WorkerLostError);
    expect(error).toMatchObject({ workerId: 12 });
  });

  it.each([new StaleOutcomesError([1]), new WorkerLostError(3), new StoreRefusedError(new Error('x'), false)])(
    'is what another connection has found out already: %p',
    (known) => {
      expect(readStoreError(known)).toEqual({ error: known, connectionUsable: true, lostRace: false });
    },
  );
});
