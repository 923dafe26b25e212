import {
  Engine,
  EventBus,
  HandlerRegistry,
  PlanCache,
  type CreatedTask,
  type EngineLog,
  type StepTemplateDefinition,
  type TaskPlan,
} from '@tasker/core';
import type { PostgresEngineStore } from '@tasker/postgres';
import { caseOf, expectedTask, NO_SCRIPT, type StepScript } from '../../model/reference-scheduler';
import { resultOf } from '../../model/result-of';
import { openStore } from '../../support/open-store';
import { DOOMED } from './chaos-templates';
import type { Ledger } from './ledger';

/** A repeat of a creation whose answer was lost waits this long. */
const AGAIN_MS = 100;
/** Tasks compared at a time. */
const COMPARED_AT_ONCE = 500;
/** A fault of a large task is as long as the task. */
const LONGEST_FAULT = 2_000;

/** Creates tasks like an API process would, remembers every one that was acknowledged, and knows how it must end. */
export class Load {
  /** Acknowledged tasks: key to template. */
  readonly created = new Map<string, TaskPlan>();
  private readonly store: PostgresEngineStore;
  private readonly engine: Engine;
  private asked = 0;

  constructor(
    url: string,
    private readonly plans: readonly TaskPlan[],
  ) {
    this.store = openStore({
      ...{ connectionString: url, schema: 'tasker', pooler: 'none', settleConnections: 1, leaseMs: 5_000 },
      applicationName: 'chaos-creator',
    });
    this.engine = new Engine({
      ...{ store: this.store, plans: new PlanCache(this.store), handlers: new HandlerRegistry(), log: SILENT },
      events: new EventBus(() => undefined),
      surroundings: { run: (_scope, work) => work(), logger: () => ({ ...SILENT, log: () => undefined }) },
      options: {
        ...{ role: 'api', concurrency: 1, queues: null, leaseMs: 5_000, pollMs: 500, settleConnections: 1 },
        ...{ resultBytes: 1_000, keptSignals: 1_000, suspends: 100, name: 'chaos-creator', version: '0.0.0' },
      },
    });
  }

  /** Creates tasks, of each template in turn, and asks again until each is acknowledged. */
  async create(count: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => this.createOne()));
  }

  /** Tasks that were acknowledged and are not in the database, or have not ended. */
  async unfinished(ledger: Ledger): Promise<number> {
    const ended = await ledger.count('select 1 from tasker.tasks where tasker.task_ended_v1(state)');
    return this.created.size - ended;
  }

  /** Acknowledged tasks that the database does not know. */
  async lost(ledger: Ledger): Promise<string[]> {
    const rows = await ledger.query<{ identity: string }>('select identity from tasker.tasks');
    const known = new Set(rows.map(({ identity }) => identity));
    return [...this.created.keys()].filter((key) => !known.has(key));
  }

  /**
   * Tasks whose state, or whose results, are not what the reference scheduler gives, in words; at most twenty. Where an
   * operator was, each completed step must have the result that follows from those of its parents.
   */
  async wrong(ledger: Ledger): Promise<string[]> {
    const keys = [...this.created.keys()];
    const found: string[] = [];
    for (let from = 0; from < keys.length && found.length < 20; from += COMPARED_AT_ONCE) {
      const some = keys.slice(from, from + COMPARED_AT_ONCE);
      const observed = await outcomesOf(ledger, some);
      for (const key of some) {
        const plan = this.created.get(key) as TaskPlan;
        const { operated, outcome: is } = observed.get(key) ?? { operated: false, outcome: 'nothing' };
        const must = operated ? consistent(key, plan, is) : outcome(key, plan);
        if (is !== must) found.push(`${key}: ${is}, not ${must}`.slice(0, LONGEST_FAULT));
      }
    }
    return found.slice(0, 20);
  }

  /** Tasks that a failover has lost do not count. @returns how many */
  async writeOff(ledger: Ledger): Promise<number> {
    const lost = await this.lost(ledger);
    for (const key of lost) this.created.delete(key);
    return lost.length;
  }

  close(): Promise<void> {
    return this.store.close();
  }

  private async createOne(): Promise<void> {
    const key = `task-${++this.asked}`;
    const plan = this.plans[this.asked % this.plans.length] as TaskPlan;
    while (!(await this.tryToCreate(key, plan))) await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    this.created.set(key, plan);
  }

  private async tryToCreate(key: string, plan: TaskPlan): Promise<CreatedTask | undefined> {
    try {
      const nobody = {
        initiator: null,
        sourceSystem: null,
        reason: null,
        traceParent: null,
        tags: [],
        bypass: [],
        attributes: [],
      };
      const task = {
        ...nobody,
        context: JSON.stringify({ key, n: numberOf(key) }),
        identity: key,
        priority: 0,
        correlationId: key,
      };
      return await this.engine.create({ plan, task });
    } catch (error) {
      if ((error as { code?: string }).code !== 'TSK_DATABASE_UNAVAILABLE') throw error;
      return undefined;
    }
  }
}

