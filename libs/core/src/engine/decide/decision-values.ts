import type { Clock } from '../../ports/clock';
import type { EngineStore, TaskFacts } from '../../ports/engine-store';
import { compileExpression, type Expression, type ExpressionValues } from '../../rules/expression/expression';
import { positionOf } from '../../rules/template/plan-graph';
import { seenContext, type StepInHand } from '../claim/hand';
import { patientCall } from '../run/patient-call';
import type { WorkerHost } from '../worker-host';

/** What reading them needs. */
export interface DecisionReader {
  readonly store: Pick<EngineStore, 'results' | 'taskFacts'>;
  readonly clock: Clock;
  readonly host: Pick<WorkerHost, 'failed'>;
}

/** A condition, judged. */
export interface Judged {
  readonly holds: boolean;
  /** What it read, by path; short. */
  readonly read: Readonly<Record<string, unknown>>;
}

/** An expression that may read what a worker does not know of a task without asking. */
const READS_TASK = /\btask\b/;

/** What the expressions of one attempt read: the context at once, results and facts of the task fetched when they do. */
export class DecisionValues {
  private context: unknown;
  private facts: TaskFacts | undefined;

  constructor(
    private readonly step: StepInHand,
    private readonly reader: DecisionReader,
  ) {}

  /** @throws {PermanentError} TSK_EXPRESSION_FAILED; {TaskerError} the reason of an abort while it waits for values */
  async judge(text: string): Promise<Judged> {
    const { expression, values } = await this.of(text);
    return { holds: expression.holds(values), read: expression.valuesRead(values) };
  }

  /** The value of an expression: JSON, or a Date. @throws as `judge` */
  async evaluate(text: string): Promise<unknown> {
    const { expression, values } = await this.of(text);
    return expression.evaluate(values);
  }

  /** An expression with what it reads. */
  async of(text: string): Promise<{ readonly expression: Expression; readonly values: ExpressionValues }> {
    const expression = compileExpression(text, this.step.plan.definition);
    const parents = await this.parents(expression);
    const task = await this.task(text);
    this.context ??= seenContext(this.step);
    return { expression, values: { context: this.context, parents, task, now: new Date(this.step.startedAt) } };
  }

  private async parents(expression: Expression): Promise<Record<string, unknown>> {
    const { task, results } = this.step;
    const wanted = [...expression.parents].map((name) => ({ name, position: positionOf(task.plan, name) ?? -1 }));
    const missing = wanted.filter(({ position }) => !results.has(position));
    if (missing.length > 0) {
      const keys = missing.map(({ position }) => ({ taskId: task.id, position }));
      const texts = await this.patiently(() => this.reader.store.results(keys));
      missing.forEach(({ position }, index) => results.set(position, texts?.[index] ?? null));
    }
    return Object.fromEntries(
      wanted.map(({ name, position }) => [name, JSON.parse(results.get(position) ?? 'null') as unknown]),
    );
  }

  private async task(text: string): Promise<ExpressionValues['task']> {
    const { id, plan, priority, correlationId, requestedAt } = this.step.task;
    const { namespace, name, version } = plan.definition;
    if (READS_TASK.test(text)) this.facts ??= await this.patiently(() => this.reader.store.taskFacts(id));
    const { tags = [], initiator = null } = this.facts ?? {};
    return {
      ...{ id, namespace, name, version, priority, correlationId, tags, initiator },
      requestedAt: new Date(requestedAt),
    };
  }

  /** Waits for a database that is away, as long as the attempt is this worker's. */
  private patiently<T>(call: () => Promise<T>): Promise<T | undefined> {
    const aborting = new AbortController();
    this.step.abort = (reason) => aborting.abort(reason);
    return patientCall(this.reader, call, aborting.signal, () => this.step.dropped || this.step.concluded);
  }
}
