/** Seed of random tests: `TEST_SEED` repeats a run that failed. */
export const SEED = Number(process.env['TEST_SEED'] ?? Date.now() % 1_000_000);

/** Numbers from 0 (inclusive) to 1 (exclusive), always the same for a seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** An integer below `limit`. */
export const below = (random: () => number, limit: number): number => Math.floor(random() * limit);
