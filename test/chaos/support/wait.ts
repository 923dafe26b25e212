const LOOK_EVERY_MS = 100;

/** Asks until the answer is yes; an error counts as no, because the database may be away. */
export async function until(what: string, withinMs: number, ask: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + withinMs;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      if (await ask()) return;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await passed(LOOK_EVERY_MS);
  }
  throw new Error(`not within ${withinMs} ms: ${what}`, { cause: last });
}

/** Lets time pass where time is what is tested, such as the rest of a lease. */
export const passed = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
