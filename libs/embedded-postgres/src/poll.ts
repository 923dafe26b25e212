const INTERVAL_MS = 10;

/**
 * Asks until there is an answer, or the time is over.
 *
 * @param withinMs limit in milliseconds; the question is asked at least once
 * @returns the first answer that is not `undefined`, or `undefined` when there was none in time
 * @internal
 */
export async function poll<T>(withinMs: number, ask: () => T | undefined): Promise<T | undefined> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const answer = ask();
    if (answer !== undefined || Date.now() >= deadline) return answer;
    await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
  }
}
