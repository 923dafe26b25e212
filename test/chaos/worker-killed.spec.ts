import { ended, onArena, RECOVERED_WITHIN_MS } from './support/expectations';

/** The quick half of the chaos suite; `npm run test:chaos` runs the other one. */
describe('a worker killed in the middle of its handlers', () => {
  it('its steps are taken over within lease + 1 s, and everything ends as it must', async () => {
    await onArena({ ownServer: false }, async (arena) => {
      const [victim] = await arena.start(2);
      await arena.load.create(200);
      await ended(arena, 0.1);
      await victim?.kill();
      const killedAt = Date.now();
      await ended(arena, 1);
      const recoveryMs = await arena.recoveryMs(victim?.pid ?? 0, killedAt);
      expect(recoveryMs).toBeGreaterThan(0);
      expect(recoveryMs).toBeLessThanOrEqual(RECOVERED_WITHIN_MS);
    });
  });
});
