import { startPostgres, type RunningPostgres } from '@tasker/embedded-postgres';
import type { EngineStore, StepContext } from '@tasker/core';
import { EngineHarness } from '../support/engine-harness';
import { step, template } from '../support/engine-templates';
import { gate } from '../support/gate';
import { interposed } from '../support/interposed-store';

let server: RunningPostgres;
const harness = new EngineHarness();

beforeAll(async () => {
  // Nothing but a commit that waits for it is written to the disk: a crash forgets every claim since.
  server = await startPostgres({ settings: { wal_writer_delay: '10s', wal_writer_flush_after: 0 } });
  await harness.open({ url: server.url, drop: () => Promise.resolve() });
}, 60_000);
afterEach(() => harness.settleDown());
afterAll(async () => {
  await harness.close();
  await server.stop();
}, 60_000);

/** Who writes the log when no commit waits for it. */
async function walWriter(): Promise<number> {
  const [row] = await harness.rows.query<{ pid: number }>(
    `select pid from pg_stat_activity where backend_type = 'walwriter'`,
  );
  return row?.pid ?? NaN;
}

const OPTIONS = { leaseMs: 10_000, pollMs: 100, concurrency: 3 };

describe('a crash of the server that forgets claims', () => {
  it('calls no handler a second time while the first call runs, and loses no work', async () => {
    const plan = await harness.template(
      template('held', [step('only', [], { handler: 'work' }), step('next', ['only'])]),
    );
    const [entered, go] = [gate(), gate()];
    const running = new Map<string, number>();
    let together = 0;
    let calls = 0;
    const work = async ({ task, attempt }: StepContext): Promise<void> => {
      const key = `${task.id}/${attempt}`;
      running.set(key, (running.get(key) ?? 0) + 1);
      together = Math.max(together, running.get(key) ?? 0);
      if (++calls === 3) entered.open();
      await go.opened;
      running.set(key, (running.get(key) ?? 0) - 1);
    };
    let [taken, renewed] = [0, 0];
    const [bothRenewed, back] = [gate(), gate()];
    const wrap = (store: EngineStore): EngineStore =>
      interposed(store, {
        // Nothing is committed beside or after the claims that waits for the disk, and would carry them with it.
        maintain: () => Promise.resolve(),
        heartbeat: async (beat, real) => {
          if (renewed === 2) await back.opened;
          const answer = await real(beat);
          if (++renewed === 2) bothRenewed.open();
          return answer;
        },
        reclaim: (id, attempts, real) => {
          taken += attempts.length;
          return real(id, attempts);
        },
      });
    const options = { ...OPTIONS, handlers: { work }, wrap };
    const workers = await Promise.all([harness.start(options), harness.start(options)]);
    const creator = await harness.start({ role: 'api' });
    await bothRenewed.opened;
    const writer = await walWriter();
    process.kill(writer, 'SIGSTOP');
    const tasks = await harness.createMany(creator, plan, 3);
    await entered.opened;
    const restarting = server.restart('immediate');
    // The signal to end waits for it until then.
    setTimeout(() => process.kill(writer, 'SIGCONT'), 50);
    await restarting;
    back.open();
    const create = async (): Promise<string> => harness.create(workers[1], plan, { identity: 'more' }).catch(create);
    // Claims go on once both workers have looked: this task ends only when they do.
    const more = await create();
    go.open();
    expect(new Set(await harness.allFinished([...tasks, { taskId: more, duplicate: false, at: 0 }]))).toEqual(
      new Set(['complete']),
    );
    expect([together, calls, taken]).toEqual([1, 4, 3]);
    for (const { taskId } of tasks) {
      expect((await harness.rows.history(taskId)).map(({ attempt, to }) => `${attempt} ${to}`)).toEqual([
        '1 complete',
        '1 complete',
      ]);
    }
  }, 60_000);

  it('is not taken for an operator by whoever looks for acts before the claim is back', async () => {
    const plan = await harness.template(template('kept', [step('only', [], { handler: 'work' })]));
    const [entered, go, saved] = [gate(), gate(), gate()];
    let [calls, aborted] = [0, false];
    const work = async ({ signal, checkpoint }: StepContext): Promise<void> => {
      calls++;
      signal.addEventListener('abort', () => (aborted = true));
      entered.open();
      await go.opened;
      await checkpoint.save('kept');
      saved.open();
    };
    const held = gate();
    const wrap = (store: EngineStore): EngineStore =>
      interposed(store, {
        reclaim: async (id, attempts, real) => {
          // What an operator's act makes a worker ask, and what the handler saves, come before it has its steps again.
          const steps = attempts.map(({ taskId, position, attempt }) => ({ taskId, position, attempt }));
          expect(await store.revoked(id, steps)).toEqual([]);
          go.open();
          await held.opened;
          return real(id, attempts);
        },
        saveCheckpoint: async (fence, text, real) => {
          setTimeout(() => held.open(), 0);
          return real(fence, text);
        },
      });
    const worker = await harness.start({ ...OPTIONS, handlers: { work }, wrap });
    const taskId = await harness.create(worker, plan);
    await entered.opened;
    // What a crash forgets, done by hand; then every session ends.
    await harness.rows.query(
      `with gone as (delete from tasker.steps where task_id = ${taskId} returning *), unsure as (delete from tasker.sure_workers)
       insert into tasker.queue (lane_id, rank, task_id, template_id, position, fresh, lone, ready_at)
       select p.lane_id, 0, g.task_id, t.template_id, g.position, true, true, now()
         from gone g join tasker.tasks t on t.id = g.task_id
         join tasker.step_templates p on p.template_id = t.template_id and p.position = g.position`,
    );
    await server.restart('immediate');
    await saved.opened;
    expect(await harness.finished(taskId)).toBe('complete');
    expect([calls, aborted]).toEqual([1, false]);
  }, 60_000);

  it('holds claims until a worker that has gone meanwhile is declared lost, and no longer', async () => {
    const plan = await harness.template(template('plain', [step('only')]));
    const worker = await harness.start({ ...OPTIONS, leaseMs: 1_500 });
    const gone = await harness.start({ ...OPTIONS, leaseMs: 1_500 });
    const id = gone.engine.workerId;
    await gone.stop();
    // As if it had been killed: its row is there.
    await harness.rows.query(
      `insert into tasker.workers (id, name, host, pid, version, lanes, concurrency, lease_expires_at, heartbeat_at)
       overriding system value values ($1, 'x', 'x', 1, 'x', '{}', 1, now() + interval '1.5 seconds', now())`,
      [id],
    );
    await server.restart('immediate');
    const creator = await harness.start({ role: 'api' });
    const create = async (): Promise<string> => harness.create(creator, plan, { identity: 'p' }).catch(create);
    expect(await harness.finished(await create())).toBe('complete');
    expect((await harness.event('worker.lost')).event).toMatchObject({ workerId: id, steps: 0 });
    expect(worker.engine.workerId).not.toBeNull();
  }, 60_000);
});
