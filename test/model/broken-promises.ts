import {
  shownState,
  STEP_TRANSITIONS,
  stepStateOf as state,
  TASK_TRANSITIONS,
  taskStateOf,
  type StepState,
} from '@tasker/core';
import type { EngineRows } from '../support/engine-rows';
import type { OperatedWorld } from './operated-world';
import { resultOf } from './result-of';

interface HistoryRow {
  key: string;
  name: string;
  position: number;
  attempt: number;
  from_state: number;
  to_state: number;
  actor: string | null;
}

/** Moves that leave no row of their own: into the queue and out of it. */
const SILENT: Readonly<Partial<Record<StepState, readonly StepState[]>>> = {
  pending: ['ready', 'in_progress'],
  ready: ['in_progress'],
  waiting_for_retry: ['ready', 'in_progress'],
  waiting: ['in_progress'],
};

/** Everything that must hold when the dust has settled and does not, in words. */
export async function brokenPromises(rows: EngineRows, world: OperatedWorld): Promise<string[]> {
  const history = await rows.query<HistoryRow>(
    `select t.identity as key, m.name, h.position, h.attempt, h.from_state, h.to_state, h.actor
       from tasker.step_history h join tasker.tasks t on t.id = h.task_id
       join tasker.step_templates m on m.template_id = t.template_id and m.position = h.position
      order by h.task_id, h.position, h.at`,
  );
  return [
    ...illegalMoves(history),
    ...revokedAttempts(history),
    ...(await illegalTaskMoves(rows)),
    ...(await untracedActs(rows, history, world)),
    ...(await wrongResults(rows, world)),
    ...(await wrongBudgets(rows)),
    ...[...world.handler.calls].filter(([, count]) => count > 1).map(([call, count]) => `${call}: ${count} calls`),
    ...(await leftOvers(rows)),
  ];
}

const nameOf = ({ key, name }: HistoryRow): string => `${key} ${name}`;

/** Each row is a legal move, and starts where the one before it ended. */
function illegalMoves(history: readonly HistoryRow[]): string[] {
  return history.flatMap((row, index) => {
    const [from, to] = [state(row.from_state), state(row.to_state)];
    const found: string[] = [];
    const stays = from === to && row.actor !== null;
    if (!stays && !STEP_TRANSITIONS[from].includes(to)) found.push(`${nameOf(row)}: moved from ${from} to ${to}`);
    const before = history[index - 1];
    const stood = before && nameOf(before) === nameOf(row) ? state(before.to_state) : 'pending';
    if (stood !== from && !SILENT[stood]?.includes(from)) found.push(`${nameOf(row)}: ${from} after ${stood}`);
    return found;
  });
}

/** An attempt that an operator took away settles nothing. */
function revokedAttempts(history: readonly HistoryRow[]): string[] {
  const attemptOf = (row: HistoryRow) => `${nameOf(row)}/${row.attempt}`;
  const running = history.filter((row) => state(row.from_state) === 'in_progress');
  const revoked = new Set(
    running.filter(({ actor, to_state }) => actor !== null && state(to_state) !== 'in_progress').map(attemptOf),
  );
  return running
    .filter((row) => row.actor === null && revoked.has(attemptOf(row)))
    .map((row) => `${attemptOf(row)} was settled as ${state(row.to_state)} although it had been taken away`);
}

async function illegalTaskMoves(rows: EngineRows): Promise<string[]> {
  const moves = await rows.query<{ key: string; from_state: number; to_state: number; actor: string | null }>(
    `select t.identity as key, h.from_state, h.to_state, h.actor from tasker.task_history h
       join tasker.tasks t on t.id = h.task_id order by h.task_id, h.at`,
  );
  return moves.flatMap(({ key, from_state, to_state, actor }) => {
    const [from, to] = [taskStateOf(from_state), taskStateOf(to_state)];
    const legal = (from === to && actor !== null) || TASK_TRANSITIONS[from].includes(to);
    return legal ? [] : [`${key}: moved from ${from} to ${to}`];
  });
}

