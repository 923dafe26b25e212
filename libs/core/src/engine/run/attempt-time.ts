import { TaskerError } from '../../errors/tasker-error';
import type { Clock, Timer } from '../../ports/clock';
import type { Outcome } from '../../rules/settlement/outcome';
import type { StepPlan } from '../../rules/template/task-plan';
import { ABORT_GRACE_MS } from '../engine-options';

/** Who has to know that the time of an attempt is over. */
export interface TimedAttempt {
  /** First it is asked to stop. */
  abort(reason: Error): void;
  /** It has not stopped in time. */
  giveUp(outcome: Outcome): void;
}

/** Whether an attempt has a limit at all. */
export const isLimited = ({ definition }: StepPlan): boolean =>
  definition.timeoutMs !== null || definition.heartbeatTimeoutMs !== undefined;

/** The times of one attempt: how long it may take, and how long it may say nothing. */
export class AttemptTime {
  private limit: Timer | undefined;
  private silence: Timer | undefined;
  private outcome: Outcome | undefined;
  private running = false;

  constructor(
    private readonly clock: Clock,
    private readonly plan: StepPlan,
    private readonly attempt: TimedAttempt,
  ) {}

  /** What becomes of an attempt whose time is over, whatever its handler comes to then. */
  get expired(): Outcome | undefined {
    return this.outcome;
  }

  begin(): void {
    this.running = true;
    this.armLimit();
    this.armSilence();
  }

  /** The handler gives a sign of life. Once the signal has fired, or the attempt is over, there is no time to win any more. */
  heard(): void {
    if (!this.running || this.outcome) return;
    if (this.plan.definition.heartbeatTimeoutMs === undefined) this.armLimit();
    else this.armSilence();
  }

  end(): void {
    this.running = false;
    this.limit?.cancel();
    this.silence?.cancel();
  }

  private armLimit(): void {
    const { timeoutMs } = this.plan.definition;
    this.limit?.cancel();
    if (timeoutMs === null) return;
    const why = `did not finish within ${timeoutMs} ms.`;
    this.limit = this.clock.after(timeoutMs, () => this.over('timeout', 'TSK_STEP_TIMEOUT', 'ran out of time.', why));
  }

  private armSilence(): void {
    const { heartbeatTimeoutMs } = this.plan.definition;
    this.silence?.cancel();
    if (heartbeatTimeoutMs === undefined) return;
    const why = `gave no sign of life for ${heartbeatTimeoutMs} ms.`;
    this.silence = this.clock.after(heartbeatTimeoutMs, () =>
      this.over('heartbeat_timeout', 'TSK_STEP_SILENT', why, why),
    );
  }

  private over(
    kind: 'timeout' | 'heartbeat_timeout',
    code: 'TSK_STEP_TIMEOUT' | 'TSK_STEP_SILENT',
    told: string,
    why: string,
  ): void {
    const step = `Step "${this.plan.name}"`;
    const name = kind === 'timeout' ? 'StepTimeout' : 'HeartbeatTimeout';
    const failure = { kind, name, message: `${step} ${why}`, code };
    const outcome: Outcome = { kind: 'failed', failure, retryAfterMs: undefined };
    this.outcome = outcome;
    this.limit?.cancel();
    this.silence?.cancel();
    this.attempt.abort(new TaskerError(code, `${step} ${told}`));
    if (this.running) this.limit = this.clock.after(ABORT_GRACE_MS, () => this.attempt.giveUp(outcome));
  }
}
