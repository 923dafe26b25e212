import { ended, onArena, RECOVERED_WITHIN_MS } from './support/expectations';

describe('workers killed one after the other', () => {
  it('each is recovered within lease + 1 s while others go on', async () => {
    await onArena({}, async (arena) => {
      await arena.start(4);
      const kills: { pid: number; at: number }[] = [];
      await arena.load.create(500);
      for (const share of [0.1, 0.3, 0.5, 0.7]) {
        await ended(arena, share);
        const victim = arena.workers[kills.length];
        await victim?.kill();
        kills.push({ pid: victim?.pid ?? 0, at: Date.now() });
        await arena.start(1);
        await arena.load.create(250);
      }
      await ended(arena, 1);
      for (const { pid, at } of kills) {
        expect(await arena.recoveryMs(pid, at)).toBeLessThanOrEqual(RECOVERED_WITHIN_MS);
      }
    });
  });

  it('all at once, with nobody left to notice: those that start later take over', async () => {
    await onArena({}, async (arena) => {
      const first = await arena.start(3);
      await arena.load.create(400);
      await ended(arena, 0.2);
      await Promise.all(first.map((worker) => worker.kill()));
      await arena.start(2);
    });
  });

  it('drained instead of killed, they give their steps back without an attempt', async () => {
    await onArena({}, async (arena) => {
      const [leaving] = await arena.start(2);
      await arena.load.create(400);
      await ended(arena, 0.2);
      await leaving?.stop();
      await ended(arena, 1);
      const lost = await arena.ledger.query("select 1 from tasker.step_history where error->>'kind' = 'worker_lost'");
      expect(lost).toEqual([]);
    });
  });
});
