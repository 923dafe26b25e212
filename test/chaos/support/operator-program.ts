import type { TaskPlan } from '@tasker/core';
import { OperatorStore, PostgresEngineStore, TaskerDatabase } from '@tasker/postgres';
import { Pool } from 'pg';
import { randomCommand } from '../../model/random-command';
import { below, seededRandom } from '../../support/seeded-random';
import type { OperatorMessage, OperatorSetup } from './operator-protocol';

/** Younger than this many tasks: those that are under way, and some that have ended. */
const RECENT = 600;
const TASKS_AT_ONCE = 20;
const LONGEST_REST_MS = 30;
/** Share of the acts that pause a step everywhere, for about as long as it takes to act on twenty tasks. */
const INCIDENTS = 0.02;
/** What an operator may be answered while the database comes and goes. */
const ANSWERS: ReadonlySet<unknown> = new Set([
  ...['TSK_STATE_REFUSED', 'TSK_VERSION_CONFLICT', 'TSK_SATURATED', 'TSK_DATABASE_UNAVAILABLE'],
  // One that a failover to a standby that was behind has lost since it was listed.
  'TSK_TASK_NOT_FOUND',
]);

/** Does random things to random tasks until it is ended; see OperatorProcess. */
async function main({ url, seed }: OperatorSetup): Promise<void> {
  const random = seededRandom(seed);
  const connection = { connectionString: url, schema: 'tasker' };
  const database = new TaskerDatabase({ ...connection, leaseMs: 5_000, applicationName: 'chaos-operator' });
  const plans = new PostgresEngineStore(database);
  const known = new Map<number, Promise<TaskPlan>>();
  const planOf = (id: number): Promise<TaskPlan> => {
    const plan = known.get(id) ?? plans.loadPlan(id);
    known.set(id, plan);
    plan.catch(() => known.delete(id));
    return plan;
  };
  const operators = new OperatorStore(database, planOf);
  const pool = new Pool({ connectionString: url, max: 1, application_name: 'chaos-operator' });
  pool.on('error', () => undefined);
  for (;;) {
    const { rows } = await pool
      .query<{ id: string; template_id: number }>(
        `select id::text, template_id from tasker.tasks
          where id > (select coalesce(max(id), 0) - ${RECENT} from tasker.tasks) order by random() limit ${TASKS_AT_ONCE}`,
      )
      .catch(() => ({ rows: [] }));
    for (const { id, template_id } of rows) {
      await new Promise((resolve) => setTimeout(resolve, below(random, LONGEST_REST_MS)));
      const plan = await planOf(template_id).catch(() => undefined);
      if (!plan) continue;
      const command = randomCommand(plan, random);
      await tell(command.verb, async () => (await operators.act(id, command, { actor: 'chaos' })).receipt.changed);
    }
    if (rows.length === 0) await new Promise((resolve) => setTimeout(resolve, LONGEST_REST_MS));
    for (const pause of await operators.pausedSteps().catch(() => [])) {
      const { version, ...target } = pause;
      const where = version === null ? target : { ...target, version };
      await tell(
        'resume_everywhere',
        async () => (await operators.resumeStep(pick(where), { actor: 'chaos' })).changed,
      );
    }
    const plan = await [...known.values()][below(random, known.size)]?.catch(() => undefined);
    if (!plan || random() > INCIDENTS * TASKS_AT_ONCE) continue;
    const { namespace, name, steps } = plan.definition;
    const target = { namespace, name, step: steps[below(random, steps.length)]?.name ?? '' };
    await tell('pause_everywhere', async () => (await operators.pauseStep(target, { actor: 'chaos' })).changed);
  }
}

interface Target {
  namespace: string;
  name: string;
  version?: string;
  step: string;
}

const pick = ({ namespace, name, step, version }: Target): Target => ({
  ...{ namespace, name, step },
  ...(version !== undefined && { version }),
});

async function tell(verb: string, act: () => Promise<boolean>): Promise<void> {
  try {
    report({ verb, answer: (await act()) ? 'done' : 'unchanged' });
  } catch (error) {
    const { code } = error as { code?: string };
    if (!ANSWERS.has(code)) throw error;
    report({ verb, answer: String(code) });
  }
}

function report(message: OperatorMessage): void {
  if (process.connected) process.send?.(message, undefined, {}, () => undefined);
}

// Without its driver there is nobody to stop it.
process.once('disconnect', () => process.exit(0));

void main(JSON.parse(process.argv[2] ?? '{}') as OperatorSetup).catch((error: unknown) => {
  report({ line: String((error as Error).stack ?? error) });
  process.exitCode = 1;
  setTimeout(() => process.exit(1), 100);
});
