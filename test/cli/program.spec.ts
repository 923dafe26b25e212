import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { version } from '../../libs/cli/package.json';
import { tasker } from './support/tasker';

/** Ports below 1024 that nobody listens on refuse at once. */
const NOBODY = 'postgres://127.0.0.1:1/app';

const jsonError = async (args: string[], env: Record<string, string> = {}) => {
  const { exitCode, stderr } = await tasker([...args, '--json'], { env });
  return { ...(JSON.parse(stderr) as { errorCode: string; message: string; hint: string | null }), exitCode };
};

describe('the program', () => {
  it('tells its version', async () => {
    expect(await tasker(['--version'])).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('teaches: description, options, examples, exit codes', async () => {
    const [all, one] = await Promise.all([tasker(['--help']), tasker(['task', 'list', '--help'])]);
    expect(all).toMatchObject({ exitCode: 0, stderr: '' });
    expect(all.stdout).toContain('Exit codes:\n  0  Done');
    expect(one.stdout).toContain('--database-url <url>');
    expect(one.stdout).toMatch(/Examples:\n {2}# .*\n {2}\$ tasker task list/);
  });

  it.each([
    [[], 'Usage: tasker'],
    [['task'], 'Usage: tasker task'],
    [['task', 'lst'], 'Did you mean list?'],
    [['task', 'list', '--stat', 'error'], 'Did you mean --state?'],
    [['task', 'list', '--state', 'failed'], '"failed" is none of pending, in_progress'],
    [['task', 'list', '--since', 'yesterday'], 'an age such as 15m'],
    [['task', 'list', '--context', '{oops'], 'It must be JSON'],
    [['task', 'list', '--attribute', 'customer'], 'a condition such as customer=c1'],
    [['task', 'list', '--attribute', 'a=1', '--attribute', 'a>1'], '"a" can have one value, or bounds'],
    [['task', 'list', '--context', '[1]'], 'It must be a JSON object'],
    [['task', 'list', '--limit', '0'], 'a whole number from 1 to 500'],
    [['task', 'show'], "missing required argument 'id'"],
    [['task', 'create', 'a@b@c'], 'must be a template, written'],
    [['task', 'create', 'shop.order', '--context', '@/nowhere.json'], 'no such file'],
    [['key', 'create', 'ci', '--role', 'x', '--expires-in', 'soon', '--all-namespaces'], 'a duration such as'],
    [['migrate', 'down', '--to', '6'], 'four digits'],
    [['migrate', 'down'], "required option '--to <number>' not specified"],
    [['completion', 'powershell'], 'Allowed choices are bash, zsh, fish'],
  ])('exits with 2 for %j, and says what is wrong', async (args, said) => {
    const { exitCode, stdout, stderr } = await tasker(args, { env: { TASKER_DATABASE_URL: NOBODY } });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(said);
  });

  it('wants to know whom to talk to', async () => {
    expect(await jsonError(['task', 'list'])).toMatchObject({ exitCode: 2, errorCode: 'CLI_USAGE' });
    const both = { TASKER_DATABASE_URL: NOBODY, TASKER_URL: 'http://127.0.0.1:1/tasker' };
    expect(await jsonError(['task', 'list'], both)).toMatchObject({ exitCode: 2, errorCode: 'CLI_USAGE' });
    expect(await jsonError(['task', 'list', '--url', 'nonsense'])).toMatchObject({
      exitCode: 2,
      errorCode: 'CLI_USAGE',
    });
  });

  it('lets an option win over a variable', async () => {
    const both = { TASKER_DATABASE_URL: NOBODY, TASKER_URL: 'http://127.0.0.1:1/tasker' };
    const [rest, database] = await Promise.all([
      jsonError(['task', 'list', '--url', 'http://127.0.0.1:1/x'], both),
      jsonError(['--database-url', NOBODY, 'task', 'list'], both),
    ]);
    expect(rest).toMatchObject({ exitCode: 4, errorCode: 'CLI_UNREACHABLE' });
    expect(database).toMatchObject({ exitCode: 4, errorCode: 'TSK_DATABASE_UNAVAILABLE' });
  });

  it('exits with 4 when nobody answers, for people with a hint', async () => {
    const { exitCode, stdout, stderr } = await tasker(['task', 'list', '--database-url', NOBODY]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: '' });
    expect(stderr).toMatch(/^error TSK_DATABASE_UNAVAILABLE: .*ECONNREFUSED.*\nhint /);
  });

  it('refuses a schema that was never migrated', async () => {
    const env = { TASKER_DATABASE_URL: process.env['TEST_DATABASE_URL'] ?? '', TASKER_SCHEMA: 'nowhere' };
    expect(await jsonError(['task', 'list'], env)).toMatchObject({ exitCode: 1, errorCode: 'TSK_SCHEMA_MISMATCH' });
    expect(await jsonError(['task', 'list', '--schema', ''], env)).toMatchObject({
      exitCode: 2,
      errorCode: 'TSK_OPTIONS_INVALID',
    });
  });
});

describe('an endpoint that is not as it should be', () => {
  let server: Server;
  let answer = { status: 200, body: '' };
  beforeAll(async () => {
    server = createServer((_, response) => response.writeHead(answer.status).end(answer.body));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  });
  afterAll(() => server.close());

  it.each([
    [200, '<html>', 1, 'CLI_NO_ENDPOINT'],
    [404, '<html>', 1, 'CLI_NO_ENDPOINT'],
    [401, '', 5, 'HTTP_401'],
    [403, '{"message":"Forbidden"}', 5, 'HTTP_403'],
    [503, 'busy', 4, 'HTTP_503'],
    [
      404,
      '{"statusCode":404,"errorCode":"TSK_TASK_NOT_FOUND","message":"There is no task 1."}',
      3,
      'TSK_TASK_NOT_FOUND',
    ],
    [403, '{"statusCode":403,"errorCode":"TSK_FORBIDDEN","message":"No."}', 5, 'TSK_FORBIDDEN'],
    [503, '{"statusCode":503,"errorCode":"TSK_SATURATED","message":"Later."}', 4, 'TSK_SATURATED'],
    [500, '{"statusCode":500,"errorCode":"TSK_INTERNAL","message":"Oh."}', 1, 'TSK_INTERNAL'],
  ])('answers %i %j: exit code %i, %s', async (status, body, exitCode, errorCode) => {
    answer = { status, body };
    const { port } = server.address() as AddressInfo;
    expect(await jsonError(['task', 'show', '1', '--url', `http://127.0.0.1:${port}`])).toMatchObject({
      exitCode,
      errorCode,
    });
  });
});