/** An act that changed something stands in the history, with what it moved; one that did not leaves no trace. */
async function untracedActs(
  rows: EngineRows,
  history: readonly HistoryRow[],
  { accepted, refused }: OperatedWorld,
): Promise<string[]> {
  const noted = await rows.query<{ actor: string }>('select actor from tasker.task_history where actor is not null');
  const steps = new Map<string, string[]>();
  for (const { actor, name, to_state } of history)
    if (actor !== null) steps.set(actor, [...(steps.get(actor) ?? []), `${name} ${shownState(state(to_state))}`]);
  const traced = new Set([...noted.map(({ actor }) => actor), ...steps.keys()]);
  const idle = [...refused, ...accepted.filter(({ receipt }) => !receipt.changed).map(({ actor }) => actor)];
  return [
    ...idle.filter((actor) => traced.has(actor)).map((actor) => `${actor} changed nothing, yet has a trace`),
    ...accepted.flatMap(({ actor, command, receipt }) => {
      if (!receipt.changed) return [];
      if (!traced.has(actor)) return [`${actor} (${command.verb}) has left no trace`];
      const own = new Set(steps.get(actor));
      // What it freed for others, or left without a branch, moved by itself.
      const moved = receipt.steps.filter(
        ({ from, to, skipReason }) => !(from === 'pending' && to === 'ready') && skipReason !== 'no_branch_taken',
      );
      return moved
        .filter(({ step, to }) => !own.has(`${step} ${to}`))
        .map(({ step, from, to }) => `${actor} (${command.verb}) moved ${step} from ${from} to ${to} without a trace`);
    }),
  ];
}

/** A completed step has seen the results its parents have; so no parent changed, or was missing, without it running again. */
async function wrongResults(rows: EngineRows, { tasks }: OperatedWorld): Promise<string[]> {
  const steps = await rows.query<{ key: string; name: string; state: StepState; result: unknown }>(
    `select l.identity as key, s.name, s.state, s.result
       from tasker.task_list l join tasker.task_steps s on s.task_id = l.task_id`,
  );
  const byName = new Map(steps.map((step) => [`${step.key} ${step.name}`, step]));
  return tasks.flatMap(({ key, plan }) =>
    plan.definition.steps.flatMap(({ name, dependsOn, handler }) => {
      const own = byName.get(`${key} ${name}`);
      if (own?.state !== 'complete' || handler === '@engine') return [];
      const parents = dependsOn.map((parent) => [parent, byName.get(`${key} ${parent}`)?.result ?? null] as const);
      const due = resultOf(key, name, parents);
      return own.result === due ? [] : [`${key} ${name}: its result is not that of its parents' results`];
    }),
  );
}

/** A step gives up when its budget is spent, counted from when an operator last ran it again; never before, never later. */
async function wrongBudgets(rows: EngineRows): Promise<string[]> {
  const failed = await rows.query<{
    name: string;
    spent: number;
    retry_limit: number;
    retryable: boolean;
    kind: string;
  }>(
    `select l.identity || ' ' || s.name as name, s.attempt - s.granted as spent, s.retry_limit, s.retryable, s.last_error->>'kind' as kind
       from tasker.task_steps s join tasker.task_list l on l.task_id = s.task_id where s.state = 'error'`,
  );
  return failed
    .filter(({ spent, retry_limit, retryable, kind }) =>
      retryable && !['permanent', 'invalid_result'].includes(kind) ? spent !== retry_limit : spent > retry_limit,
    )
    .map(({ name, spent, retry_limit }) => `${name}: gave up after ${spent} of ${retry_limit} attempts`);
}

/** No live task is left, so nothing is kept of any. */
async function leftOvers(rows: EngineRows): Promise<string[]> {
  const found: string[] = [];
  for (const table of ['operated_tasks', 'parked_steps', 'delayed_steps'] as const) {
    const count = await rows.count(table);
    if (count > 0) found.push(`${count} rows are left in ${table}`);
  }
  return found;
}
