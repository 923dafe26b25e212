import { ended, onArena } from './support/expectations';
import { passed } from './support/wait';

describe('PostgreSQL restarted while thousands of steps flow', () => {
  it.each(['fast', 'immediate'] as const)('%s, three times', async (mode) => {
    await onArena({}, async (arena) => {
      await arena.start(3);
      for (let n = 0; n < 3; n++) {
        const creating = arena.load.create(300);
        await passed(1_000);
        await arena.restart(mode);
        await creating;
      }
      await ended(arena, 1);
    });
  });

  it('while a worker dies', async () => {
    await onArena({}, async (arena) => {
      const [victim] = await arena.start(3);
      await arena.load.create(500);
      await ended(arena, 0.1);
      await Promise.all([arena.restart('immediate'), victim?.kill()]);
    });
  });
});
