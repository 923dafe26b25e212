import { assertSuitable, type ServerStanding } from './server-standing';

const GOOD: ServerStanding = {
  ...{ version: '150004', encoding: 'UTF8', standby: 'false', read_only: 'off', date_style: 'ISO, DMY' },
  ...{ bytea_output: 'hex', float_digits: '0', isolation: 'read committed', first_schema: 'pg_catalog' },
};

describe('a database for Tasker', () => {
  it('is one with the usual settings', () => {
    expect(() => assertSuitable(GOOD)).not.toThrow();
  });

  it.each<[string, Partial<ServerStanding>]>([
    ['server_version', { version: '140012' }],
    ['server_encoding', { encoding: 'SQL_ASCII' }],
    ['pg_is_in_recovery', { standby: 'true', read_only: 'on' }],
    ['default_transaction_read_only', { read_only: 'on' }],
    ['DateStyle', { date_style: 'SQL, DMY' }],
    ['bytea_output', { bytea_output: 'escape' }],
    ['extra_float_digits', { float_digits: '-15' }],
    ['default_transaction_isolation', { isolation: 'serializable' }],
    ['search_path', { first_schema: 'evil' }],
  ])('is refused by the name of %s', (path, changes) => {
    const refuse = (): void => assertSuitable({ ...GOOD, ...changes });
    expect(refuse).toThrow(
      expect.objectContaining({ code: 'TSK_DATABASE_UNSUITABLE', details: [expect.objectContaining({ path })] }),
    );
  });

  it('is told everything at once', () => {
    const all = { version: '120001', encoding: 'LATIN1', read_only: 'on', date_style: 'German' };
    expect(() => assertSuitable({ ...GOOD, ...all })).toThrow(
      /server_version.*\n.*server_encoding.*\n.*default_transaction_read_only.*\n.*DateStyle/,
    );
  });
});
