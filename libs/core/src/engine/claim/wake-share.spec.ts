import { wakesFor } from './wake-share';

/** Ranks of the workers that wake. */
const woken = (count: number, workers: number, ticket: number, concurrency = 10): number[] =>
  Array.from({ length: workers }, (_, rank) => rank).filter((rank) =>
    wakesFor({ count, priority: 0, ticket }, { rank, workers }, concurrency),
  );

describe('who wakes for an announcement', () => {
  it('is one worker for a few steps, chosen by the ticket', () => {
    expect([0, 1, 2, 3, 4].map((ticket) => woken(3, 4, ticket))).toEqual([[0], [1], [2], [3], [0]]);
  });

  it('is as many as it takes to run them all', () => {
    expect(woken(25, 4, 2)).toEqual([0, 2, 3]);
    expect(woken(1_000, 4, 1)).toEqual([0, 1, 2, 3]);
  });

  it('is the only worker there is', () => {
    expect(woken(1, 1, 999_999)).toEqual([0]);
  });

  it.each([2, 3, 7])('is everybody in turn, with %d workers', (workers) => {
    const turns = Array.from({ length: workers * 3 }, (_, ticket) => woken(1, workers, ticket)).flat();
    expect(new Set(turns).size).toBe(workers);
    expect(turns).toHaveLength(workers * 3);
  });
});
