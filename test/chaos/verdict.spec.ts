import { Arena } from './support/arena';
import { ended } from './support/expectations';
import { SPOTLESS } from './support/verdict';

/** A chaos test that could not fail would prove nothing: every figure of the verdict is made to move once. */
describe('the verdict on a run', () => {
  let arena: Arena;
  beforeAll(async () => {
    arena = await Arena.open({ leaseMs: 10_000, ownServer: false });
    await arena.start(1);
    await arena.load.create(5);
    await ended(arena, 1);
  });
  afterAll(() => arena.close());

  it('is spotless after an ordinary run', async () => {
    expect(await arena.verdict()).toEqual(SPOTLESS);
  });

  it('sees a step that was settled twice', async () => {
    await arena.ledger.query(
      `insert into tasker.step_history (task_id, at, worker_id, position, attempt, from_state, to_state)
       select task_id, at, worker_id, position, attempt, from_state, to_state
         from tasker.step_history where to_state = tasker.step_complete() order by at limit 1`,
    );
    const found = await arena.verdict();
    expect(found.settledTwice).toBe(1);
    expect(found.auditFindings).toContainEqual(expect.stringContaining('completed_once'));
  });

  it('sees outcomes of a lease that had ended', async () => {
    const lost =
      'select worker_id, 1, min(at), min(at) from tasker.step_history where worker_id > 0 group by worker_id';
    await arena.ledger.query(`insert into public.lost_workers ${lost}`);
    expect((await arena.verdict()).acceptedFromDeadLease).toBeGreaterThan(0);
    await arena.ledger.query('delete from public.lost_workers');
  });

  it('sees a completion that no handler stands behind, and a call that came after it', async () => {
    await arena.ledger.query(`update public.handler_calls set at = now() where step = 's0'`);
    expect((await arena.verdict()).calledAfterCompletion).toBeGreaterThan(0);
    await arena.ledger.query(`delete from public.handler_calls where step = 's0'`);
    expect((await arena.verdict()).completedWithoutCall).toBeGreaterThan(0);
  });

  it('sees two calls of one attempt at the same time', async () => {
    const [call] = await arena.ledger.query<{ task_id: string }>(
      `insert into public.handler_calls (task_id, step, attempt, worker_id, at, ended_at)
       select task_id, step, attempt, worker_id, at + (ended_at - at) / 2, ended_at
         from public.handler_calls where ended_at > at and step <> 's0' limit 1 returning task_id`,
    );
    expect(call).toBeDefined();
    expect((await arena.verdict()).calledTwiceAtOnce).toBe(1);
  });

  it('sees acknowledged tasks that are gone, unfinished or wrong', async () => {
    await arena.ledger.query(
      `update tasker.steps set result = '"forged"' where position = 0 and state = tasker.step_complete()`,
    );
    expect(await arena.load.wrong(arena.ledger)).toHaveLength(5);
    await arena.ledger.query(`update tasker.tasks set state = tasker.task_in_progress() where identity = 'task-1'`);
    expect(await arena.load.unfinished(arena.ledger)).toBe(1);
    await arena.ledger.query(`delete from tasker.tasks where identity = 'task-2'`);
    expect(await arena.load.lost(arena.ledger)).toEqual(['task-2']);
  });
});
