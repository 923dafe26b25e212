import { TaskerError } from '../../errors/tasker-error';
import type { EventBus } from '../../events/event-bus';
import type { Clock } from '../../ports/clock';
import type { EngineStore, RevokedStep } from '../../ports/engine-store';
import { stepEvent } from '../engine-events';
import { Loop } from '../loop/loop';
import type { WorkerHost } from '../worker-host';
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
  readonly host: WorkerHost;
}

/** Notices which of this worker's steps operators took away, stops their handlers and drops what they return. */
export class RevocationWatch {
  private readonly loop: Loop;
  /** The next look asks about young attempts, too. */
  private atAll = false;

  constructor(private readonly deps: RevocationWatchDeps) {
    const { clock, host } = deps;
    const [turn, failed] = [() => this.look(), (error: unknown) => host.failed(error)];
    this.loop = new Loop(clock, { everyMs: LOOK_EVERY_MS, turn, failed });
  }

  start(): void {
    this.loop.start();
  }

  stop(): void {
    this.loop.stop();
  }

  /** An operator has acted somewhere. @returns when it has looked */
  lookAtAll(): Promise<void> {
    this.atAll = true;
    this.loop.wake();
    return this.loop.idle();
  }

  /** The store has given this worker a later attempt of a step in its hands: somebody took the earlier one away meanwhile. */
  superseded(step: StepInHand): void {
    if (!step.concluded) this.drop(step, { state: null, actor: null, reason: null });
  }

  private async look(): Promise<void> {
    const asked = this.candidates(this.atAll ? 0 : OLD_ENOUGH_MS);
    this.atAll = false;
    if (asked.length === 0) return;
    const attempts = asked.map(({ task, plan, attempt }) => ({ taskId: task.id, position: plan.position, attempt }));
    const { lease } = this.deps.host;
    const answer = await this.deps.store.revoked(lease.workerId, attempts);
    if (lease.isValid()) answer.forEach((revoked) => this.take(revoked));
  }

  /** What has an outcome is left out: its settlement finds out by itself. */
  private candidates(minimumAgeMs: number): StepInHand[] {
    const now = this.deps.clock.now();
    return [...this.deps.hand.all()].filter((step) => !step.concluded && now - step.startedAt >= minimumAgeMs);
  }

  private take(revoked: RevokedStep): void {
    const step = this.deps.hand.step(revoked.taskId, revoked.position);
    if (!step || step.attempt !== revoked.attempt || step.concluded) return;
    this.drop(step, revoked);
  }

  private drop(step: StepInHand, revoked: Pick<RevokedStep, 'state' | 'actor' | 'reason'>): void {
    step.dropped = true;
    step.abort?.(stopped(step, revoked));
    this.deps.hand.release(step);
    this.deps.events.publish('step.aborted', stepEvent(step, this.deps.host.workerId, this.deps.clock.now()));
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
