import type { WaitKey, WaitStore } from '../../ports/wait-store';
import type { StepWait } from '../../rules/wait/step-wait';

/** Most waits read by one statement. */
const READ_BATCH = 500;

interface Asked {
  readonly key: WaitKey;
  readonly resolve: (wait: StepWait | null) => void;
  readonly reject: (error: unknown) => void;
}

/** Reads what waits have come to; what is asked for while a statement is under way goes together in the next. */
export class WaitReader {
  private readonly asked: Asked[] = [];
  private reading = false;

  constructor(private readonly store: Pick<WaitStore, 'waits'>) {}

  /** @throws {StoreUnavailableError} */
  read(key: WaitKey): Promise<StepWait | null> {
    const answer = new Promise<StepWait | null>((resolve, reject) => this.asked.push({ key, resolve, reject }));
    if (!this.reading) void this.readAll();
    return answer;
  }

  private async readAll(): Promise<void> {
    this.reading = true;
    while (this.asked.length > 0) {
      // One turn of the event loop lets those of that turn go together.
      await new Promise<void>((resolve) => setImmediate(resolve));
      const batch = this.asked.splice(0, READ_BATCH);
      try {
        const waits = await this.store.waits(batch.map(({ key }) => key));
        batch.forEach(({ resolve }, index) => resolve(waits[index] ?? null));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.reading = false;
  }
}
