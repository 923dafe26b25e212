import { TaskerError, type OperatorAct, type StepPause, type StepPauseTarget } from '@tasker/core';
import type { ClientBase } from 'pg';
import type { Statements } from '../database/statements';
import { lockTemplates } from '../templates/lock-templates';
import type { ActDeps } from './act-many';

/** What pausing or resuming a step everywhere changed. @public */
export interface StepPauseReceipt {
  /** False: it was so already. */
  readonly changed: boolean;
  /** Steps that had been held back by the pause and wait in the queue again. */
  readonly released: number;
  /** Database time, epoch milliseconds. */
  readonly at: number;
}

const values = ({ namespace, name, version, step }: StepPauseTarget): unknown[] => [
  namespace,
  name,
  version ?? null,
  step,
];

export async function pauseStep(
  client: ClientBase,
  { statements, channel }: ActDeps,
  target: StepPauseTarget,
  act: OperatorAct,
): Promise<StepPauseReceipt> {
  await lockTemplates(client, channel);
  const { rows } = await client.query<{ known: boolean; changed: boolean; at_ms: string }>(
    statements.get('operate/pause-step'),
    [...values(target), act.actor, act.reason ?? null],
  );
  const [row] = rows;
  if (!row?.known) {
    const { namespace, name, version = '*', step } = target;
    throw new TaskerError('TSK_TEMPLATE_NOT_FOUND', `There is no step ${namespace}.${name}@${version} ${step}.`);
  }
  return { changed: row.changed, released: 0, at: Number(row.at_ms) };
}

export async function resumeStep(
  client: ClientBase,
  { statements, channel }: ActDeps,
  target: StepPauseTarget,
): Promise<StepPauseReceipt> {
  await lockTemplates(client, channel);
  const { rows } = await client.query<{ changed: boolean; at_ms: string; paused_at: Date | null }>(
    statements.get('operate/resume-step'),
    values(target),
  );
  const [row] = rows;
  if (!row?.changed) return { changed: false, released: 0, at: Number(row?.at_ms) };
  await client.query(statements.get('budgets/shift-step'), [...values(target), row.paused_at]);
  const { rows: parked } = await client.query<{ released: number }>(statements.get('operate/unpark-steps'));
  await client.query(statements.get('engine/announce'), [channel, 'operated']);
  return { changed: true, released: parked[0]?.released ?? 0, at: Number(row.at_ms) };
}

export async function findPauses(
  client: ClientBase,
  statements: Statements,
  namespaces: readonly string[] | null,
  most: number,
): Promise<StepPause[]> {
  const { rows } = await client.query<Omit<StepPause, 'pausedAt'> & { paused_at: Date }>(
    statements.get('operate/step-pauses'),
    [namespaces, most],
  );
  return rows.map(({ paused_at, ...pause }) => ({ ...pause, pausedAt: paused_at }));
}
