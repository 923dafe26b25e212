import { Arena, type ArenaOptions } from './arena';
import { SPOTLESS } from './verdict';
import { until } from './wait';

export const LEASE_MS = 2_000;
/** A worker that died is noticed, and its steps are with others, this long after its lease at the latest. */
export const RECOVERED_WITHIN_MS = LEASE_MS + 1_000;

/** Runs a scenario on an arena of its own, which must be spotless in the end. */
export async function onArena(
  options: Partial<ArenaOptions>,
  scenario: (arena: Arena) => Promise<void>,
): Promise<void> {
  const arena = await Arena.open({ leaseMs: LEASE_MS, ownServer: true, ...options });
  try {
    await scenario(arena);
    await expectSpotless(arena);
  } finally {
    await arena.close();
  }
}

/** Steps are flowing: this share of the tasks has ended. */
export const ended = (arena: Arena, share: number): Promise<void> =>
  until(`${share * 100} % of the tasks have ended`, 40_000, async () => {
    const open = await arena.load.unfinished(arena.ledger);
    return open <= arena.load.created.size * (1 - share);
  });

/** Every task ended as the reference says, nothing happened twice or without a lease, and no process died by itself. */
export async function expectSpotless(arena: Arena, withinMs = 40_000): Promise<void> {
  await until('every task has ended', withinMs, async () => (await arena.load.unfinished(arena.ledger)) === 0);
  expect(await arena.load.lost(arena.ledger)).toEqual([]);
  expect(await arena.load.wrong(arena.ledger)).toEqual([]);
  expect(await arena.verdict()).toEqual(SPOTLESS);
  expect(arena.workers.filter((worker) => worker.died).map((worker) => worker.lines)).toEqual([]);
}
