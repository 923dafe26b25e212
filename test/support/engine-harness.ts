import {
  EVENT_NAMES,
  type CreatedTask,
  type NewTask,
  type TaskDraft,
  type TaskPlan,
  type TaskerEventName,
  type TaskerEvents,
  type TaskState,
  type TaskTemplateDefinition,
} from '@tasker/core';
import { migrate, OperatorStore, PostgresEngineStore, TaskerDatabase } from '@tasker/postgres';
import { testDatabase, type TestDatabase } from './database';
import { EngineProcess, type ProcessOptions } from './engine-process';
import { EngineRows } from './engine-rows';
import { within } from './gate';

const FINISH_WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 50;

/** An event with the process that published it. */
export interface SeenEvent<N extends TaskerEventName = TaskerEventName> {
  readonly name: N;
  readonly event: TaskerEvents[N];
  readonly from: EngineProcess;
}

interface Waiter {
  readonly matches: (seen: SeenEvent) => boolean;
  readonly resolve: (seen: SeenEvent) => void;
}

/** Engines on one database, as many as a test asks for, and what they did. Tests wait for events, never for time. */
export class EngineHarness {
  rows!: EngineRows;
  /** A handle of a process that runs no engine. */
  handle!: TaskerDatabase;
  /** What operators act through. */
  operators!: OperatorStore;
  /** Every event of every process, in the order published. */
  readonly seen: SeenEvent[] = [];
  private database!: TestDatabase;
  private readonly plans: TaskPlan[] = [];
  private readonly processes: EngineProcess[] = [];
  private waiters: Waiter[] = [];

  get url(): string {
    return this.database.url;
  }

  /** @param own a database to use instead of a fresh one on the shared server */
  async open(own?: TestDatabase): Promise<void> {
    this.database = own ?? (await testDatabase());
    await migrate({ connectionString: this.url, schema: 'tasker', mode: 'auto' });
    this.rows = new EngineRows(this.url);
    this.handle = new TaskerDatabase({
      ...{ connectionString: this.url, schema: 'tasker', applicationName: 'test-operator' },
    });
    this.operators = new OperatorStore(this.handle, (templateId) => this.planOf(templateId));
  }

  /** Registers a template; processes started afterwards know it. */
  async template(definition: TaskTemplateDefinition): Promise<TaskPlan> {
    const [plan] = await new PostgresEngineStore(this.handle).registerTemplates([definition], 'revise');
    this.plans.push(plan as TaskPlan);
    return plan as TaskPlan;
  }

  /** A process with its engine running. */
  async start(options: ProcessOptions = {}): Promise<EngineProcess> {
    const started = new EngineProcess(this.url, this.plans, options);
    for (const name of EVENT_NAMES) started.events.on(name, (event) => this.saw({ name, event, from: started }));
    this.processes.push(started);
    await started.engine.start();
    return started;
  }

  draft(plan: TaskPlan, changes: Partial<NewTask> & { contextOf?: unknown } = {}): TaskDraft {
    const { contextOf = {}, ...rest } = changes;
    const task = {
      ...{ context: JSON.stringify(contextOf), identity: null, priority: 0, initiator: null, sourceSystem: null },
      ...{ reason: null, correlationId: 'test', traceParent: null, tags: [], bypass: [], attributes: [] },
    };
    return { plan, task: { ...task, ...rest } };
  }

  /** Creates one task and gives its id. */
  async create(by: EngineProcess, plan: TaskPlan, changes: Parameters<this['draft']>[1] = {}): Promise<string> {
    return (await by.engine.create(this.draft(plan, changes))).taskId;
  }

  /** Creates one task and waits until it has ended. */
  async run(by: EngineProcess, plan: TaskPlan, changes: Parameters<this['draft']>[1] = {}): Promise<string> {
    const taskId = await this.create(by, plan, changes);
    await this.finished(taskId);
    return taskId;
  }

  createMany(by: EngineProcess, plan: TaskPlan, count: number): Promise<CreatedTask[]> {
    return by.engine.createMany(Array.from({ length: count }, () => this.draft(plan)));
  }

