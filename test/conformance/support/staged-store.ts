import {
  STEP_STATE_CODES,
  TASK_STATE_CODES,
  type ClaimedStep,
  type SettlementBatch,
  type SettlementReceipt,
  type StepState,
  type TaskPlan,
  type TaskState,
} from '@tasker/core';
import type { PostgresEngineStore } from '@tasker/postgres';
import { EngineHarness } from '../../support/engine-harness';
import { step, template } from '../../support/engine-templates';
import { openStore } from '../../support/open-store';

export const EMPTY_BATCH: SettlementBatch = {
  ...{ level: 1, forLost: false, outcomes: [], reruns: [], next: [], joins: [], finished: [], stepCounts: [] },
};

/** A store with one worker and one task at a time, put into any state by hand to see what the verbs make of it. */
export class StagedStore {
  store!: PostgresEngineStore;
  /** `parent` → `child`. */
  plan!: TaskPlan;
  /** `a`, `b` → `child`. */
  joinPlan!: TaskPlan;
  /** `parent` → `child`, and `other` by itself. */
  forkPlan!: TaskPlan;
  workerId = 0;
  taskId = '';
  private readonly harness = new EngineHarness();

  get rows(): EngineHarness['rows'] {
    return this.harness.rows;
  }

  get url(): string {
    return this.harness.url;
  }

  get operators(): EngineHarness['operators'] {
    return this.harness.operators;
  }

  async open(): Promise<void> {
    await this.harness.open();
    this.plan = await this.harness.template(template('pair', [step('parent'), step('child', ['parent'])]));
    const fork = [step('parent'), step('child', ['parent']), step('other')];
    this.forkPlan = await this.harness.template(template('fork', fork));
    const join = [step('a'), step('b'), step('child', ['a', 'b'])];
    this.joinPlan = await this.harness.template(template('join', join));
    const connection = { connectionString: this.harness.url, schema: 'tasker', applicationName: 'test' };
    this.store = openStore({ ...connection, pooler: 'none', settleConnections: 1, leaseMs: 60_000 });
  }

  async register(): Promise<void> {
    const lanes = (await this.store.lanes()).map((lane) => lane.id);
    const worker = { name: 'w', host: 'h', pid: 1, version: '0', lanes, concurrency: 1, leaseMs: 60_000, level: 2 };
    this.workerId = await this.store.registerWorker(worker);
  }

  async close(): Promise<void> {
    await this.store.close();
    await this.harness.close();
  }

  /** A task in this state, without steps or queue entries. */
  async taskIn(state: TaskState, of: TaskPlan = this.plan): Promise<void> {
    const { task } = this.harness.draft(of);
    const tasks = [{ ...task, templateId: of.templateId, roots: [], lone: of.steps.length === 1, timers: null }];
    const [made] = await this.store.create({ tasks, workerId: null });
    this.taskId = made?.taskId ?? '';
    const code = TASK_STATE_CODES[state];
    await this.rows.query('update tasker.tasks set state = $2 where id = $1', [this.taskId, code]);
  }

  /** A row of a step as some attempt of our worker would have left it; `need` is the number of its parents. */
  async stepIn(state: StepState, position = 0, need = 0): Promise<void> {
    await this.rows.query(
      `insert into tasker.steps (task_id, position, state, attempt, worker_id, started_at, need, met)
       values ($1, $2, $3, 1, $4, now(), $5, $6)`,
      [this.taskId, position, STEP_STATE_CODES[state], this.workerId, need, Math.max(need - 1, 0)],
    );
  }

  async stateOf(position = 0): Promise<StepState | undefined> {
    return (await this.rows.stepStates(this.taskId))[position];
  }

  /** An outcome of the step at 0, as its worker would settle it. */
  async settle(
    to: StepState,
    changes: Partial<SettlementBatch> = {},
    { attempt = 1, worker = this.workerId } = {},
  ): Promise<SettlementReceipt> {
    const { taskId } = this;
    const result = to === 'complete' ? '{}' : null;
    const outcome = { taskId, position: 0, attempt, granted: false, state: to, result, error: null, worker };
    return this.store.settle({ ...EMPTY_BATCH, outcomes: [outcome], ...changes });
  }

  /** An entry of the queue for the step at 0. */
  async enqueue(fresh: boolean): Promise<void> {
    await this.rows.query(
      `insert into tasker.queue (lane_id, rank, task_id, template_id, position, fresh, ready_at)
       values ($1, 0, $2, $3, 0, $4, now())`,
      [this.plan.steps[0]?.lane, this.taskId, this.plan.templateId, fresh],
    );
  }

  /** An entry among the delayed steps, due, for the step at 0. */
  async delay(): Promise<void> {
    await this.rows.query(
      `insert into tasker.delayed_steps (run_at, task_id, template_id, lane_id, rank, position)
       values (now() - interval '1 second', $1, $2, $3, 0, 0)`,
      [this.taskId, this.plan.templateId, this.plan.steps[0]?.lane],
    );
  }

  claim(): Promise<ClaimedStep[]> {
    const lanes = this.plan.steps.map(({ lane }) => lane);
    return this.store.claim({ workerId: this.workerId, lanes, fromSeq: lanes.map(() => '0'), limit: 10 });
  }
}

/** A staged store for the tests of a file, emptied after each test. */
export function stagedStore(): StagedStore {
  const staged = new StagedStore();
  beforeAll(() => staged.open());
  beforeEach(() => staged.register());
  afterEach(() => staged.rows.clear());
  afterAll(() => staged.close());
  return staged;
}
