import type { EventBus } from '../../events/event-bus';
import { storeFault } from '../../ports/store-fault';
import { StoreRefusedError } from '../../ports/settlement';
import type { WaitStore } from '../../ports/wait-store';
import type { NewSignal } from '../../rules/wait/check-signal';
import type { SentSignal } from '../../rules/wait/signal-receipt';
import type { RootTaker } from '../create/root-taker';

/** Most signals sent by one statement. */
const SEND_BATCH = 200;

export interface SignalSenderDeps {
  readonly store: Pick<WaitStore, 'sendSignals'>;
  readonly events: EventBus;
  /** Who runs steps that were woken. */
  readonly roots: Pick<RootTaker, 'queued' | 'failed'>;
  /** Most that are kept at one address. */
  readonly keptSignals: number;
}

interface Waiting {
  readonly signal: NewSignal;
  readonly resolve: (sent: SentSignal) => void;
  readonly reject: (error: unknown) => void;
}

/** Sends signals, in the order in which it was given them; they coalesce while the statement before is in flight. */
export class SignalSender {
  private readonly waiting: Waiting[] = [];
  private writing = false;

  constructor(private readonly deps: SignalSenderDeps) {}

  /** @throws {TaskerError} TSK_DATABASE_UNAVAILABLE: it may have been sent; with an `id` a repeat is safe */
  send(signal: NewSignal): Promise<SentSignal> {
    const sending = new Promise<SentSignal>((resolve, reject) => this.waiting.push({ signal, resolve, reject }));
    void this.writeAll();
    return sending;
  }

  private async writeAll(): Promise<void> {
    if (this.writing) return;
    this.writing = true;
    while (this.waiting.length > 0) {
      await this.write(this.waiting.splice(0, SEND_BATCH));
      // Whoever was waiting for the answer and sends the next one at once is in time for the next statement.
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    this.writing = false;
  }

  private async write(batch: readonly Waiting[]): Promise<void> {
    const { store, roots, keptSignals } = this.deps;
    try {
      const { sent, woken, at } = await store.sendSignals(
        batch.map(({ signal }) => signal),
        keptSignals,
      );
      roots.queued(woken, 0);
      batch.forEach(({ signal, resolve }, index) => {
        const answer = sent[index] as SentSignal;
        this.publish(signal, answer, at);
        resolve(answer);
      });
    } catch (error) {
      if (error instanceof StoreRefusedError && batch.length > 1) {
        // One of them may be to blame: each for itself.
        for (const one of batch) await this.write([one]);
        return;
      }
      roots.failed(error);
      const answer = storeFault(error, REPEAT_WITH_ID);
      for (const { reject } of batch) reject(answer);
    }
  }

  private publish(signal: NewSignal, { outcome, waits }: SentSignal, at: number): void {
    if (outcome === 'full' || outcome === 'ended' || outcome === 'no_task') return;
    const { namespace, name: signalName, taskId, key, id } = signal;
    this.deps.events.publish('signal.received', { namespace, signal: signalName, taskId, key, id, outcome, waits, at });
  }
}

const REPEAT_WITH_ID = 'Repeat with an id: a signal that was sent is then not sent twice.';
