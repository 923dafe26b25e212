import { ended, onArena } from './support/expectations';
import { passed } from './support/wait';

describe('sessions ended at any moment', () => {
  it('of everybody, ten times: nobody loses a lease, every acknowledged task is there', async () => {
    await onArena({}, async (arena) => {
      await arena.start(3);
      for (let n = 0; n < 10; n++) {
        const creating = arena.load.create(120);
        await passed(300);
        await arena.ledger.terminate(n % 2 === 0 ? 'chaos-worker-%' : 'chaos-creator');
        await creating;
      }
      await ended(arena, 1);
      expect(await arena.ledger.query('select * from public.lost_workers')).toEqual([]);
    });
  });
});
