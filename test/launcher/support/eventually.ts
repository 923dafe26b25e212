const WITHIN_MS = 20_000;
const INTERVAL_MS = 20;

/** Waits for an answer that is neither false nor missing; fails after 20 s, naming what was waited for. */
export async function eventually<T>(what: string, ask: () => T | false | null | undefined): Promise<T> {
  const deadline = Date.now() + WITHIN_MS;
  for (;;) {
    const answer = ask();
    if (answer !== false && answer !== null && answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`not within ${WITHIN_MS} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
  }
}
