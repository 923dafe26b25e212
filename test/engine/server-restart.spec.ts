import { startPostgres, type RunningPostgres, type ShutdownMode } from '@tasker/embedded-postgres';
import { EngineHarness } from '../support/engine-harness';
import { fan, template } from '../support/engine-templates';

let server: RunningPostgres;
const harness = new EngineHarness();

beforeAll(async () => {
  server = await startPostgres();
  await harness.open({ url: server.url, drop: () => Promise.resolve() });
}, 60_000);
afterEach(() => harness.settleDown());
afterAll(async () => {
  await harness.close();
  await server.stop();
}, 60_000);

describe('a server that restarts under load', () => {
  it.each<ShutdownMode>(['fast', 'immediate'])(
    '(%s) loses nothing that was acknowledged, and everything ends',
    async (mode) => {
      const plan = await harness.template(template(`restart_${mode}`, fan(5)));
      const creator = await harness.start({ role: 'api' });
      const tasks = await harness.createMany(creator, plan, 300);
      const workers = await Promise.all([1, 2].map(() => harness.start({ concurrency: 3, pollMs: 200 })));
      await harness.finished(tasks[60]?.taskId ?? '');
      await server.restart(mode);
      expect(new Set(await harness.allFinished(tasks, 40_000))).toEqual(new Set(['complete']));
      expect(workers.flatMap((worker) => worker.lines('warn')).join('\n')).toContain('reconnecting');
    },
    90_000,
  );
});
