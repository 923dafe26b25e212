import { isTaskerError, type Fault } from '@tasker/core';
import { resolveTaskerOptions } from './resolve-tasker-options';

const url = 'postgres://user:secret@localhost:5432/app';
const key = (): string => 'key';

/** Path, a value that is accepted, a value that is not, and the default. */
const OPTIONS: [path: string, good: unknown, bad: unknown, byDefault: unknown][] = [
  ['database.schema', 'orders', '', 'tasker'],
  ['database.schema', 'a'.repeat(63), 'a'.repeat(64), 'tasker'],
  ['database.migrations', 'verify', 'manual', 'auto'],
  ['database.pooler', 'transaction', 'session', 'none'],
  ['database.poolSize', 20, 0, 3],
  ['database.connectTimeoutMs', 0, -1, 30_000],
  ['database.port', 5_433, 0, undefined],
  ['database.user', 'app', '', undefined],
  ['database.password', 'secret', 7, undefined],
  ['database.database', 'app', '', undefined],
  ['database.ssl', true, 'yes', undefined],
  ['database.settleConnections', 4, 9, 2],
  ['role', 'worker', 'dashboard', 'all'],
  ['templates.sources', ['tasks/*.yaml', { name: 'a', steps: [] }], ['tasks/*.yaml', 7], []],
  ['templates.environment', 'staging', '', 'test'],
  ['templates.env', { REGION: 'eu' }, { REGION: 1 }, process.env],
  ['templates.onChange', 'error', 'replace', 'revise'],
  ['templates.handlers', { 'Order::Validate': 'validate' }, [], {}],
  ['templates.stepDefaults', { retryLimit: 5, backoff: { initialMs: 10 } }, { retryLimit: 0 }, {}],
  ['templates.stepDefaults', { backoff: { delaysMs: [1] } }, { backoff: { initalMs: 10 } }, {}],
  ['templates.stepDefaults', {}, { timeoutMs: 5 }, {}],
  ['worker.concurrency', 10_000, 10_001, 50],
  ['worker.queues', ['mail'], [], null],
  ['worker.queues', ['mail', 'slow'], 'mail', null],
  ['worker.leaseMs', 1_000, 999, 15_000],
  ['worker.pollMs', 250, 9.5, 1_000],
  ['worker.shutdownGraceMs', 0, -1, 10_000],
  ['worker.transactionalConnections', 100, 0, 4],
  ['worker.transactionalDataSource', 'ordersDataSource', {}, undefined],
  ['worker.name', 'left', 'a'.repeat(129), expect.stringContaining(`:${process.pid}`)],
  ['identity.strategy', 'hash', 'random', 'unique'],
  ['identity.strategy', key, 7, 'unique'],
  ['limits.resultBytes', 2_048, 10, 1_048_576],
  ['limits.contextBytes', 2_048, '2 KiB', 1_048_576],
  ['search.contextIndex', true, 'yes', false],
  ['logging.level', 'silent', 'verbose', 'info'],
  ['logging.format', 'pino', 'json', 'text'],
  ['logging.tasks', 'each', 'none', 'summary'],
  ['masking.paths', ['payment.card', '*.email', '**.password'], ['payment.card', ''], []],
  ['masking.paths', [], ['**'], []],
  ['masking.text', '***', '', '[masked]'],
  ['logging.slowStepMs', 250, 0, null],
];

describe('resolveTaskerOptions', () => {
  it.each(OPTIONS)('takes %s = %p', (path, good) => {
    expect(read(resolveTaskerOptions(withOption(path, good)), path)).toEqual(good);
  });

  it.each(OPTIONS)('refuses a wrong %s', (path, _good, bad) => {
    const faults = faultsOf(withOption(path, bad));
    expect(faults).toHaveLength(1);
    expect(faults[0]?.path.startsWith(path)).toBe(true);
  });

  it.each(OPTIONS)('has a default for %s', (path, _good, _bad, byDefault) => {
    expect(read(resolveTaskerOptions({ database: { url } }), path)).toEqual(byDefault);
  });

  it('takes a string as short for the URL of the database', () => {
    expect(resolveTaskerOptions({ database: url }).database).toMatchObject({ url, schema: 'tasker' });
  });

  it('has a longer lease behind a pooler, unless told', () => {
    const database = { url, pooler: 'transaction' };
    expect(resolveTaskerOptions({ database }).worker.leaseMs).toBe(30_000);
    expect(resolveTaskerOptions({ database, worker: { leaseMs: 5_000 } }).worker.leaseMs).toBe(5_000);
  });

  it('takes a list as short for templates.sources', () => {
    const { templates } = resolveTaskerOptions({ database: { url }, templates: ['a.yaml'] });
    expect(templates).toMatchObject({ sources: ['a.yaml'], onChange: 'revise' });
  });

  it('refuses changed templates by default in production', () => {
    const before = process.env['NODE_ENV'];
    process.env['NODE_ENV'] = 'production';
    try {
      expect(resolveTaskerOptions({ database: { url } }).templates.onChange).toBe('error');
    } finally {
      process.env['NODE_ENV'] = before;
    }
  });

  it.each([undefined, null, {}, { database: {} }, { database: { url: undefined } }, { database: { url: '' } }])(
    'asks for the connection string when given %p',
    (input) => {
      expect(faultsOf(input)).toEqual([{ path: 'database.url', message: expect.stringContaining('is required') }]);
    },
  );

  it('never shows a connection string, which may hold a password', () => {
    expect(JSON.stringify(faultsOf({ database: { url: 'mysql://root:hunter2@db' } }))).not.toContain('hunter2');
  });

  it('names the nearest option for one it does not know, at any depth', () => {
    expect(faultsOf({ database: { url }, wroker: {}, worker: { concurency: 4 } })).toEqual([
      { path: 'wroker', message: 'unknown option; did you mean "worker"?' },
      { path: 'worker.concurency', message: 'unknown option; did you mean "concurrency"?' },
    ]);
  });

  it('refuses a section that is no object', () => {
    expect(faultsOf({ database: { url }, worker: 5 })).toEqual([
      { path: 'worker', message: 'must be an object, not 5' },
    ]);
  });

  it('reports every fault at once, in one error that lists them', () => {
    const input = { database: { url: 7, poolSize: 'many' }, role: 'boss', worker: { leaseMs: 1 } };
    expect(faultsOf(input).map(({ path }) => path)).toEqual([
      'database.url',
      'database.poolSize',
      'role',
      'worker.leaseMs',
    ]);
    expect(() => resolveTaskerOptions(input)).toThrow(
      /database\.poolSize: must be an integer from 1 to 100, not a string/,
    );
  });
});

function faultsOf(input: unknown): readonly Fault[] {
  try {
    resolveTaskerOptions(input);
    return [];
  } catch (error) {
    if (!isTaskerError(error) || error.code !== 'TSK_OPTIONS_INVALID') throw error;
    return error.details;
  }
}

function withOption(path: string, value: unknown): Record<string, unknown> {
  const [section, name] = path.split('.') as [string, string | undefined];
  if (name === undefined) return { database: { url }, [section]: value };
  const parts = ['port', 'user', 'password', 'database', 'ssl'];
  const address = parts.includes(name) ? { host: 'h' } : { url };
  const base = section === 'database' ? address : {};
  return { database: { url }, [section]: { ...base, [name]: value } };
}

const read = (options: object, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown>)[name], options);
