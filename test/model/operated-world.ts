import { positionOf, type OperatorCommand, type OperatorReceipt, type TaskDraft, type TaskPlan } from '@tasker/core';
import type { EngineHarness } from '../support/engine-harness';
import type { EngineProcess } from '../support/engine-process';
import { template } from '../support/engine-templates';
import { below, seededRandom } from '../support/seeded-random';
import { ModelHandler, type TaskScript } from './model-handler';
import { branchContext, MODEL_HANDLERS, randomGraph, randomScript } from './random-graph';
import { randomCommand } from './random-command';
import { unreliableStore } from './unreliable-store';

export interface OperatedOptions {
  readonly seed: number;
  readonly graphs: number;
  /** Steps of the largest graph. */
  readonly mostSteps: number;
  readonly tasksPerGraph: number;
  readonly operators: number;
  readonly actsPerOperator: number;
  /** Share of the workers' calls to the store that go wrong. */
  readonly lossRate: number;
}

/** An act that was accepted; its actor is its own. */
export interface AcceptedAct {
  readonly actor: string;
  readonly command: OperatorCommand;
  readonly receipt: OperatorReceipt;
}

export interface OperatedTask {
  readonly key: string;
  readonly plan: TaskPlan;
  readonly draft: TaskDraft;
  id: string;
}

const TROUBLED = [0, 0.05, 0.2, 0.5];
const CONCURRENCIES = [1, 2, 4, 16, 100];
const END_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 20;
/** What operators may be answered; anything else fails the run. */
const ANSWERS: ReadonlySet<unknown> = new Set(['TSK_STATE_REFUSED', 'TSK_VERSION_CONFLICT', 'TSK_CHOICE_INVALID']);

/** Random graphs on several workers, while operators do random things to random tasks. */
export class OperatedWorld {
  readonly tasks: OperatedTask[] = [];
  readonly accepted: AcceptedAct[] = [];
  /** Actors whose act was refused. */
  readonly refused: string[] = [];
  /** How often each verb changed something. */
  readonly changed = new Map<string, number>();
  readonly handler: ModelHandler;
  private readonly unreliable = { active: false, lost: {} };
  private readonly scripts = new Map<string, TaskScript>();
  private readonly random: () => number;
  private busy = true;

  constructor(
    private readonly harness: EngineHarness,
    private readonly options: OperatedOptions,
  ) {
    this.random = seededRandom(options.seed);
    this.handler = new ModelHandler(this.scripts);
  }

  /** Runs until operators have had enough, everything that was paused goes on, and every task has ended. */
  async run(): Promise<void> {
    for (let n = 0; n < this.options.graphs; n++) await this.graph(n);
    const workers = [];
    for (const [n, left] of MODEL_HANDLERS.entries()) workers.push(await this.worker(n, left));
    this.unreliable.active = this.options.lossRate > 0;
    try {
      const creating = this.create(workers);
      const operators = Array.from({ length: this.options.operators }, (_, n) => this.operate(n));
      const acting = Promise.all([creating, ...operators, this.pauseSteps()]).finally(() => (this.busy = false));
      await Promise.all([acting, this.audit()]);
      await this.resumeEverything();
      await this.allEnded();
    } finally {
      this.unreliable.active = false;
    }
  }

  private async graph(n: number): Promise<void> {
    const steps = randomGraph(this.random, this.options.mostSteps);
    const plan = await this.harness.template(template(`operated_${this.options.seed}_${n}`, steps));
    for (let t = 0; t < this.options.tasksPerGraph; t++) {
      const key = `g${n}.${t}`;
      const troubled = TROUBLED[below(this.random, TROUBLED.length)] ?? 0;
      const scripts = new Map(steps.map((own) => [own.name, randomScript(own, this.random, troubled)]));
      const bypass = steps.flatMap(({ name }) => (scripts.get(name)?.bypassed ? [positionOf(plan, name) ?? -1] : []));
      this.scripts.set(key, scripts);
      const changes = {
        contextOf: { key, ...branchContext(scripts) },
        identity: key,
        bypass,
        priority: below(this.random, 3) - 1,
      };
      this.tasks.push({ key, plan, draft: this.harness.draft(plan, changes), id: '' });
    }
  }

