import { TaskerError } from '../../errors/tasker-error';
import { StepChoice } from '../../handler/step-choice';
import type { StepCheckpoint, StepLogger, StepTask, TransactionalStepContext } from '../../handler/step-context';
import type { StepDatabase } from '../../handler/step-database';
import { StepSuspension, type StepWakening, type SuspendOptions } from '../../handler/step-suspension';
import type { StepTemplateDefinition } from '../../rules/template/definition';
import { seenContext, type StepInHand } from '../claim/hand';
import { stepAt } from '../../rules/template/plan-graph';
import { EarlierResults } from './earlier-results';

/** The run behind a step context: what the context cannot do by itself. */
export interface AttemptHost {
  readonly workerId: number;
  readonly installation: string;
  /** Of the transaction it runs in; undefined: in none. */
  readonly manager: StepDatabase | undefined;
  logger(): StepLogger;
  /** With the variables of this process in their places. */
  configOf(handlerConfig: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
  /** The handler gives a sign of life. */
  heard(): void;
  /** @param fraction a number, perhaps out of its bounds */
  tellProgress(fraction: number, note: string | undefined): void;
  /** JSON text to the store, behind the fence. */
  saveCheckpoint(value: unknown): Promise<string>;
  /** JSON texts of results of the same task, in the order of the positions. */
  fetchResults(positions: readonly number[]): Promise<readonly (string | null)[]>;
  publishCustom(event: string, payload: Record<string, unknown>): void;
  /** The signal has fired: what the handler does from now on counts for nothing. */
  aborted(): void;
}

/** The step context of one attempt. Everything dear (JSON, signal, logger) is made only when a handler looks at it. */
export class AttemptContext implements TransactionalStepContext {
  readonly name: string;
  readonly template: StepTemplateDefinition;
  readonly attempt: number;
  readonly workerId: number;
  /** A mistake in the handler's code that fails the attempt, unless the work fails by itself. */
  slip: TaskerError | undefined;
  /** Set before the handler runs. */
  woken: StepWakening | null = null;
  private controller: AbortController | undefined;
  private abortReason: Error | undefined;
  private ownTask: StepTask | undefined;
  private ownParents: Record<string, unknown> | undefined;
  private ownLogger: StepLogger | undefined;
  private ownCheckpoint: StepCheckpoint | undefined;
  private ownConfig: Readonly<Record<string, unknown>> | undefined;
  private earlier: EarlierResults | undefined;

  constructor(
    private readonly step: StepInHand,
    private readonly host: AttemptHost,
  ) {
    this.name = step.plan.name;
    this.template = step.plan.definition;
    this.attempt = step.attempt;
    this.workerId = host.workerId;
  }

  get task(): StepTask {
    if (this.ownTask) return this.ownTask;
    const { id, correlationId, priority, plan } = this.step.task;
    const { namespace, name, version } = plan.definition;
    const context = seenContext(this.step);
    return (this.ownTask = { id, namespace, name, version, context, correlationId, priority });
  }

  get parents(): Record<string, unknown> {
    const { task, plan, results } = this.step;
    return (this.ownParents ??= Object.fromEntries(
      plan.parents.map((position): [string, unknown] => [
        stepAt(task.plan, position)?.name ?? '',
        JSON.parse(results.get(position) ?? 'null'),
      ]),
    ));
  }

  get signal(): AbortSignal {
    if (!this.controller) {
      this.controller = new AbortController();
      if (this.abortReason) this.controller.abort(this.abortReason);
    }
    return this.controller.signal;
  }

  get manager(): StepDatabase {
    const { manager } = this.host;
    if (manager) return manager;
    throw new TaskerError('TSK_NOT_TRANSACTIONAL', `Step "${this.name}" runs in no transaction of Tasker.`);
  }

  get logger(): StepLogger {
    return (this.ownLogger ??= this.host.logger());
  }

  get config(): Readonly<Record<string, unknown>> {
    return (this.ownConfig ??= this.host.configOf(this.template.handlerConfig));
  }

  get idempotencyKey(): string {
    const { task, generation } = this.step;
    return [this.host.installation, task.id, this.name, ...(generation > 0 ? [generation] : [])].join(':');
  }

  get checkpoint(): StepCheckpoint {
    return (this.ownCheckpoint ??= new AttemptCheckpoint(this.step.checkpoint, this.host));
  }

  resultOf(name: string): Promise<unknown> {
    this.earlier ??= new EarlierResults(this.step, (positions) => this.host.fetchResults(positions));
    return this.earlier.of(name);
  }

  choose<T>(steps: string | readonly string[], result: T): StepChoice<T> {
    return new StepChoice(typeof steps === 'string' ? [steps] : [...steps], result);
  }

  suspend(options: SuspendOptions): StepSuspension {
    return new StepSuspension(options);
  }

  heartbeat(): void {
    this.host.heard();
  }

  progress(fraction: number, note?: string): void {
    this.host.heard();
    if (typeof fraction === 'number' && !Number.isNaN(fraction)) return this.host.tellProgress(fraction, note);
    // Not thrown, as an event that nobody declared is not.
    this.slip ??= new TaskerError('TSK_REQUEST_INVALID', `Step "${this.name}" told a progress that is no number.`, {
      hint: 'Give a fraction from 0 to 1.',
    });
  }

  publish(event: string, payload: Record<string, unknown> = {}): void {
    const declared = [...this.template.customEvents, ...this.step.task.plan.definition.customEvents].map((e) => e.name);
    // A name declared without a dot is kept as one of its template's, and may still be published as it was declared.
    const qualified = `${this.step.task.plan.definition.name}.${event}`;
    const name = declared.find((known) => known === event || known === qualified);
    if (name === undefined) {
      // Not thrown: in a `catch` it would take the place of the error that is told about there.
      this.slip ??= new TaskerError('TSK_REQUEST_INVALID', `Step "${this.name}" declares no event "${event}".`, {
        hint: `Add it to custom_events. Declared: ${declared.join(', ') || 'none'}.`,
      });
      return;
    }
    this.host.publishCustom(name, payload);
  }

  abort(reason: Error): void {
    this.abortReason ??= reason;
    this.controller?.abort(reason);
    this.host.aborted();
  }
}

/** What was saved last, as JSON text; parsed anew for whoever looks. */
class AttemptCheckpoint implements StepCheckpoint {
  constructor(
    private text: string | null,
    private readonly host: AttemptHost,
  ) {}

  get value(): unknown {
    return this.text === null ? null : (JSON.parse(this.text) as unknown);
  }

  async save(value: unknown): Promise<void> {
    this.text = await this.host.saveCheckpoint(value);
    this.host.heard();
  }
}
