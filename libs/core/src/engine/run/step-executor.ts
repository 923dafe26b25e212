import { TaskerError } from '../../errors/tasker-error';
import type { EventBus } from '../../events/event-bus';
import type { DataMask } from '../../data/data-mask';
import type { StepFailure } from '../../rules/settlement/step-failure';
import type { HandlerRegistry } from '../../handler/handler-registry';
import type { StepLogger } from '../../handler/step-context';
import type { Clock, Timer } from '../../ports/clock';
import type { EngineStore } from '../../ports/engine-store';
import { describeFailure, type DescribedFailure } from '../../rules/settlement/describe-failure';
import { encodeResult } from '../../rules/settlement/encode-result';
import { maskFailure } from '../../rules/settlement/mask-failure';
import type { Outcome } from '../../rules/settlement/outcome';
import { resolveLive, type LiveEnvironment } from '../../rules/template/live-values';
import { checkJson } from '../../schema/ajv-schemas';
import { AttemptContext, type AttemptHost } from './attempt-context';
import { ABORT_GRACE_MS } from '../engine-options';
import { stepEvent } from '../engine-events';
import { patientCall } from './patient-call';
import { saveCheckpoint } from './save-checkpoint';
import type { WorkerHost } from '../worker-host';
import type { StepInHand } from '../claim/hand';
import { scopeOf, type StepSurroundings } from './step-scope';

export interface ExecutorDeps {
  readonly store: Pick<EngineStore, 'saveCheckpoint' | 'results'>;
  readonly handlers: HandlerRegistry;
  readonly events: EventBus;
  readonly clock: Clock;
  readonly surroundings: StepSurroundings;
  readonly resultBytes: number;
  readonly host: WorkerHost;
  /** Values of `$env{…}`. */
  readonly env: LiveEnvironment;
  /** What failures must not tell. */
  readonly mask: DataMask | undefined;
}

/** Brings a step to its outcome. Never throws. */
export class StepExecutor {
  constructor(private readonly deps: ExecutorDeps) {}

  async run(step: StepInHand): Promise<Outcome> {
    if (step.task.bypass.includes(step.plan.position)) return { kind: 'skipped' };
    const attempt = new Attempt(step, this.deps);
    try {
      return await attempt.run();
    } finally {
      attempt.close();
    }
  }
}

/** One run of a handler: timeout, input check, handler, result check, outcome. */
class Attempt implements AttemptHost {
  readonly workerId: number;
  private readonly context: AttemptContext;
  private timer: Timer | undefined;
  private expired = false;
  private timedOut: ((outcome: Outcome) => void) | undefined;

  constructor(
    private readonly step: StepInHand,
    private readonly deps: ExecutorDeps,
  ) {
    this.workerId = deps.host.workerId;
    this.context = new AttemptContext(step, this);
    step.abort = (reason) => this.context.abort(reason);
  }

  async run(): Promise<Outcome> {
    const { timeoutMs } = this.step.plan.definition;
    if (timeoutMs === null) return this.perform();
    const limit = new Promise<Outcome>((resolve) => (this.timedOut = resolve));
    this.arm();
    const outcome = await Promise.race([this.perform(), limit]);
    // Aborted by the timeout, a handler fails with whatever error it likes: the cause is still the timeout.
    return this.expired ? this.timeout() : outcome;
  }

  close(): void {
    this.timer?.cancel();
    this.timer = undefined;
    this.step.abort = undefined;
  }

  logger(): StepLogger {
    return this.deps.surroundings.logger(scopeOf(this.step, this.workerId));
  }

  configOf(handlerConfig: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    return resolveLive(handlerConfig, this.deps.env);
  }

  restartTimeout(): void {
    // Once the signal has fired, or the attempt is over, there is no time to win any more.
    if (this.timer && !this.expired) this.arm();
  }

  publishCustom(event: string, payload: Record<string, unknown>): void {
    const { events, clock } = this.deps;
    events.publish('custom', { ...stepEvent(this.step, this.workerId, clock.now()), event, payload });
  }

  async saveCheckpoint(value: unknown): Promise<string> {
    const text = encodeResult(value, this.deps.resultBytes);
    const { task, plan, attempt } = this.step;
    const fence = { taskId: task.id, position: plan.position, workerId: this.workerId, attempt };
    if (await saveCheckpoint(this.deps, fence, text, this.context.signal, () => this.isOver())) return text;
    throw this.lost();
  }

  async fetchResults(positions: readonly number[]): Promise<readonly (string | null)[]> {
    const keys = positions.map((position) => ({ taskId: this.step.task.id, position }));
    const call = () => this.deps.store.results(keys);
    const texts = await patientCall(this.deps, call, this.context.signal, () => this.isOver());
    if (texts) return texts;
    throw this.lost();
  }

  private isOver(): boolean {
    return this.step.dropped || this.step.concluded;
  }

  private lost(): TaskerError {
    const lost = new TaskerError('TSK_LEASE_LOST', `Step "${this.step.plan.name}" is not this attempt's any more.`);
    this.context.abort(lost);
    return lost;
  }

  private arm(): void {
    this.timer?.cancel();
    this.timer = this.deps.clock.after(this.step.plan.definition.timeoutMs ?? 0, () => {
      this.expired = true;
      this.context.abort(new TaskerError('TSK_STEP_TIMEOUT', `Step "${this.step.plan.name}" ran out of time.`));
      this.timer = this.deps.clock.after(ABORT_GRACE_MS, () => this.timedOut?.(this.timeout()));
    });
  }

  private timeout(): Outcome {
    const { name, definition } = this.step.plan;
    return failed({
      kind: 'timeout',
      name: 'StepTimeout',
      message: `Step "${name}" did not finish within ${definition.timeoutMs} ms.`,
      code: 'TSK_STEP_TIMEOUT',
    });
  }

  private async perform(): Promise<Outcome> {
    const { definition } = this.step.plan;
    let output: unknown;
    try {
      if (definition.inputSchema) checkJson(definition.inputSchema, this.context.parents, 'parents');
    } catch (error) {
      return failed({ ...this.describe(error).failure, kind: 'invalid_input' });
    }
    try {
      const invoke = this.deps.handlers.get(definition.handler);
      output = await this.deps.surroundings.run(scopeOf(this.step, this.workerId), () => invoke(this.context));
    } catch (error) {
      const { failure, retryAfterMs } = this.describe(error);
      return { kind: 'failed', failure, retryAfterMs };
    }
    try {
      const result = encodeResult(output, this.deps.resultBytes);
      if (definition.resultSchema) checkJson(definition.resultSchema, JSON.parse(result), 'result');
      return { kind: 'completed', result };
    } catch (error) {
      return failed({ ...this.describe(error).failure, kind: 'invalid_result' });
    }
  }

  private describe(error: unknown): DescribedFailure {
    const described = describeFailure(error);
    const { mask } = this.deps;
    return mask
      ? { ...described, failure: maskFailure(mask, described.failure, this.context.task.context) }
      : described;
  }
}

const failed = (failure: StepFailure): Outcome => ({ kind: 'failed', failure, retryAfterMs: undefined });
