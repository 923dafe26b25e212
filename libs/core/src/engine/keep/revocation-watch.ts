import { TaskerError } from '../../errors/tasker-error';
import type { EventBus } from '../../events/event-bus';
import type { Clock, Timer } from '../../ports/clock';
import type { EngineStore, RevokedStep } from '../../ports/engine-store';
import { stepEvent } from '../engine-events';
import type { Hand, StepInHand } from '../claim/hand';

/** Bounds how long a handler runs on after an operator took its step, also when the announcement of it got lost. */
const LOOK_EVERY_MS = 500;
/** Younger attempts are not asked about by the timer: at full load every step would be. */
const OLD_ENOUGH_MS = 250;

export interface RevocationWatchDeps {
  readonly store: Pick<EngineStore, 'revoked'>;
  readonly hand: Hand;
  readonly events: EventBus;
  readonly clock: Clock;
  readonly workerId: () => number;
  readonly failed: (error: unknown) => void;
}

/** Notices which of this worker's steps operators took away, stops their handlers and drops what they return. */
export class RevocationWatch {
  private timer: Timer | undefined;
  private looking = false;
  private again = false;
  private running = false;

  constructor(private readonly deps: RevocationWatchDeps) {}

  start(): void {
    this.running = true;
    this.next();
  }

  stop(): void {
    this.running = false;
    this.timer?.cancel();
  }

  /** An operator has acted somewhere. */
  async lookAtAll(): Promise<void> {
    await this.look(0);
  }

  /** The store has given this worker a later attempt of a step it holds: somebody took the earlier one away meanwhile. */
  superseded(step: StepInHand): void {
    if (!step.concluded) this.drop(step, { state: null, actor: null, reason: null });
  }

  private next(): void {
    if (!this.running) return;
    this.timer = this.deps.clock.after(LOOK_EVERY_MS, () => {
      void this.look(OLD_ENOUGH_MS).finally(() => this.next());
    });
  }

  private async look(minimumAgeMs: number): Promise<void> {
    if (this.looking) {
      this.again ||= minimumAgeMs === 0;
      return;
    }
    this.looking = true;
    try {
      const asked = this.candidates(minimumAgeMs);
      if (asked.length > 0) {
        const attempts = asked.map(({ task, plan, attempt }) => ({
          taskId: task.id,
          position: plan.position,
          attempt,
        }));
        for (const revoked of await this.deps.store.revoked(this.deps.workerId(), attempts)) this.take(revoked);
      }
    } catch (error) {
      this.deps.failed(error);
    } finally {
      this.looking = false;
    }
    if (!this.again) return;
    this.again = false;
    await this.look(0);
  }

  /** What has an outcome is left out: its settlement finds out by itself. */
  private candidates(minimumAgeMs: number): StepInHand[] {
    const now = this.deps.clock.now();
    return [...this.deps.hand.all()].filter((step) => !step.concluded && now - step.startedAt >= minimumAgeMs);
  }

  private take(revoked: RevokedStep): void {
    const step = this.deps.hand.holds(revoked.taskId, revoked.position);
    if (!step || step.attempt !== revoked.attempt || step.concluded) return;
    this.drop(step, revoked);
  }

  private drop(step: StepInHand, revoked: Pick<RevokedStep, 'state' | 'actor' | 'reason'>): void {
    step.dropped = true;
    step.abort?.(stopped(step, revoked));
    this.deps.hand.release(step);
    this.deps.events.publish('step.aborted', stepEvent(step, this.deps.workerId(), this.deps.clock.now()));
  }
}

function stopped(
  step: StepInHand,
  { state, actor, reason }: Pick<RevokedStep, 'state' | 'actor' | 'reason'>,
): TaskerError {
  const who = actor === null ? 'Somebody' : `"${actor}"`;
  const why = reason === null ? '' : `: ${reason}`;
  return new TaskerError('TSK_STEP_STOPPED', `${who} took step "${step.plan.name}" from its worker${why}`, {
    data: { state, actor, reason },
  });
}
