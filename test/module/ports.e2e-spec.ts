import { compilePlan, systemClock, type NewTask, type TaskTemplateDefinition } from '@tasker/core';
import { StepHandler, TaskerService } from '@tasker/nestjs';
import { TASKER_CLOCK, TASKER_DATA_SOURCE, TASKER_ENGINE_STORE, type TaskerStore } from '@tasker/nestjs/runtime';
import { from, oneStep, TestApps } from './support/boot-app';
import { TaskReader } from '../../src/tasks/task-reader';

const apps = new TestApps();
afterEach(() => apps.closeAll());

/** As much of a store as an application needs that only creates tasks. */
class RecordingStore {
  readonly created: NewTask[] = [];

  async registerTemplates(definitions: readonly TaskTemplateDefinition[]) {
    return definitions.map((definition, index) =>
      compilePlan(definition, { templateId: index + 1, revision: 1, lanes: definition.steps.map(() => 1) }),
    );
  }

  async create({ tasks }: { tasks: readonly NewTask[] }) {
    this.created.push(...tasks);
    return tasks.map((_, index) => ({ taskId: String(index + 1), duplicate: false, at: 0 }));
  }

  announce(): void {}

  onLoss(): void {}

  async close(): Promise<void> {}
}

const nowhere = 'postgres://nobody@127.0.0.1:1/none';
const closed = { isInitialized: true, destroy: async () => undefined };

describe('the ports', () => {
  it('can all be replaced: an application boots and creates without a database', async () => {
    const store = new RecordingStore() as RecordingStore & TaskerStore;
    const options = { role: 'api', database: { migrations: 'off' }, templates: [oneStep('order')] } as const;
    const parts: Parameters<TestApps['boot']>[0] = {
      options,
      prepare: (builder) =>
        builder
          .overrideProvider(TASKER_ENGINE_STORE)
          .useValue(store)
          .overrideProvider(TASKER_DATA_SOURCE)
          .useValue(closed),
    };
    const app = await apps.boot(parts, nowhere);
    await expect(from(app, TaskerService).create({ name: 'order', context: { a: 1 } })).resolves.toMatchObject({
      taskId: '1',
    });
    expect(store.created).toMatchObject([{ context: '{"a":1}', roots: [{ position: 0, lane: 1, mine: false }] }]);
  });

  it('let a test answer in place of the reader', async () => {
    const reader = { find: async (id: string) => ({ id, state: 'complete' }) };
    const prepare: Parameters<TestApps['boot']>[0]['prepare'] = (builder) =>
      builder.overrideProvider(TaskReader).useValue(reader);
    const app = await apps.boot({ options: { role: 'api' }, prepare });
    await expect(from(app, TaskerService).get('5')).resolves.toEqual({ id: '5', state: 'complete' });
  });

  it('let a test move the time: a retry waits for the clock of the engine', async () => {
    @StepHandler('flaky')
    class Flaky {
      process({ attempt }: { attempt: number }): number {
        if (attempt === 1) throw new Error('once more');
        return attempt;
      }
    }
    const waits: number[] = [];
    const clock = {
      ...systemClock,
      after: (delayMs: number, run: () => void) => {
        waits.push(delayMs);
        return systemClock.after(delayMs, run);
      },
    };
    const steps = [{ name: 'only', handler: 'flaky', backoff: { delaysMs: [30] } }];
    const app = await apps.boot({
      providers: [Flaky],
      options: { templates: [{ name: 'flaky', version: '1.0.0', steps }] },
      prepare: (builder) => builder.overrideProvider(TASKER_CLOCK).useValue(clock),
    });
    const tasker = from(app, TaskerService);
    const { taskId } = await tasker.create({ name: 'flaky' });
    await expect(tasker.waitFor(taskId, { timeoutMs: 10_000 })).resolves.toMatchObject({ steps: [{ result: 2 }] });
    expect(waits.some((delayMs) => delayMs <= 30)).toBe(true);
  });
});
