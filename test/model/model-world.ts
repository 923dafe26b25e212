import { positionOf, type CreatedTask, type EngineStore, type TaskDraft, type TaskPlan } from '@tasker/core';
import type { EngineHarness, SeenEvent } from '../support/engine-harness';
import type { EngineProcess } from '../support/engine-process';
import { template } from '../support/engine-templates';
import { below, seededRandom } from '../support/seeded-random';
import { ModelHandler, type TaskScript } from './model-handler';
import { differences, observedTasks } from './observed-task';
import { branchContext, MODEL_HANDLERS, randomGraph, randomScript } from './random-graph';
import { expectedTask, type ExpectedTask } from './reference-scheduler';
import { unreliableStore, type Unreliable } from './unreliable-store';

export interface WorldOptions {
  readonly seed: number;
  readonly graphs: number;
  /** Steps of the largest graph. */
  readonly mostSteps: number;
  readonly tasksPerGraph: number;
  /** Share of the calls to the store that go wrong. */
  readonly lossRate: number;
}

/** Chances that a step of a task has trouble: many tasks go through untroubled, few end early. */
const TROUBLED = [0, 0.03, 0.1, 0.4];
const CONCURRENCIES = [1, 2, 4, 16, 100];
const END_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 20;

interface ModelTask {
  readonly key: string;
  readonly plan: TaskPlan;
  readonly expected: ExpectedTask;
  readonly draft: TaskDraft;
}

/** Random graphs, scripts and workers from one seed, run by the engine and by the reference. */
export class ModelWorld {
  readonly tasks: ModelTask[] = [];
  readonly unreliable: Unreliable = { active: false, lost: {} };
  private readonly scripts = new Map<string, TaskScript>();
  private readonly handler = new ModelHandler(this.scripts);
  private readonly ids = new Map<string, string>();
  private readonly random: () => number;

  constructor(
    private readonly harness: EngineHarness,
    private readonly options: WorldOptions,
  ) {
    this.random = seededRandom(options.seed);
  }

  /** Runs everything to its end. */
  async run(): Promise<void> {
    const { graphs, tasksPerGraph, lossRate } = this.options;
    for (let n = 0; n < graphs; n++) await this.graph(n, tasksPerGraph);
    const workers = [];
    for (const [n, left] of MODEL_HANDLERS.entries()) workers.push(await this.worker(n, left));
    this.unreliable.active = lossRate > 0;
    try {
      await this.create(workers);
      await this.allEnded();
    } finally {
      this.unreliable.active = false;
    }
    await this.allTold();
  }

  /** Everything in which the database differs from the reference, in words. */
  async differences(): Promise<string[]> {
    const observed = await observedTasks(this.harness.rows, [...this.ids.values()]);
    return this.tasks.flatMap(({ key, expected }) => differences(key, expected, observed.get(this.ids.get(key) ?? '')));
  }

  /** Calls of handlers that should not have been, or were not: each run is one call, of a bypassed step and a switch none. */
  wrongCalls(): string[] {
    const { calls, runs } = this.handler;
    const due = new Map<string, number>(
      this.tasks.flatMap(({ key, plan, expected }) => {
        const uncalled = new Set(
          plan.definition.steps.flatMap(({ name, handler }) => (handler === '@engine' ? [name] : [])),
        );
        return [...expected.steps].flatMap(([name, { state, attempts }]) =>
          state === 'skipped' || uncalled.has(name) ? [] : [[`${key}/${name}`, attempts] as const],
        );
      }),
    );
    return [
      ...[...calls].filter(([, count]) => count > 1).map(([call, count]) => `${call}: ${count} calls`),
      ...[...new Set([...due.keys(), ...runs.keys()])]
        .filter((step) => (due.get(step) ?? 0) !== (runs.get(step) ?? 0))
        .map((step) => `${step}: ${runs.get(step) ?? 0} calls, not ${due.get(step) ?? 0}`),
    ];
  }

  /** Tasks with too many or too few events of an attempt's or the task's end. */
  wrongEvents(): string[] {
    const seen = new Map<string, string[]>();
    for (const { name, event } of this.harness.seen) {
      if ('taskId' in event && event.taskId !== null && name in EVENT_OF)
        seen.set(event.taskId, [...(seen.get(event.taskId) ?? []), name]);
    }
    return this.tasks.flatMap(({ key, expected }) => {
      const [is, must] = [tally(seen.get(this.ids.get(key) ?? '') ?? []), tally(eventsOf(expected))];
      return is === must ? [] : [`${key}: ${is}, not ${must}`];
    });
  }

