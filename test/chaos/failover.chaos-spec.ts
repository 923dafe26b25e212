import { ended, LEASE_MS, onArena } from './support/expectations';
import { passed } from './support/wait';

describe('the primary dies and a standby takes its place, under load', () => {
  it('that has everything: nothing acknowledged is lost, nothing is called twice at a time', async () => {
    await onArena({ ownServer: 'replicated' }, async (arena) => {
      await arena.replicated.waitForStandby(true);
      await arena.start(3);
      const creating = arena.load.create(400);
      await ended(arena, 0.1);
      await arena.replicated.failOver();
      await creating;
      await ended(arena, 1);
    });
  });

  it('that was behind: what it has ends as it must', async () => {
    await onArena({ ownServer: 'replicated' }, async (arena) => {
      await arena.start(3);
      await arena.load.create(200);
      await ended(arena, 0.1);
      await arena.replicated.holdBack();
      await arena.load.create(100);
      await arena.replicated.failOver();
      await arena.load.writeOff(arena.ledger);
      await arena.load.create(50);
      await ended(arena, 1);
    });
  });
});

describe('a network that goes silent', () => {
  it.each([0.3, 2])('for %d leases: everything goes on afterwards', async (leases) => {
    await onArena({ ownServer: 'replicated' }, async (arena) => {
      await arena.start(3);
      const creating = arena.load.create(300);
      await ended(arena, 0.1);
      arena.replicated.proxy.silence();
      await passed(leases * LEASE_MS);
      arena.replicated.proxy.mend();
      await creating;
      await ended(arena, 1);
    });
  });
});

describe('an event loop that is blocked', () => {
  it('past the lease: others take over, and nothing is called afterwards without a lease', async () => {
    await onArena({}, async (arena) => {
      const [blocked] = await arena.start(3);
      await arena.load.create(400);
      await ended(arena, 0.1);
      blocked?.block(2 * LEASE_MS);
      await ended(arena, 1);
      expect(await arena.ledger.count('select 1 from public.lost_workers')).toBeGreaterThan(0);
    });
  });
});
