import {
  positionOf,
  stepAt,
  type ClaimedStep,
  type OperatorCommand,
  type SettlementReceipt,
  type TaskPlan,
} from '@tasker/core';
import { Client, Pool } from 'pg';
import { Hand, type StepInHand } from '../../../libs/core/src/engine/claim/hand';
import { EntryInHand } from '../../../libs/core/src/engine/settle/settlement-entry';
import { planSettlement } from '../../../libs/core/src/rules/settlement/plan-settlement';
import type { Outcome } from '../../../libs/core/src/rules/settlement/outcome';
import { auditInvariants, type AuditFinding } from '../../../libs/postgres/src/audit/audit';
import { migrate } from '../../../libs/postgres/src/migrate/migrate-up';
import { withSchema } from '../../../libs/postgres/src/database/with-schema';
import { TaskerDatabase } from '../../../libs/postgres/src/database/tasker-database';
import { OperatorStore } from '../../../libs/postgres/src/operate/operator-store';
import { PostgresEngineStore } from '../../../libs/postgres/src/engine/postgres-engine-store';
import { below } from '../../support/seeded-random';
import { testDatabase, type TestDatabase } from '../../support/database';

/** Steps with their parents: a fork whose branches meet, and one that ends on its own, so that the end is a virtual one. */
const GRAPH: Readonly<Record<string, readonly string[]>> = {
  a: [],
  b: ['a'],
  c: ['a'],
  d: ['b', 'c'],
  e: ['d'],
  f: ['a'],
};

/** A fork of which only one branch is taken; `e` follows the other alone. */
const BRANCHES: Readonly<Record<string, readonly string[]>> = {
  a: [],
  b: ['a'],
  c: ['a'],
  d: ['b', 'c'],
  e: ['c'],
};

export const DONE: Outcome = { kind: 'completed', result: '{"ok":true}' };
export const failed = (kind: 'error' | 'permanent' | 'worker_lost'): Outcome => ({
  kind: 'failed',
  failure: { kind, name: 'Error', message: 'it broke' },
  retryAfterMs: undefined,
});

/** Drives the store's statements by hand, so that a task can be stopped in any state. */
export class Workbench {
  private constructor(
    private readonly database: TestDatabase,
    private readonly handle: TaskerDatabase,
    readonly store: PostgresEngineStore,
    /** Audits run on it, inside its transaction if there is one. */
    readonly client: Client,
    /** For whoever reads while others do. */
    private readonly pool: Pool,
    readonly workerId: number,
    readonly operators: OperatorStore,
    private readonly schema: string,
  ) {}

  static async open(schema = 'tasker'): Promise<Workbench> {
    const database = await testDatabase();
    const handle = new TaskerDatabase({
      ...{ connectionString: database.url, schema, leaseMs: 60_000, applicationName: 'workbench' },
    });
    const store = new PostgresEngineStore(handle);
    await migrate({ connectionString: database.url, schema, mode: 'auto' });
    const client = new Client({ connectionString: database.url });
    await client.connect();
    const workerId = await store.registerWorker({
      ...{ name: 'bench', host: 'localhost', pid: 1, version: '0', lanes: [], concurrency: 10 },
      ...{ leaseMs: 60_000, level: 2 },
    });
    const pool = new Pool({ connectionString: database.url, max: 3 });
    const operators = new OperatorStore(handle, (templateId) => store.loadPlan(templateId));
    return new Workbench(database, handle, store, client, pool, workerId, operators, schema);
  }

  /** A task whose first step decides which of two others runs. */
  branchingTask(name: string): Promise<TaskOnBench> {
    return this.task(name, BRANCHES, { a: ['b', 'c'] });
  }

  async close(): Promise<void> {
    await this.client.end();
    await this.pool.end();
    await this.handle.close();
    await this.database.drop();
  }

