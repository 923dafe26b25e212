import type { Clock } from '../../ports/clock';
import type { EngineStore, TaskFacts } from '../../ports/engine-store';
import {
  compileExpression,
  type Expression,
  type ExpressionValues,
  type TaskValues,
} from '../../rules/expression/expression';
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
  read(): Readonly<Record<string, unknown>>;
}

/** An expression with what it reads. */
export interface Readable {
  readonly expression: Expression;
  readonly values: ExpressionValues;
}

/** An expression that may read what a worker does not know of a task without asking. */
const READS_TASK = /\btask\b/;
const NO_FACTS: TaskFacts = { tags: [], initiator: null };
/** Of an expression that does not read it. */
const NO_TASK = {} as TaskValues;
const NONE: readonly string[] = [];

/**
 * What the expressions of one attempt read: the context, results and facts of the task, which are fetched when they are
 * not at hand. Nearly always they are: then no promise is made.
 */
export class DecisionValues {
  private context: unknown;
  private facts: TaskFacts | undefined;

  constructor(
    private readonly step: StepInHand,
    private readonly reader: DecisionReader,
  ) {}

  /** @throws {PermanentError} TSK_EXPRESSION_FAILED; {TaskerError} the reason of an abort while it waits for values */
  judge(text: string): Judged | Promise<Judged> {
    const readable = this.of(text);
    return readable instanceof Promise ? readable.then(judged) : judged(readable);
  }

  /** The value of an expression: JSON, or a Date. @throws as `judge` */
  async evaluate(text: string): Promise<unknown> {
    const { expression, values } = await this.of(text);
    return expression.evaluate(values);
  }

  /** @throws {TaskerError} the reason of an abort while it waits for values */
  of(text: string): Readable | Promise<Readable> {
    const expression = compileExpression(text, this.step.plan.definition);
    const readsTask = READS_TASK.test(text);
    const missing = this.missing(expression);
    const needsFacts = readsTask && this.facts === undefined;
    if (missing.length === 0 && !needsFacts) return this.readable(expression, readsTask);
    return this.fetch(missing, needsFacts).then(() => this.readable(expression, readsTask));
  }

  /** Names of steps whose results are not at hand. */
  private missing({ parents }: Expression): readonly string[] {
    if (parents.size === 0) return NONE;
    return [...parents].filter((name) => !this.step.results.has(this.positionOf(name)));
  }

  private readable(expression: Expression, readsTask: boolean): Readable {
    const { results, startedAt } = this.step;
    const parents: Record<string, unknown> = {};
    for (const name of expression.parents) parents[name] = JSON.parse(results.get(this.positionOf(name)) ?? 'null');
    this.context ??= seenContext(this.step);
    const task = readsTask ? this.task() : NO_TASK;
    return { expression, values: { context: this.context, parents, task, now: new Date(startedAt) } };
  }

  private task(): TaskValues {
    const { id, plan, priority, correlationId, requestedAt } = this.step.task;
    const { namespace, name, version } = plan.definition;
    const known = { id, namespace, name, version, priority, correlationId, requestedAt: new Date(requestedAt) };
    return { ...known, ...(this.facts ?? NO_FACTS) };
  }

  private async fetch(missing: readonly string[], needsFacts: boolean): Promise<void> {
    const { task, results } = this.step;
    const { store } = this.reader;
    if (missing.length > 0) {
      const keys = missing.map((name) => ({ taskId: task.id, position: this.positionOf(name) }));
      const texts = await this.patiently(() => store.results(keys));
      keys.forEach(({ position }, index) => results.set(position, texts?.[index] ?? null));
    }
    if (needsFacts) this.facts = await this.patiently(() => store.taskFacts(task.id));
  }

  private positionOf(name: string): number {
    return positionOf(this.step.task.plan, name) ?? -1;
  }

  /** Waits for a database that is away, as long as the attempt is this worker's. */
  private patiently<T>(call: () => Promise<T>): Promise<T | undefined> {
    const aborting = new AbortController();
    this.step.abort = (reason) => aborting.abort(reason);
    return patientCall(this.reader, call, aborting.signal, () => this.step.dropped || this.step.concluded);
  }
}

const judged = ({ expression, values }: Readable): Judged => ({
  holds: expression.holds(values),
  read: () => expression.valuesRead(values),
});