  /** The state the task ended in, as told by an event. */
  async finished(taskId: string, withinMs = FINISH_WITHIN_MS): Promise<TaskState> {
    const { name } = await this.event(
      ['task.completed', 'task.failed'],
      (event) => 'taskId' in event && event.taskId === taskId,
      withinMs,
    );
    return name === 'task.completed' ? 'complete' : 'error';
  }

  async allFinished(tasks: readonly CreatedTask[], withinMs = FINISH_WITHIN_MS): Promise<TaskState[]> {
    return Promise.all(tasks.map((task) => this.finished(task.taskId, withinMs)));
  }

  /** When the database has no task left that can move; for tests in which whoever would tell may be gone. */
  async allEnded(withinMs = FINISH_WITHIN_MS): Promise<void> {
    const until = performance.now() + withinMs;
    for (;;) {
      const [row] = await this.rows.query<{ open: number }>(
        'select count(*)::int as open from tasker.tasks where tasker.task_open_v1(state)',
      );
      if (row?.open === 0) return;
      if (performance.now() > until) throw new Error(`${row?.open} tasks have not ended within ${withinMs} ms`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  /** When so many sessions of this database wait for a lock of the kind. */
  async waiting(kind: 'advisory', sessions: number, withinMs = FINISH_WITHIN_MS): Promise<void> {
    const until = performance.now() + withinMs;
    for (;;) {
      const rows = await this.rows.query(
        `select 1 from pg_stat_activity where datname = current_database() and wait_event = $1`,
        [kind],
      );
      if (rows.length >= sessions) return;
      if (performance.now() > until) throw new Error(`${rows.length} sessions wait, not ${sessions}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  /** The first event of these names that matches, also when it has come already. */
  event<N extends TaskerEventName>(
    names: N | readonly N[],
    matches: (event: TaskerEvents[N], from: EngineProcess) => boolean = () => true,
    withinMs = FINISH_WITHIN_MS,
  ): Promise<SeenEvent<N>> {
    const wanted: readonly string[] = typeof names === 'string' ? [names] : names;
    const fits = (seen: SeenEvent) => wanted.includes(seen.name) && matches(seen.event as TaskerEvents[N], seen.from);
    const already = this.seen.find(fits);
    if (already) return Promise.resolve(already as SeenEvent<N>);
    const coming = new Promise<SeenEvent>((resolve) => this.waiters.push({ matches: fits, resolve }));
    return within(withinMs, `event ${wanted.join(' or ')}`, coming as Promise<SeenEvent<N>>);
  }

  /** Names of the events about a task, in the order published. */
  eventNames(taskId: string): TaskerEventName[] {
    return this.seen.filter(({ event }) => 'taskId' in event && event.taskId === taskId).map(({ name }) => name);
  }

  /** Stops every process and demands a clean audit; the next test starts from empty tables. */
  async settleDown(): Promise<void> {
    await Promise.all(this.processes.splice(0).map((started) => started.stop()));
    const [findings, settledTwice] = [await this.rows.findings(), await this.rows.settledTwice()];
    await this.rows.clear();
    this.seen.splice(0);
    this.waiters = [];
    expect(findings).toEqual([]);
    expect(settledTwice).toEqual([]);
  }

  async close(): Promise<void> {
    await Promise.all([this.rows.close(), this.handle.close()]);
    await this.database.drop();
  }

  private planOf(templateId: number): TaskPlan {
    const plan = this.plans.find((known) => known.templateId === templateId);
    if (!plan) throw new RangeError(`the harness has registered no template ${templateId}`);
    return plan;
  }

  private saw(seen: SeenEvent): void {
    this.seen.push(seen);
    const met = this.waiters.filter((waiter) => waiter.matches(seen));
    this.waiters = this.waiters.filter((waiter) => !met.includes(waiter));
    for (const waiter of met) waiter.resolve(seen);
  }
}

/** A harness for the tests of a file: one database, emptied and audited after each test. */
export function engineHarness(): EngineHarness {
  const harness = new EngineHarness();
  beforeAll(() => harness.open());
  afterEach(() => harness.settleDown());
  afterAll(() => harness.close());
  return harness;
}
