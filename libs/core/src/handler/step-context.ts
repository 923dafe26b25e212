import type { StepSuspension, StepWakening, SuspendOptions } from './step-suspension';
import type { StepChoice } from './step-choice';
import type { StepTemplateDefinition } from '../rules/template/definition';
import type { StepDatabase } from './step-database';

/** What a handler may know of the task it works for. @public */
export interface StepTask<TContext = unknown> {
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly context: TContext;
  readonly correlationId: string;
  readonly priority: number;
}

/** Lines go to the host's logger with task, step, attempt, worker and correlation id attached. @public */
export interface StepLogger {
  debug(message: string, fields?: Record<string, unknown>): void;
  log(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

/** What a step keeps from one attempt to the next. @public */
export interface StepCheckpoint {
  /** What was saved last, by this attempt or an earlier one; null: nothing. A private copy. */
  readonly value: unknown;
  /**
   * Saves JSON data, durable when it resolves, and restarts the timeout of the attempt. Gone once the step is finished.
   * While the database is away it waits for it, as long as the attempt has its lease and its time.
   *
   * @throws {TaskerError} TSK_LEASE_LOST when the step is not this attempt's any more; TSK_STEP_TIMEOUT, TSK_STEP_STOPPED
   * or TSK_SHUTTING_DOWN when the signal is aborted meanwhile; TSK_RESULT_INVALID, TSK_RESULT_TOO_LARGE as for a result
   */
  save(value: unknown): Promise<void>;
}

/**
 * What a handler receives: everything about one attempt of one step.
 *
 * `task.context` and `parents` are private copies: changing them changes nothing elsewhere.
 *
 * @typeParam TContext shape of the task's context
 * @typeParam TParents results of the declared parents, by step name
 * @typeParam TEarlier results of the steps `resultOf` may be asked for, by step name
 * @public
 */
export interface StepContext<
  TContext = unknown,
  TParents = Record<string, unknown>,
  TEarlier = Record<string, unknown>,
> {
  readonly task: StepTask<TContext>;
  /** Step name in the template. */
  readonly name: string;
  readonly template: StepTemplateDefinition;
  /** Results of the parents this step declares, by step name. A skipped parent's result is null. */
  readonly parents: TParents;
  /**
   * The result of any step that had to finish before this one, however far up; null for one that was skipped. Fetched
   * when it is asked for, once in an attempt; what is asked for together is fetched together. A private copy. While the
   * database is away it waits for it, as long as the attempt has its lease and its time.
   *
   * @throws {TaskerError} TSK_REQUEST_INVALID when the step is no ancestor of this one; TSK_LEASE_LOST, TSK_STEP_TIMEOUT,
   * TSK_STEP_STOPPED or TSK_SHUTTING_DOWN when the attempt ends meanwhile
   */
  resultOf<TName extends keyof TEarlier & string>(name: TName): Promise<TEarlier[TName]>;
  /** From 1. */
  readonly attempt: number;
  /** Fires on timeout, on shutdown after the grace period, and when the lease is lost. */
  readonly signal: AbortSignal;
  readonly logger: StepLogger;
  /** `handler_config` of the template, with the values its `$env{…}` have where the step runs. */
  readonly config: Readonly<Record<string, unknown>>;
  /**
   * The same for every attempt of this step, and for no other step of any installation: hand it to external systems so that
   * a repeat is harmless. A step that an operator reruns, perhaps with other inputs, has another.
   */
  readonly idempotencyKey: string;
  /** Id of the worker that runs the attempt. */
  readonly workerId: number;
  /** For long work that should not begin anew after a failure. */
  readonly checkpoint: StepCheckpoint;
  /**
   * The result of a step that chooses, to be returned: of its dependents among its `choices`, those named run, the others
   * are left out. None on purpose when empty.
   */
  choose<T>(steps: string | readonly string[], result: T): StepChoice<T>;
  /** What a suspended step was woken by; null: nothing has suspended it. */
  readonly woken: StepWakening | null;
  /**
   * To be returned: the step waits without a worker, and its handler is called again. The attempt does not count. Needs
   * `suspends: true` in the template.
   */
  suspend(options: SuspendOptions): StepSuspension;
  /**
   * A sign of life, for long work: restarts `heartbeatTimeoutMs` where the step has one, else the timeout of this attempt.
   */
  heartbeat(): void;
  /**
   * Says how far this attempt is, for people who look; a sign of life as well. Written at most once a second, the last word
   * in its time.
   *
   * @param fraction from 0 to 1
   * @param note such as `page 12 of 30`, at most 200 characters
   */
  progress(fraction: number, note?: string): void;
  /** Publishes a custom event declared by the step or the template; an undeclared name fails the attempt when the handler has ended. */
  publish(event: string, payload?: Record<string, unknown>): void;
}

/**
 * What the handler of a transactional step receives: what it writes with `manager` and its outcome are committed together,
 * or neither is.
 *
 * @public
 */
export interface TransactionalStepContext<
  TContext = unknown,
  TParents = Record<string, unknown>,
  TEarlier = Record<string, unknown>,
> extends StepContext<TContext, TParents, TEarlier> {
  /**
   * Works in the transaction of this attempt, which is committed when the handler has returned and rolled back when it has
   * thrown. Of no use after that.
   *
   * @throws {TaskerError} TSK_NOT_TRANSACTIONAL in a step that is none
   */
  readonly manager: StepDatabase;
}
