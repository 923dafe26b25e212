import { Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { EventBus, StepHandler, TaskerService, type StepContext } from '@tasker/nestjs';
import { Client } from 'pg';
import { gate, within } from '../support/gate';
import { from, oneStep, TestApps } from './support/boot-app';

const apps = new TestApps();
afterEach(() => apps.closeAll());

/** Connections of the host, which Nest closes in the last phase, as `@nestjs/typeorm` does. */
@Injectable()
class HostPool implements OnApplicationShutdown {
  isOpen = true;

  onApplicationShutdown(): void {
    this.isOpen = false;
  }
}

@Module({ providers: [HostPool], exports: [HostPool] })
class HostPoolModule {}

describe('the life of the application', () => {
  it('starts steps only after everything of the host is up', async () => {
    const seen: string[] = [];
    @StepHandler('early')
    class Early {
      process(): void {
        seen.push('step');
      }
    }
    @Injectable()
    class SlowStart {
      async onModuleInit(): Promise<void> {
        await new Promise(setImmediate);
        seen.push('host is up');
      }
    }
    const url = await apps.database();
    const templates = [oneStep('early')];
    const api = await apps.boot({ options: { role: 'api', templates } }, url);
    const { taskId } = await from(api, TaskerService).create({ name: 'early' });
    await apps.boot({ providers: [SlowStart, Early], options: { templates } }, url);
    await from(api, TaskerService).waitFor(taskId, { timeoutMs: 10_000 });
    expect(seen).toEqual(['host is up', 'step']);
  });

  it('drains before connections of the host close: running steps finish and are settled', async () => {
    const [started, held] = [gate(), gate()];
    const poolWasOpen: boolean[] = [];
    @StepHandler('slow')
    class Slow {
      constructor(private readonly pool: HostPool) {}

      async process(): Promise<string> {
        started.open();
        await held.opened;
        poolWasOpen.push(this.pool.isOpen);
        return 'finished';
      }
    }
    const url = await apps.database();
    const templates = [oneStep('slow')];
    const app = await apps.boot({ imports: [HostPoolModule], providers: [Slow], options: { templates } }, url);
    const { taskId } = await from(app, TaskerService).create({ name: 'slow' });
    await within(10_000, 'the step to start', started.opened);
    const closing = app.close();
    held.open();
    await closing;
    expect(poolWasOpen).toEqual([true]);
    const after = from(await apps.boot({ options: { role: 'api', templates } }, url), TaskerService);
    await expect(after.get(taskId)).resolves.toMatchObject({
      state: 'complete',
      steps: [{ result: 'finished', attempt: 1 }],
    });
  });

  it('aborts what outlasts the grace period and gives it back without spending the attempt', async () => {
    const started = gate();
    @StepHandler('stubborn')
    class Stubborn {
      async process({ signal }: StepContext): Promise<void> {
        started.open();
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
      }
    }
    @StepHandler('stubborn')
    class Willing {
      process({ attempt }: StepContext): number {
        return attempt;
      }
    }
    const url = await apps.database();
    const templates = [oneStep('stubborn')];
    const worker = { shutdownGraceMs: 0 };
    const app = await apps.boot({ providers: [Stubborn], options: { templates, worker } }, url);
    const { taskId } = await from(app, TaskerService).create({ name: 'stubborn' });
    await within(10_000, 'the step to start', started.opened);
    await app.close();
    const next = from(await apps.boot({ providers: [Willing], options: { templates } }, url), TaskerService);
    await expect(next.waitFor(taskId, { timeoutMs: 10_000 })).resolves.toMatchObject({
      steps: [{ result: 2, attempt: 2, granted: 1 }],
    });
  });

  it('closes at once when nothing runs, and twice without harm', async () => {
    const app = await apps.boot({});
    await within(2_000, 'an idle application to close', app.close());
    await expect(app.close()).resolves.toBeUndefined();
  });

  it('leaves no connection behind when it was only compiled, or failed to boot', async () => {
    const url = await apps.database();
    await (await apps.compile({}, url)).close();
    const changed = (handler: string) => ({
      role: 'api' as const,
      templates: { sources: [oneStep('changing', handler)], onChange: 'error' as const },
    });
    await (await apps.boot({ options: changed('one') }, url)).close();
    await expect(apps.boot({ options: changed('two') }, url)).rejects.toMatchObject({ code: 'TSK_TEMPLATE_CHANGED' });
    const client = new Client({ connectionString: url });
    await client.connect();
    const others =
      'select application_name from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()';
    // A backend takes a moment to go after its client has said goodbye.
    for (let tries = 0; tries < 200 && (await client.query(others)).rows.length > 0; tries++)
      await new Promise(setImmediate);
    expect((await client.query(others)).rows).toEqual([]);
    await client.end();
  });

  it('takes no new tasks once it is closed', async () => {
    const app = await apps.boot({ options: { role: 'api', templates: [oneStep('any')] } });
    const tasker = from(app, TaskerService);
    await app.close();
    await expect(tasker.create({ name: 'any' })).rejects.toMatchObject({ code: 'TSK_SHUTTING_DOWN' });
  });

  it('lets listeners hear of steps that end during the drain', async () => {
    const [started, held] = [gate(), gate()];
    @StepHandler('last')
    class Last {
      async process(): Promise<void> {
        started.open();
        await held.opened;
      }
    }
    const app = await apps.boot({ providers: [Last], options: { templates: [oneStep('last')] } });
    const heard: string[] = [];
    from(app, EventBus).on('task.completed', ({ taskId }) => void heard.push(taskId));
    const { taskId } = await from(app, TaskerService).create({ name: 'last' });
    await within(10_000, 'the step to start', started.opened);
    const closing = app.close();
    held.open();
    await closing;
    expect(heard).toEqual([taskId]);
  });
});
