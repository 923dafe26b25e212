import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { bulkWorld } from './bulk-world';

const world = bulkWorld();
const TASKS = 600;
const BATCH = 3;

describe('SIGKILL for the process that runs a bulk operation', () => {
  it('loses nothing and repeats nothing: another process goes on where it was', async () => {
    const ids = await world.create(...Array.from({ length: TASKS }, () => ({ name: 'idle' })));
    const child = fork(join(__dirname, 'bulk-process.ts'), [world.url, String(BATCH)], {
      execArgv: ['--require', join(__dirname, '../support/typescript.cjs')],
      stdio: 'inherit',
    });
    await progress(30);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const [left] = await world.bulk.list();
    expect(left).toMatchObject({ state: 'running', actor: 'the process that dies' });
    expect(left?.matched).toBeLessThan(TASKS);
    // What is recorded is what was done, to the task.
    expect((await world.acts()).filter((acts) => acts === 1)).toHaveLength(left?.changed ?? -1);

    await world.rows("update tasker.bulk_operations set lease_expires_at = '-infinity' returning id");
    world.bulk.onApplicationBootstrap();
    const end = await world.stopped(left?.id ?? '');
    expect(end).toMatchObject({
      state: 'complete',
      matched: TASKS,
      changed: TASKS,
      unchanged: 0,
      refused: 0,
      failed: 0,
    });
    expect(await world.acts()).toEqual(ids.map(() => 1));
  });
});

/** Until so many tasks are recorded as changed. */
async function progress(changed: number): Promise<void> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    const [operation] = await world.bulk.list();
    if (operation && operation.changed >= changed) return;
    if (performance.now() > deadline) throw new Error('the process has not begun');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
