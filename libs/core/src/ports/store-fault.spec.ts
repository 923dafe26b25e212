import { TaskerError } from '../errors/tasker-error';
import { StoreRefusedError, StoreUnavailableError } from './settlement';
import { storeFault } from './store-fault';

const fromServer = (code: string): Error => Object.assign(new Error('said'), { code, severity: 'ERROR' });
const away = (cause: unknown): TaskerError => storeFault(new StoreUnavailableError(cause));
const refused = (code: string, unstorable = false, lostRace = false): TaskerError =>
  storeFault(new StoreRefusedError(fromServer(code), unstorable, lostRace));

describe('what callers are told when the store failed', () => {
  it.each<[string, TaskerError, string, RegExp]>([
    ['the network broke', away(new Error('read ECONNRESET')), 'TSK_DATABASE_UNAVAILABLE', /read ECONNRESET/],
    ['it takes no writes', away(fromServer('25006')), 'TSK_DATABASE_UNAVAILABLE', /read-only/],
    ['it is starting', away(fromServer('57P03')), 'TSK_DATABASE_UNAVAILABLE', /starting up/],
    ['it has no connection left', away(fromServer('53300')), 'TSK_DATABASE_UNAVAILABLE', /no connection left/],
    ['it does not exist', away(fromServer('3D000')), 'TSK_DATABASE_UNAVAILABLE', /does not exist/],
    ['the disk is full', refused('53100'), 'TSK_DATABASE_UNAVAILABLE', /refuses to work/],
    ['it took too long', refused('57014'), 'TSK_SATURATED', /too long/],
    ['others keep the rows', refused('55P03', false, true), 'TSK_SATURATED', /busy/],
    ['it cannot hold a value', refused('22003', true), 'TSK_REQUEST_INVALID', /cannot hold/],
    ['a table is missing', refused('42P01'), 'TSK_SCHEMA_MISMATCH', /not complete/],
    ['a privilege is missing', refused('42501'), 'TSK_DATABASE_REFUSED', /said/],
    ['a file is missing here', storeFault(new Error('ENOENT: x.sql')), 'TSK_INTERNAL', /in this process: ENOENT/],
    ['something else was thrown', storeFault('no'), 'TSK_INTERNAL', /no/],
  ])('is said with a code and a hint: %s', (_what, told, code, message) => {
    expect(told).toBeInstanceOf(TaskerError);
    expect(told).toMatchObject({ code, message: expect.stringMatching(message), hint: expect.stringMatching(/\.$/) });
  });

  it('names every address that was tried', () => {
    const tried = new AggregateError([
      new Error('connect ECONNREFUSED ::1:1'),
      new Error('connect ECONNREFUSED 127.0.0.1:1'),
    ]);
    expect(away(tried).message).toContain('connect ECONNREFUSED ::1:1; connect ECONNREFUSED 127.0.0.1:1');
  });

  it('has a hint of its own for a database that does not exist', () => {
    expect(away(fromServer('3D000')).hint).toContain('CREATE DATABASE');
  });

  it('leaves what is said already', () => {
    const said = new TaskerError('TSK_SHUTTING_DOWN', 'closed');
    expect([storeFault(said), away(said)]).toEqual([said, said]);
  });
});
