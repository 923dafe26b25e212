import { StepHandler, TaskerService } from '@tasker/nestjs';
import { TASKER_DATA_SOURCE } from '@tasker/nestjs/runtime';
import type { INestApplicationContext } from '@nestjs/common';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { from, oneStep, TestApps } from './support/boot-app';

const apps = new TestApps();
afterEach(() => apps.closeAll());

@StepHandler('echo')
class Echo {
  process(): string {
    return 'done';
  }
}

/** What a failover does that loses the templates: another timeline, rows that are gone, sessions that end. */
async function failOver(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`create or replace function tasker.timeline_now_v1(
        out system_id bigint, out timeline int, out running_since timestamptz)
      language sql as $$ select system_identifier, 77, pg_postmaster_start_time() from pg_control_system() $$`);
    await client.query('delete from tasker.task_templates');
    await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`,
    );
  } finally {
    await client.end();
  }
}

async function boot(): Promise<{ app: INestApplicationContext; url: string; tasker: TaskerService }> {
  const url = await apps.database();
  const app = await apps.boot({ providers: [Echo], options: { templates: [oneStep('echo')] } }, url);
  return { app, url, tasker: from(app, TaskerService) };
}

/** Repeats what the database could not answer. */
async function repeated<T>(create: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await create();
    } catch (error) {
      expect(error).toMatchObject({ code: 'TSK_DATABASE_UNAVAILABLE' });
      await new Promise(setImmediate);
    }
  }
}

describe('an application that lives through a failover which lost its templates', () => {
  it('registers them again, and creates and runs tasks of them', async () => {
    const { url, tasker } = await boot();
    const before = await tasker.create({ name: 'echo' });
    await tasker.waitFor(before.taskId);
    await failOver(url);
    const after = await repeated(() => tasker.create({ name: 'echo', identity: 'after' }));
    expect(BigInt(after.taskId)).toBeGreaterThan(BigInt(before.taskId) + 1_000_000n);
    await expect(tasker.waitFor(after.taskId)).resolves.toMatchObject({ state: 'complete' });
  });

  it('refuses a transaction of the host that comes first, and takes it when it is repeated', async () => {
    const { app, url, tasker } = await boot();
    const source = from<DataSource>(app, TASKER_DATA_SOURCE);
    await failOver(url);
    const taskId = await repeated(() =>
      source.transaction(
        async (manager) => (await tasker.create({ name: 'echo', identity: 'inside' }, { manager })).taskId,
      ),
    );
    await expect(tasker.waitFor(taskId)).resolves.toMatchObject({ state: 'complete' });
  });
});