const nothing = (): void => undefined;
const SILENT: EngineLog = { debug: nothing, info: nothing, warn: nothing, error: nothing };

const FAILS: StepScript = { ...NO_SCRIPT, troubles: ['permanent'] };

/** What a step does in the task of this number. */
function scriptOf({ handlerConfig, switch: cases }: StepTemplateDefinition, n: number): StepScript {
  if (handlerConfig['fails'] === DOOMED.fails) return FAILS;
  const { everyNth } = handlerConfig;
  return { ...NO_SCRIPT, take: typeof everyNth !== 'number' || n % everyNth === 0, pick: cases ? n % 3 : 0 };
}

/** The result of a switch, which is no text. */
function choiceOf(key: string, plan: TaskPlan, position: number): unknown {
  const definition = plan.steps[position]?.definition;
  return definition?.switch ? { chosen: caseOf(definition, scriptOf(definition, numberOf(key)))?.steps } : null;
}

/** The number of a task, from its key. */
const numberOf = (key: string): number => Number(key.split('-')[1]);

/** End state of a task with those of its steps that ended, by position. */
function outcome(key: string, plan: TaskPlan): string {
  const { steps } = plan.definition;
  const scripts = new Map(steps.map((step) => [step.name, scriptOf(step, numberOf(key))]));
  const { state, steps: expected } = expectedTask(steps, scripts, key);
  const ends = steps.map(({ name }) => {
    const { state: end, result } = expected.get(name) ?? {};
    return `${end === 'not_taken' ? 'skipped' : end}=${typeof result === 'string' ? result : ''}`;
  });
  return `${state} ${ends.join(' ')}`;
}

/** The same, with each completed step's result replaced by what follows from its parents' results. */
function consistent(key: string, plan: TaskPlan, is: string): string {
  const [state, ...ends] = is.split(' ');
  const results = ends.map((end) => end.slice(end.indexOf('=') + 1));
  const due = plan.steps.map(({ name, parents, definition }, position) => {
    if (!ends[position]?.startsWith('complete=') || definition.switch) return ends[position];
    const seen = parents.map((parent, n): [string, unknown] => [
      definition.dependsOn[n] ?? '',
      ends[parent] === 'complete=' ? choiceOf(key, plan, parent) : results[parent] || null,
    ]);
    return `complete=${resultOf(key, name, seen)}`;
  });
  return [state, ...due].join(' ');
}

async function outcomesOf(
  ledger: Ledger,
  keys: readonly string[],
): Promise<Map<string, { operated: boolean; outcome: string }>> {
  const rows = await ledger.query<{ identity: string; operated: boolean; outcome: string }>(
    `select l.identity, l.lock_version > 0 as operated, l.state || ' ' || string_agg(s.state || '=' || coalesce(case jsonb_typeof(s.result) when 'string' then s.result #>> '{}' end, ''), ' ' order by s.position) as outcome
       from tasker.task_list l join tasker.task_steps s on s.task_id = l.task_id
      where l.identity = any ($1) group by l.identity, l.lock_version, l.state`,
    [keys],
  );
  return new Map(rows.map((row) => [row.identity, row]));
}
