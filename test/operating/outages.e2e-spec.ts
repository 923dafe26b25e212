import type { INestApplicationContext } from '@nestjs/common';
import { isTaskerError, StepHandler, TaskerService } from '@tasker/nestjs';
import {
  contextIndexStanding,
  createContextIndex,
  dropContextIndex,
  migrate,
  migrateDown,
  migrationStatus,
} from '@tasker/postgres';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { from, oneStep, TestApps } from '../module/support/boot-app';
import { within } from '../support/gate';
import { Line } from '../support/line';
import { everyMethod, missingFromTable, type PublicCall } from './support/every-method';

const apps = new TestApps();
let line: Line;
let direct: string;
let url: string;
let app: INestApplicationContext;
let taskId: string;

@StepHandler('greet')
class Greet {
  process(): void {}
}

beforeEach(async () => {
  direct = await apps.database();
  line = new Line(direct);
  const options = { role: 'api', templates: [oneStep('greet')] } as const;
  url = await line.open();
  app = await apps.boot({ providers: [Greet], options }, url);
  ({ taskId } = await from(app, TaskerService).create({ name: 'greet' }));
});
afterEach(async () => {
  await apps.closeAll();
  await line.cut();
});

async function onServer(...statements: string[]): Promise<void> {
  const client = new Client({ connectionString: direct });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

const endSessions = (): Promise<void> =>
  onServer(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
  );

/** What each call came to: null for an answer, the error's code, or what is wrong with the error. */
async function outcomes(calls: readonly PublicCall[]): Promise<Record<string, string | null>> {
  const told = await Promise.all(
    calls.map(async ({ name, call }) => {
      const error: unknown = await within(40_000, name, call()).then(
        () => null,
        (thrown: unknown) => thrown,
      );
      if (error === null) return [name, null] as const;
      const { hint, message } = error as { hint?: string; message: string };
      // The one error that is the platform's own, as documented.
      if (error instanceof DOMException && error.name === 'TimeoutError') return [name, null] as const;
      return [name, isTaskerError(error) && hint ? error.code : `raw: ${message}`] as const;
    }),
  );
  return Object.fromEntries(told);
}

const raw = (told: Record<string, string | null>): [string, string | null][] =>
  Object.entries(told).filter(([, code]) => code?.startsWith('raw'));

it('the table of public methods is complete', () => {
  expect(missingFromTable()).toEqual([]);
});

describe('every public method says in an error of Tasker', () => {
  it('that the server is away', async () => {
    await line.cut();
    const told = await outcomes(everyMethod(app, taskId));
    expect(Object.entries(told).filter(([, code]) => code !== 'TSK_DATABASE_UNAVAILABLE')).toEqual([]);
  });

  it('that the server is starting', async () => {
    line.refuse('starting');
    const told = await outcomes(everyMethod(app, taskId));
    expect(Object.entries(told).filter(([, code]) => code !== 'TSK_DATABASE_UNAVAILABLE')).toEqual([]);
    await expect(from(app, TaskerService).get(taskId)).rejects.toThrow(/starting up/);
  });

  it('that the server takes no writes', async () => {
    const [{ name }] = (await rows(`select current_database() as name`)) as [{ name: string }];
    await onServer(`alter database ${name} set default_transaction_read_only = on`);
    await endSessions();
    const told = await outcomes(everyMethod(app, taskId));
    expect(raw(told)).toEqual([]);
    const writes = ['create', 'createMany', 'createEach', 'cancel', 'pause', 'annotate', 'pauseStep'];
    expect(writes.map((write) => told[`TaskerService.${write}`])).toEqual(writes.map(() => 'TSK_DATABASE_UNAVAILABLE'));
    await expect(from(app, TaskerService).create({ name: 'greet' })).rejects.toThrow(/read-only/);
    expect(told['TaskerService.get']).toBeNull();
  });

  it('that its schema is gone', async () => {
    await onServer('alter schema tasker rename to elsewhere');
    const told = await outcomes(everyMethod(app, taskId));
    expect(raw(told)).toEqual([]);
    expect(told).toMatchObject({
      'TaskerService.create': 'TSK_SCHEMA_MISMATCH',
      'TaskerService.list': 'TSK_SCHEMA_MISMATCH',
    });
    await onServer('alter schema elsewhere rename to tasker');
  });

  it('that the sessions were ended, and works again', async () => {
    const tasker = from(app, TaskerService);
    await tasker.get(taskId);
    await endSessions();
    expect(raw(await outcomes(everyMethod(app, taskId)))).toEqual([]);
    await expect(tasker.get(taskId)).resolves.toMatchObject({ id: taskId });
  });
});

describe('what is called without an application', () => {
  it('says in an error of Tasker that the server is away', async () => {
    const at = { connectionString: url, schema: 'tasker' };
    await line.cut();
    const calls: PublicCall[] = [
      { name: 'migrate', call: () => migrate({ ...at, mode: 'auto' }) },
      { name: 'migrateDown', call: () => migrateDown({ ...at, to: '0000' }) },
      { name: 'migrationStatus', call: () => migrationStatus(at.connectionString, at.schema) },
      { name: 'contextIndexStanding', call: () => contextIndexStanding(at) },
      { name: 'createContextIndex', call: () => createContextIndex(at) },
      { name: 'dropContextIndex', call: () => dropContextIndex(at) },
    ];
    const told = await outcomes(calls);
    expect(Object.values(told)).toEqual(calls.map(() => 'TSK_DATABASE_UNAVAILABLE'));
  });
});

describe("in the caller's transaction", () => {
  it('creating says in an error of Tasker what kept it, with the error of the driver behind', async () => {
    const host = await new DataSource({ type: 'postgres', url: direct }).initialize();
    const tasker = from(app, TaskerService);
    try {
      const broken = host.transaction(async (manager) => {
        await manager.query('select pg_terminate_backend(pg_backend_pid())').catch(() => undefined);
        await tasker.create({ name: 'greet' }, { manager });
      });
      await expect(broken).rejects.toMatchObject({ code: 'TSK_DATABASE_UNAVAILABLE' });
      const readOnly = host.transaction(async (manager) => {
        await manager.query('set transaction read only');
        await tasker.create({ name: 'greet' }, { manager });
      });
      await expect(readOnly).rejects.toMatchObject({
        code: 'TSK_DATABASE_UNAVAILABLE',
        message: expect.stringMatching(/read-only/),
      });
    } finally {
      await host.destroy();
    }
  });
});

async function rows(sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: direct });
  await client.connect();
  const answer = await client.query<Record<string, unknown>>(sql);
  await client.end();
  return answer.rows;
}
