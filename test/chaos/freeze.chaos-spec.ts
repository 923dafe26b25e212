import { ended, LEASE_MS, onArena, RECOVERED_WITHIN_MS } from './support/expectations';
import { passed } from './support/wait';

describe('a worker frozen', () => {
  it('past its lease: others take over, and nothing it does when it wakes counts', async () => {
    await onArena({}, async (arena) => {
      const [sleeper] = await arena.start(3);
      await arena.load.create(600);
      await ended(arena, 0.1);
      sleeper?.freeze();
      const frozenAt = Date.now();
      await passed(2 * LEASE_MS);
      sleeper?.wake();
      await arena.load.create(200);
      await ended(arena, 1);
      const recoveryMs = await arena.recoveryMs(sleeper?.pid ?? 0, frozenAt);
      expect(recoveryMs).toBeGreaterThan(0);
      expect(recoveryMs).toBeLessThanOrEqual(RECOVERED_WITHIN_MS);
    });
  });

  it('for less than its lease: it keeps what it holds', async () => {
    await onArena({}, async (arena) => {
      const [sleeper] = await arena.start(3);
      await arena.load.create(500);
      await ended(arena, 0.1);
      sleeper?.freeze();
      await passed(LEASE_MS / 4);
      sleeper?.wake();
      await ended(arena, 1);
      expect(await arena.ledger.query('select * from public.lost_workers')).toEqual([]);
    });
  });

  it('again and again, and it still works in between', async () => {
    await onArena({}, async (arena) => {
      const [sleeper] = await arena.start(2);
      for (let n = 0; n < 4; n++) {
        await arena.load.create(150);
        sleeper?.freeze();
        await passed(1.5 * LEASE_MS);
        sleeper?.wake();
        await passed(LEASE_MS / 2);
      }
      await ended(arena, 1);
      const ids = await arena.ledger.query('select distinct worker_id from public.handler_calls');
      expect(ids.length).toBeGreaterThan(2);
    });
  });
});