  /** A task of its own template, whose lanes nobody else claims; its roots are queued. */
  async task(name: string, graph = GRAPH, choices: Readonly<Record<string, string[]>> = {}): Promise<TaskOnBench> {
    const steps = Object.entries(graph).map(([step, dependsOn]) => ({
      ...(choices[step] && { choices: choices[step] }),
      ...{ name: step, handler: `${name}.${step}`, dependsOn, retryable: true, retryLimit: 3, timeoutMs: null },
      ...{ backoff: { initialMs: 300_000, jitter: 0 }, skippable: true, queue: 'default' },
      ...{ onWorkerLoss: 'retry' as const, handlerConfig: {}, customEvents: [] },
    }));
    const definition = { namespace: 'bench', name, version: '1.0.0', customEvents: [], handlerConfig: {}, steps };
    const [plan] = await this.store.registerTemplates([definition], 'error');
    if (!plan) throw new Error('no plan came back');
    const [created] = await this.store.create({
      workerId: null,
      tasks: [
        {
          ...{ templateId: plan.templateId, context: '{}', identity: null, priority: 0, initiator: 'someone' },
          ...{
            sourceSystem: null,
            reason: 'a test',
            correlationId: name,
            traceParent: null,
            tags: [],
            bypass: [],
            attributes: [],
          },
          roots: plan.roots.map((position) => ({ position, lane: stepAt(plan, position)?.lane ?? -1, mine: false })),
          lone: plan.steps.length === 1,
          timers: null,
        },
      ],
    });
    return new TaskOnBench(this, plan, created?.taskId ?? '');
  }

  /** Rows of one query, which writes the schema as the migrations do. */
  async query<R extends object>(sql: string, values: unknown[]): Promise<R[]> {
    return (await this.pool.query<R>(withSchema(sql, this.schema), values)).rows;
  }

  /** What the auditor says on this connection, inside its transaction if there is one. */
  audit(): Promise<AuditFinding[]> {
    return auditInvariants(async (sql) => (await this.client.query(sql)).rows, this.schema);
  }
}

/** One task on the bench. Steps are claimed and settled by name. */
export class TaskOnBench {
  private readonly hand = new Hand();

  constructor(
    private readonly bench: Workbench,
    private readonly plan: TaskPlan,
    readonly id: string,
  ) {}

  position(step: string): number {
    return positionOf(this.plan, step) ?? -1;
  }

  async act(command: OperatorCommand): Promise<void> {
    await this.bench.operators.act(this.id, command, { actor: 'ann' });
  }

  /** A claim finds the step's entry and puts it aside, because it is paused. */
  async park(step: string): Promise<void> {
    if ((await this.ask(step)) !== undefined) throw new Error(`step ${step} is not paused`);
  }

  private async ask(step: string): Promise<ClaimedStep | undefined> {
    const lanes = [stepAt(this.plan, this.position(step))?.lane ?? -1];
    return (await this.bench.store.claim({ workerId: this.bench.workerId, lanes, fromSeq: ['0'], limit: 1 }))[0];
  }

  async claim(step: string): Promise<StepInHand> {
    const claimed = await this.ask(step);
    if (!claimed) throw new Error(`step ${step} is not in the queue`);
    return this.hand.take(claimed, this.plan);
  }

  /** Any step of the task that can be had: one in hand, one from the queue, or one that is made due; none: it is over. */
  async next(random: () => number): Promise<StepInHand | undefined> {
    const inHand = [...this.hand.all()];
    if (inHand.length > 0 && random() < 0.5) return inHand[below(random, inHand.length)];
    const rows = await this.bench.query<{ name: string; state: string }>(
      `select name, state from tasker.task_steps where task_id = $1 and state in ('ready', 'waiting_for_retry')`,
      [this.id],
    );
    const row = rows[below(random, rows.length)];
    if (!row) return inHand[0];
    if (row.state === 'waiting_for_retry') {
      await this.bench.query('update tasker.delayed_steps set run_at = now() where task_id = $1', [this.id]);
      await this.bench.store.promoteDelayed(100);
    }
    return this.claim(row.name);
  }

  /** Dependents are continued in place when `mine`. */
  async settle(step: StepInHand, outcome: Outcome, mine = false): Promise<SettlementReceipt> {
    const { workerId } = this.bench;
    const batch = planSettlement([new EntryInHand(step, outcome, workerId, () => 0.5)], () => (mine ? workerId : null));
    const receipt = await this.bench.store.settle(batch);
    this.hand.release(step);
    for (const started of [...batch.next.filter(({ worker }) => worker !== null), ...receipt.started]) {
      this.hand.continue(step.task, started.position, receipt.at);
    }
    return receipt;
  }

  /** Claims and settles each in turn. */
  async run(steps: string, outcome: Outcome = DONE): Promise<void> {
    for (const step of steps) await this.settle(await this.claim(step), outcome);
  }
}