  private worker(n: number, left: string): Promise<EngineProcess> {
    const handlers = MODEL_HANDLERS.filter((name) => name !== left).map((name) => [name, this.handler.invoke]);
    const losing = seededRandom(this.options.seed * 10 + n);
    return this.harness.start({
      handlers: Object.fromEntries(handlers) as Record<string, typeof this.handler.invoke>,
      concurrency: CONCURRENCIES[below(this.random, CONCURRENCIES.length)] ?? 1,
      settleConnections: 1 + below(this.random, 2),
      leaseMs: END_WITHIN_MS,
      pollMs: this.options.lossRate > 0 ? 100 : 5_000,
      wrap: (store) => unreliableStore(store, losing, this.options.lossRate, this.unreliable),
    });
  }

  private async create(workers: readonly EngineProcess[]): Promise<void> {
    const open = [...this.tasks];
    while (open.length > 0) {
      const by = workers[below(this.random, workers.length)] as EngineProcess;
      await Promise.all(open.splice(0, 1 + below(this.random, 6)).map((task) => this.createOne(by, task)));
    }
  }

  private async createOne(by: EngineProcess, task: OperatedTask): Promise<void> {
    while (task.id === '') {
      const created = await by.engine.create(task.draft).catch((error: unknown) => {
        if ((error as { code?: string }).code !== 'TSK_DATABASE_UNAVAILABLE') throw error;
        return undefined;
      });
      task.id = created?.taskId ?? '';
    }
  }

  private async operate(n: number): Promise<void> {
    const random = seededRandom(this.options.seed * 100 + n);
    for (let a = 0; a < this.options.actsPerOperator;) {
      const known = this.tasks.filter(({ id }) => id !== '');
      const task = known[below(random, known.length)];
      // In bursts, so that tasks are met in all stages of their lives.
      if (!task || random() < 0.3) await new Promise((resolve) => setTimeout(resolve, below(random, 5)));
      if (task) await this.act(task, randomCommand(task.plan, random), `op${n}.${a++}`);
    }
  }

  private async act(task: OperatedTask, command: OperatorCommand, actor: string): Promise<void> {
    try {
      const { receipt } = await this.harness.operators.act(task.id, command, { actor });
      this.accepted.push({ actor, command, receipt });
      if (receipt.changed) this.changed.set(command.verb, (this.changed.get(command.verb) ?? 0) + 1);
    } catch (error) {
      if (!ANSWERS.has((error as { code?: string }).code)) throw error;
      this.refused.push(actor);
    }
  }

  /** Steps paused everywhere, for a moment each. */
  private async pauseSteps(): Promise<void> {
    const random = seededRandom(this.options.seed * 100 + 99);
    for (let n = 0; n < this.options.actsPerOperator / 5; n++) {
      const { plan } = this.tasks[below(random, this.tasks.length)] as OperatedTask;
      const { namespace, name, version, steps } = plan.definition;
      const step = steps[below(random, steps.length)]?.name ?? '';
      const target = { namespace, name, step, ...(random() < 0.5 && { version }) };
      await this.harness.operators.pauseStep(target, { actor: 'incident' });
      await new Promise((resolve) => setTimeout(resolve, below(random, 10)));
      await this.harness.operators.resumeStep(target, { actor: 'incident' });
    }
  }

  /** What must hold at any moment, looked at while everything moves. */
  private async audit(): Promise<void> {
    while (this.busy) {
      const findings = await this.harness.rows.findings();
      if (findings.length > 0) throw new Error(`the auditor found: ${JSON.stringify(findings.slice(0, 10))}`);
    }
  }

  private async resumeEverything(): Promise<void> {
    const held = await this.harness.rows.query<{ id: string }>('select id::text from tasker.tasks where hold');
    for (const { id } of held) await this.harness.operators.act(id, { verb: 'resume' }, { actor: 'the end' });
  }

  private async allEnded(): Promise<void> {
    const deadline = Date.now() + END_WITHIN_MS;
    for (;;) {
      const open = await this.harness.rows.query<{ identity: string; state: string; hold: boolean; steps: unknown }>(
        `select l.task_id, l.identity, l.state, l.hold,
                (select jsonb_agg(jsonb_build_object('n', s.name, 's', s.state, 'w', s.worker_id, 'a', s.attempt) order by s.position)
                   from tasker.task_steps s where s.task_id = l.task_id and s.state <> 'complete') as steps
           from tasker.task_list l where l.finished_at is null order by l.task_id`,
      );
      if (open.length === 0) return;
      if (Date.now() > deadline) throw new Error(`these tasks did not end: ${JSON.stringify(open.slice(0, 5))}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }
}
