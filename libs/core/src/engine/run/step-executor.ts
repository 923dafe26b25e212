import type { AsyncHome } from '../../async/async-home';
import type { EventBus } from '../../events/event-bus';
import type { DataMask } from '../../data/data-mask';
import type { StepFailure } from '../../rules/settlement/step-failure';
import type { HandlerRegistry } from '../../handler/handler-registry';
import type { StepLogger } from '../../handler/step-context';
import type { StepDatabase } from '../../handler/step-database';
import type { Clock } from '../../ports/clock';
import { isStepSuspension } from '../../handler/step-suspension';
import type { EngineStore } from '../../ports/engine-store';
import { describeFailure, type DescribedFailure } from '../../rules/settlement/describe-failure';
import { encodeResult } from '../../rules/settlement/encode-result';
import { maskFailure } from '../../rules/settlement/mask-failure';
import type { Outcome } from '../../rules/settlement/outcome';
import { resolveLive, type LiveEnvironment } from '../../rules/template/live-values';
import { checkJson } from '../../schema/ajv-schemas';
import { AttemptContext, type AttemptHost } from './attempt-context';
import { stepEvent } from '../engine-events';
import { fenceOf, fetchResults, saveCheckpoint } from './attempt-calls';
import { AttemptTime, isLimited, type TimedAttempt } from './attempt-time';
import { ProgressReport } from './progress-report';
import { choiceOf } from './choice-of';
import type { WorkerHost } from '../worker-host';
import type { StepInHand } from '../claim/hand';
import { scopeOf, type StepSurroundings } from './step-scope';
import { isWoken, suspended } from './suspended-step';

export interface ExecutorDeps {
  readonly store: Pick<EngineStore, 'saveCheckpoint' | 'saveProgress' | 'results' | 'waits'>;
  readonly handlers: HandlerRegistry;
  readonly events: EventBus;
  readonly clock: Clock;
  readonly surroundings: StepSurroundings;
  readonly resultBytes: number;
  /** Most times that one step may be suspended. */
  readonly suspends: number;
  readonly host: WorkerHost;
  readonly home: AsyncHome;
  /** Values of `$env{…}`. */
  readonly env: LiveEnvironment;
  /** What failures must not tell. */
  readonly mask: DataMask | undefined;
}

/** The transaction a handler runs in, as far as its attempt knows it. */
export interface AttemptTransaction {
  readonly manager: StepDatabase;
  /** The attempt is over, whether its handler has ended or not. */
  aborted(): void;
}

/** Brings a step to its outcome. Never throws. */
export class StepExecutor {
  constructor(private readonly deps: ExecutorDeps) {}

  run(step: StepInHand, transaction?: AttemptTransaction): Promise<Outcome> {
    if (isBypassed(step)) return Promise.resolve({ kind: 'skipped' });
    return new Attempt(step, this.deps, transaction).run();
  }
}

/** The request has said that its handler is not to run. */
export const isBypassed = ({ task, plan }: StepInHand): boolean => task.bypass.includes(plan.position);

/** One run of a handler: times, input check, handler, result check, outcome. */
class Attempt implements AttemptHost, TimedAttempt {
  readonly workerId: number;
  readonly installation: string;
  readonly context: AttemptContext;
  /** Only where there is a limit. */
  private readonly time: AttemptTime | undefined;
  private progress: ProgressReport | undefined;
  private timedOut: ((outcome: Outcome) => void) | undefined;

  constructor(
    readonly step: StepInHand,
    private readonly deps: ExecutorDeps,
    private readonly transaction: AttemptTransaction | undefined,
  ) {
    this.workerId = deps.host.workerId;
    this.installation = deps.host.installation;
    this.context = new AttemptContext(step, this);
    this.time = isLimited(step.plan) ? new AttemptTime(deps.clock, step.plan, this) : undefined;
    step.abort = (reason) => this.context.abort(reason);
  }

  async run(): Promise<Outcome> {
    try {
      return this.time ? await this.performInTime(this.time) : await this.perform();
    } finally {
      this.time?.end();
      if (this.progress) await this.progress.end();
      this.step.abort = undefined;
    }
  }

  private async performInTime(time: AttemptTime): Promise<Outcome> {
    const limit = new Promise<Outcome>((resolve) => (this.timedOut = resolve));
    time.begin();
    const outcome = await Promise.race([this.perform(), limit]);
    // Aborted by the timeout, a handler fails with whatever error it likes: the cause is still the timeout.
    return time.expired ?? outcome;
  }

  abort(reason: Error): void {
    this.context.abort(reason);
  }

  giveUp(outcome: Outcome): void {
    this.timedOut?.(outcome);
  }

  get manager(): StepDatabase | undefined {
    return this.transaction?.manager;
  }

  aborted(): void {
    this.transaction?.aborted();
  }

  logger(): StepLogger {
    return this.deps.surroundings.logger(scopeOf(this.step, this.workerId));
  }

  configOf(handlerConfig: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    return resolveLive(handlerConfig, this.deps.env);
  }

  heard(): void {
    this.time?.heard();
  }

  publishCustom(event: string, payload: Record<string, unknown>): void {
    const { events, clock } = this.deps;
    events.publish('custom', { ...stepEvent(this.step, this.workerId, clock.now()), event, payload });
  }

  saveCheckpoint(value: unknown): Promise<string> {
    return saveCheckpoint(this.deps, this, value);
  }

  tellProgress(fraction: number, note: string | undefined): void {
    const { clock, store } = this.deps;
    this.progress ??= new ProgressReport(clock, (progress) =>
      this.deps.home.run(() => store.saveProgress(fenceOf(this), progress)),
    );
    this.progress.tell(fraction, note);
  }

  fetchResults(positions: readonly number[]): Promise<readonly (string | null)[]> {
    return fetchResults(this.deps, this, positions);
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
      if (definition.suspends === true && !(await isWoken(this.deps, this))) return { kind: 'waiting', wait: null };
      const invoke = this.deps.handlers.get(definition.handler);
      const { home, surroundings } = this.deps;
      const scope = scopeOf(this.step, this.workerId);
      // In a context of its own: what one handler enters, the next one must not find.
      output = await home.run(() => surroundings.run(scope, () => invoke(this.context)));
    } catch (error) {
      const { failure, retryAfterMs } = this.describe(error);
      return { kind: 'failed', failure, retryAfterMs };
    }
    if (this.context.slip) return failed(describeFailure(this.context.slip).failure);
    try {
      if (isStepSuspension(output)) return await suspended(this.deps, this, output.options, this.deps.suspends);
      const { value, chosen } = choiceOf(this.step.plan, output);
      const result = encodeResult(value, this.deps.resultBytes);
      if (definition.resultSchema) checkJson(definition.resultSchema, JSON.parse(result), 'result');
      return chosen ? { kind: 'completed', result, chosen } : { kind: 'completed', result };
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