  private async graph(n: number, tasks: number): Promise<void> {
    const steps = randomGraph(this.random, this.options.mostSteps);
    const plan = await this.harness.template(template(`model_${this.options.seed}_${n}`, steps));
    for (let t = 0; t < tasks; t++) {
      const key = `g${n}.${t}`;
      const troubled = TROUBLED[below(this.random, TROUBLED.length)] ?? 0;
      const scripts = new Map(steps.map((own) => [own.name, randomScript(own, this.random, troubled)]));
      const bypass = steps.flatMap(({ name }) => (scripts.get(name)?.bypassed ? [positionOf(plan, name) ?? -1] : []));
      const changes = {
        contextOf: { key, ...branchContext(scripts) },
        identity: key,
        bypass,
        priority: below(this.random, 3) - 1,
      };
      this.scripts.set(key, scripts);
      this.tasks.push({
        ...{ key, plan, expected: expectedTask(steps, scripts, key) },
        draft: this.harness.draft(plan, changes),
      });
    }
  }

  /** A worker that lacks one of the handlers. */
  private worker(n: number, left: string): Promise<EngineProcess> {
    const handlers = MODEL_HANDLERS.filter((name) => name !== left).map((name) => [name, this.handler.invoke]);
    const losing = seededRandom(this.options.seed * 10 + n);
    return this.harness.start({
      handlers: Object.fromEntries(handlers) as Record<string, typeof this.handler.invoke>,
      concurrency: CONCURRENCIES[below(this.random, CONCURRENCIES.length)] ?? 1,
      settleConnections: 1 + below(this.random, 2),
      // Longer than the test may take: a lost lease would add attempts that the reference does not know.
      leaseMs: END_WITHIN_MS,
      pollMs: this.options.lossRate > 0 ? 100 : 5_000,
      wrap: (store: EngineStore) => unreliableStore(store, losing, this.options.lossRate, this.unreliable),
    });
  }

  /** By any of the processes, in bunches and one by one, while earlier ones run. */
  private async create(workers: readonly EngineProcess[]): Promise<void> {
    const open = [...this.tasks];
    const started: Promise<void>[] = [];
    while (open.length > 0) {
      const bunch = open.splice(0, 1 + below(this.random, 12));
      const by = workers[below(this.random, workers.length)] as EngineProcess;
      started.push(...bunch.map((task) => this.createOne(by, task)));
      if (this.random() < 0.5) await Promise.all(started);
    }
    await Promise.all(started);
  }

  /** Asks again until there is an answer, as a caller with an identity may. */
  private async createOne(by: EngineProcess, { key, draft }: ModelTask): Promise<void> {
    const isUnknown = (error: unknown) => (error as { code?: string }).code === 'TSK_DATABASE_UNAVAILABLE';
    let created: CreatedTask | undefined;
    while (!created) {
      created = await by.engine.create(draft).catch((error: unknown) => {
        if (!isUnknown(error)) throw error;
        return undefined;
      });
    }
    this.ids.set(key, created.taskId);
  }

  /** What the last settlements brought is told after them: when their answers were lost, once the workers have asked. */
  private async allTold(): Promise<void> {
    const deadline = Date.now() + END_WITHIN_MS;
    while (this.wrongEvents().length > 0 && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  private async allEnded(): Promise<void> {
    const deadline = Date.now() + END_WITHIN_MS;
    for (;;) {
      const open = await this.harness.rows.query<{ identity: string; state: string }>(
        'select identity, state from tasker.task_list where finished_at is null order by task_id',
      );
      if (open.length === 0) return;
      if (Date.now() > deadline) throw new Error(`these tasks did not end: ${JSON.stringify(open)}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }
}

/** Event of an attempt's end by the state it leads to, and of a task's. */
const EVENT_OF: Readonly<Partial<Record<SeenEvent['name'], true>>> = {
  'step.completed': true,
  'step.failed': true,
  'step.skipped': true,
  'step.retry_requested': true,
  'task.completed': true,
  'task.failed': true,
};

const EVENT_OF_STATE: Readonly<Record<string, string>> = {
  complete: 'step.completed',
  error: 'step.failed',
  skipped: 'step.skipped',
  not_taken: 'step.skipped',
};

function eventsOf(expected: ExpectedTask): string[] {
  const ends = [...expected.steps.values()].flatMap(({ history }) =>
    history.flatMap((entry) => EVENT_OF_STATE[entry.split(':')[0] ?? ''] ?? ['step.failed', 'step.retry_requested']),
  );
  return [...ends, expected.state === 'complete' ? 'task.completed' : 'task.failed'];
}

function tally(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return JSON.stringify(Object.fromEntries([...counts].sort()));
}
