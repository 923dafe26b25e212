import { ended, onArena } from './support/expectations';

describe('sessions of the workers ended in the middle of their statements', () => {
  it('every worker goes on by itself, without losing its lease', async () => {
    await onArena({ ownServer: false }, async (arena) => {
      await arena.start(2);
      await arena.load.create(200);
      for (const share of [0.1, 0.3, 0.5]) {
        await ended(arena, share);
        expect(await arena.ledger.terminate('chaos-worker-%')).toBeGreaterThan(0);
      }
      await ended(arena, 1);
      expect(await arena.ledger.query('select * from public.lost_workers')).toEqual([]);
    });
  });
});
