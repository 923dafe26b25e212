import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TaskerService } from '@tasker/nestjs';
import { historyRoom, makeHistoryPartitions, Session } from '@tasker/postgres';
import { Client } from 'pg';
import { from, oneStep, TestApps } from '../module/support/boot-app';
import { boot } from './support/applied';
import { onDatabase, query } from './support/on-database';
import { randomBytes } from 'node:crypto';
import type { INestApplicationContext } from '@nestjs/common';
import type { EngineLog } from '@tasker/core';
import { TASKER_LOG } from '@tasker/nestjs/runtime';
import { StepHandler } from '@tasker/nestjs';

const GRANTS = readFileSync(join(__dirname, '../../migrations/grants.sql'), 'utf8');
const TAG = randomBytes(4).toString('hex');
/** People, and a program, of the roles of the script. */
const [APP, READER, TENANT] = [`app_${TAG}`, `reader_${TAG}`, `tenant_${TAG}`];

@StepHandler('echo')
class Echo {
  process(): string {
    return 'done';
  }
}

const VIEWS = ['task_list', 'task_steps', 'task_transitions', 'step_transitions'];

const apps = new TestApps();
let url: string;
let app: INestApplicationContext;
const said: string[] = [];
const log: EngineLog = {
  ...{ debug: () => undefined, info: () => undefined, error: (line) => void said.push(line) },
  warn: (line) => void said.push(line),
};

const as = (role: string): string => Object.assign(new URL(url), { username: role }).toString();

beforeAll(async () => {
  url = await apps.database();
  await boot(url);
  await query(url, GRANTS);
  // A second time: after an upgrade.
  await query(url, GRANTS);
  await query(
    url,
    `create role ${APP} login in role tasker_app; create role ${READER} login in role tasker_read;
     create role tasker_ns_a${TAG} nologin in role tasker_tenants; create role ${TENANT} login in role tasker_ns_a${TAG}`,
  );
  app = await apps.boot(
    {
      providers: [Echo],
      prepare: (builder) => builder.overrideProvider(TASKER_LOG).useValue(log),
      options: {
        templates: [`a${TAG}`, 'b'].map((namespace) => ({ ...oneStep('echo'), namespace })),
        database: { migrations: 'verify' },
        logging: { level: 'warn' },
      },
    },
    as(APP),
  );
}, 60_000);
afterAll(async () => {
  await app.close();
  await query(url, `drop owned by ${APP}, ${READER}, ${TENANT} cascade`);
  await query(url, `drop role ${APP}, ${READER}, ${TENANT}, tasker_ns_a${TAG}`);
  await apps.closeAll();
});

const refused = (role: string, sql: string): Promise<void> =>
  expect(query(as(role), sql)).rejects.toMatchObject({ code: expect.stringMatching(/42501|55000/) as string });

describe('the application with rights on data alone', () => {
  it('does everything but change the schema', async () => {
    const tasker = from(app, TaskerService);
    for (const namespace of [`a${TAG}`, 'b']) {
      const { taskId } = await tasker.create({ name: 'echo', namespace, identity: 'x', tags: ['t'], priority: 3 });
      expect(await tasker.waitFor(taskId)).toMatchObject({ state: 'complete' });
      await tasker.annotate(taskId, { type: 'note', annotation: {} }, { actor: 'ann' });
      await tasker.rerun(taskId, 'only', { actor: 'ann' });
      await tasker.waitFor(taskId);
      expect((await tasker.history(taskId)).steps.length).toBeGreaterThan(0);
    }
    // After a failover it is the application that skips the ids which may have been given out.
    await query(as(APP), `select setval(pg_get_serial_sequence('tasker.tasks', 'id'), 1000, true)`);
    await refused(APP, 'create table tasker.x (a int)');
    await refused(APP, 'drop table tasker.task_annotations');
    await refused(APP, 'delete from tasker.tasker_migrations');
  });

  it('says at boot that somebody else must make room for the history, who then does', async () => {
    expect(said.join('\n')).toMatch(/may not make partitions of the history\. There is room until 20.*--partitions/);
    const room = () => onDatabase(as(APP), (client) => historyRoom(sessionOf(client)));
    const before = await room();
    expect(before.mayMake).toBe(false);
    expect(await makeHistoryPartitions({ connectionString: url, schema: 'tasker', weeksAhead: 9 })).toBeGreaterThan(0);
    const after = await room();
    expect(after.until?.getTime()).toBeGreaterThan(before.until?.getTime() ?? 0);
    expect(await onDatabase(url, (client) => historyRoom(sessionOf(client)))).toMatchObject({ mayMake: true });
  });
});

describe('whoever reads', () => {
  it('sees the public views of all namespaces, and no table', async () => {
    expect(await query(as(READER), 'select distinct namespace from tasker.task_list')).toHaveLength(2);
    for (const view of [...VIEWS, 'live_workers']) {
      expect({ view, found: (await query(as(READER), `select * from tasker.${view}`)).length > 0 }).toEqual({
        view,
        found: true,
      });
    }
    await refused(READER, 'select 1 from tasker.tasks');
    await refused(READER, 'select 1 from tasker.api_keys');
    await refused(READER, `delete from tasker.task_list`);
    await refused(READER, 'select 1 from tasker_tenant.task_list');
  });

  it('of some namespaces sees rows of those only', async () => {
    for (const view of VIEWS) {
      await query(as(TENANT), `select * from tasker_tenant.${view}`);
      const sql = `select distinct t.namespace from tasker_tenant.${view} v
        join tasker_tenant.task_list t on t.task_id = v.task_id`;
      expect({ view, rows: await query(as(TENANT), sql) }).toEqual({ view, rows: [{ namespace: `a${TAG}` }] });
      const [own] = await query<{ n: number }>(as(TENANT), `select count(*)::int as n from tasker_tenant.${view}`);
      const [all] = await query<{ n: number }>(url, `select count(*)::int as n from tasker.${view}`);
      expect((own?.n ?? 0) * 2).toBe(all?.n);
      await refused(TENANT, `select 1 from tasker.${view}`);
    }
  });

  it('cannot put a table of his own in the place of the catalogue', async () => {
    await onDatabase(as(TENANT), async (client) => {
      await client.query(
        `create temp table pg_roles as select 'tasker_ns_b'::name as rolname, current_user::regrole::oid as oid`,
      );
      const { rows } = await client.query('select distinct namespace from tasker_tenant.task_list');
      expect(rows).toEqual([{ namespace: `a${TAG}` }]);
    });
  });
});

const sessionOf = (client: Client): Session =>
  new Session(async (sql, values) => (await client.query(sql, values)).rows as unknown[], 'tasker');
